namespace EtcdAdmin.Deployment.Packages.Archives;

/// <summary>Reads another stream and refuses the archive when more comes than a limit.</summary>
internal sealed class LimitedStream(Stream inner, long limit, string archive) : ReadingStream
{
    public long BytesRead { get; private set; }

    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    private int Count(int read)
    {
        BytesRead += read;
        return BytesRead <= limit ? read : throw PackageErrors.ArchiveInvalid(archive, $"unpacked it holds more than {limit} bytes.");
    }
}
