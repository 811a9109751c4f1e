namespace EtcdAdmin.Tests.Support;

/// <summary>Gives some bytes, or takes some, and then fails as a disk does.</summary>
internal sealed class BrokenStream : MemoryStream
{
    public const string Message = "No space left on device";

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position > 0) throw new IOException(Message);
        Position = 10;
        buffer.Span[..10].Clear();
        return ValueTask.FromResult(10);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new IOException(Message);
}
