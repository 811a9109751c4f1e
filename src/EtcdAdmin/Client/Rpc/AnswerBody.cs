using System.Net.Http.Headers;
using EtcdAdmin.Text;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The body of an answer. At its end it fails if the server sent no status.</summary>
/// <remarks>A stopping member ends its answers over TLS as if they were complete, but without a status. Grpc.Net.Client would report such an
/// answer as cancelled by the server.</remarks>
internal sealed class AnswerBody : ReadingStream
{
    private const string Status = "grpc-status";

    private readonly Stream _inner;
    private readonly HttpResponseMessage _answer;

    private AnswerBody(Stream inner, HttpResponseMessage answer)
    {
        _inner = inner;
        _answer = answer;
    }

    /// <summary>Puts the check around the body of an answer.</summary>
    public static async Task WrapAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        HttpContent bare = answer.Content;
        var content = new StreamContent(new AnswerBody(await bare.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), answer));
        foreach (KeyValuePair<string, HeaderStringValues> header in bare.Headers.NonValidated)
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        answer.Content = content;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        // A read of nothing only waits for data.
        if (read == 0 && !buffer.IsEmpty && !_answer.TrailingHeaders.Contains(Status) && !_answer.Headers.Contains(Status))
            throw new EndOfStreamException("the answer ended without a gRPC status");
        return read;
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }
}
