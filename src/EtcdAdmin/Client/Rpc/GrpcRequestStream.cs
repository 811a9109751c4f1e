using System.Net;
using System.Threading.Channels;
using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The body of a request whose messages are sent one by one while the answer arrives.</summary>
internal sealed class GrpcRequestStream : HttpContent
{
    private readonly Channel<byte[]> _messages = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Sends a message as soon as the connection allows it; a message after the end is dropped, because it would not be read.</summary>
    public void Write(IMessage message) => _messages.Writer.TryWrite(GrpcRequest.Frame(message));

    /// <summary>Ends the requests.</summary>
    public void Complete() => _messages.Writer.TryComplete();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        await foreach (byte[] message in _messages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await stream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
