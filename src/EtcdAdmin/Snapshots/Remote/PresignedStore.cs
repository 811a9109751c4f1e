using System.Globalization;
using System.Net;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>One object at a URL that somebody has signed for putting it there: HTTPS PUT, with nothing to log in.</summary>
/// <remarks>Whoever has the URL may write there, so its query is shown nowhere.</remarks>
internal sealed class PresignedStore(Uri url, HttpMessageHandler? handler = null) : IDisposable
{
    private const string Again = "Run the same command again, with a new URL if this one has expired meanwhile.";

    private readonly HttpClient _http = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public string Name => url.GetLeftPart(UriPartial.Path);

    public void Dispose() => _http.Dispose();

    /// <summary>Puts a file there. The store is asked to refuse if something is there already; not every one understands that.</summary>
    /// <exception cref="EtcdException">FileExists, PermissionDenied: also where the signature has expired. TransferFailed.</exception>
    public async Task UploadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (file.ConfigureAwait(false))
            {
                using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new StreamContent(file, 1 << 20) };
                request.Content.Headers.ContentLength = file.Length;
                request.Headers.TryAddWithoutValidation("If-None-Match", "*");
                using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (!answer.IsSuccessStatusCode) throw Refused(answer.StatusCode);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Error(EtcdErrorIds.TransferFailed, e.Message, Again, e);
        }
    }

    private EtcdException Refused(HttpStatusCode status) => status switch
    {
        HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict => Error(
            EtcdErrorIds.FileExists, "something is there already", "Have a URL signed for another name; what is in a store is never overwritten."),
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => Error(
            EtcdErrorIds.PermissionDenied, "the store refuses it; the URL may have expired, or be signed for something else",
            "Have a new URL signed, for PUT and for just this name; headers that were signed with it, a content type for instance, cannot be sent."),
        _ => Error(EtcdErrorIds.TransferFailed, string.Create(CultureInfo.InvariantCulture, $"the store answered {(int)status} ({status})"), Again),
    };

    private EtcdException Error(string id, string reason, string next, Exception? cause = null) =>
        new(id, $"Nothing could be put at {Name}: {reason.TrimEnd('.')}.", cause) { Target = Name, NextStep = next };
}
