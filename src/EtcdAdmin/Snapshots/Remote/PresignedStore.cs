using System.Globalization;
using System.Net;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>One object at a URL that is signed for uploading it: HTTPS PUT, without a login.</summary>
/// <remarks>Everyone who has the URL may write there, so its query is never shown.</remarks>
internal sealed class PresignedStore(Uri url, HttpMessageHandler? handler = null) : IDisposable
{
    private const string Again = "Run the same command again, with a new URL if this URL has expired.";

    private readonly HttpClient _http = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public string Name => url.GetLeftPart(UriPartial.Path);

    public void Dispose() => _http.Dispose();

    /// <summary>Uploads a file. The store is asked to refuse if an object exists already; not every store supports that.</summary>
    /// <exception cref="EtcdException">FileExists, PermissionDenied: also if the signature has expired. TransferFailed.</exception>
    public async Task UploadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
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
            EtcdErrorIds.FileExists, "an object already exists there",
            "Use a URL that is signed for another name. Existing objects are never overwritten."),
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => Error(
            EtcdErrorIds.PermissionDenied, "the store refuses access; the URL may have expired or be signed for another request",
            "Use a new URL that is signed for PUT and for exactly this name, without signed headers (such as a content type): they cannot be sent."),
        _ => Error(EtcdErrorIds.TransferFailed, string.Create(CultureInfo.InvariantCulture, $"the store answered {(int)status} ({status})"), Again),
    };

    private EtcdException Error(string id, string reason, string next, Exception? cause = null) =>
        new(id, $"Could not upload to {Name}: {reason.TrimEnd('.')}.", cause) { Target = Name, NextStep = next };
}
