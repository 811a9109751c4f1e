using System.Buffers.Binary;
using System.Net.Http.Headers;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The body of an answer, checked while it arrives: it fails if a message is too long, or if the server sent no status at its end.</summary>
/// <remarks>Grpc.Net.Client reserves memory for the length that a message claims before its bytes arrive. Its own limit fails with a status that
/// looks like a refusal of the server. A stopping member ends its answers over TLS as if they were complete, but without a status. Grpc.Net.Client
/// would report such an answer as cancelled by the server.</remarks>
internal sealed class AnswerBody : ReadingStream
{
    /// <summary>The most bytes of one message: far more than etcd sends. A page of a range has 8 MiB, a piece of a snapshot 1 MiB at most.</summary>
    public const int MaxMessage = 512 << 20;

    private const string Status = "grpc-status";

    private readonly Stream _inner;
    private readonly HttpResponseMessage _answer;
    private readonly Uri _endpoint;
    private readonly string _path;

    // A compression flag and the length: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
    private readonly byte[] _prefix = new byte[5];
    private int _prefixRead;
    private uint _messageLeft;

    private AnswerBody(Stream inner, HttpResponseMessage answer, Uri endpoint, string path)
    {
        _inner = inner;
        _answer = answer;
        _endpoint = endpoint;
        _path = path;
    }

    /// <summary>Puts the checks around the body of an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="endpoint">The server.</param>
    /// <param name="path">The call.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task WrapAsync(HttpResponseMessage answer, Uri endpoint, string path, CancellationToken cancellationToken)
    {
        HttpContent bare = answer.Content;
        Stream body = await bare.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var content = new StreamContent(new AnswerBody(body, answer, endpoint, path));
        foreach (KeyValuePair<string, HeaderStringValues> header in bare.Headers.NonValidated)
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        answer.Content = content;
    }

    /// <exception cref="EtcdRpcException">ProtocolError: a message is too long.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        // A read of nothing only waits for data.
        if (read == 0 && !buffer.IsEmpty && !_answer.TrailingHeaders.Contains(Status) && !_answer.Headers.Contains(Status))
            throw new EndOfStreamException("the answer ended without a gRPC status");
        CheckLengths(buffer.Span[..read]);
        return read;
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }

    private void CheckLengths(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_messageLeft > 0)
            {
                int content = (int)Math.Min(_messageLeft, bytes.Length);
                _messageLeft -= (uint)content;
                bytes = bytes[content..];
                continue;
            }

            int prefix = Math.Min(_prefix.Length - _prefixRead, bytes.Length);
            bytes[..prefix].CopyTo(_prefix.AsSpan(_prefixRead));
            _prefixRead += prefix;
            bytes = bytes[prefix..];
            if (_prefixRead < _prefix.Length) return;
            _prefixRead = 0;
            _messageLeft = BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1));
            if (_messageLeft > MaxMessage) throw RpcErrors.MessageTooLong(_endpoint, _path, _messageLeft, MaxMessage);
        }
    }
}
