using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

/// <summary>Reads another stream and throws once it delivers more than a limit.</summary>
/// <param name="inner">The stream to read; its owner disposes it.</param>
/// <param name="limit">Bytes.</param>
/// <param name="refuse">Makes the error.</param>
internal sealed class LimitedStream(Stream inner, long limit, Func<EtcdException> refuse) : ReadingStream
{
    public long BytesRead { get; private set; }

    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    private int Count(int read)
    {
        BytesRead += read;
        return BytesRead <= limit ? read : throw refuse();
    }
}
