using System.Net;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Releases;

/// <summary>The time limits for download servers.</summary>
/// <param name="Connect">Until the connection is made.</param>
/// <param name="Inactivity">Between two signs of activity: headers, or any bytes.</param>
/// <param name="Attempts">The number of retries of a broken download without progress.</param>
/// <param name="Pause">Before a retry.</param>
internal sealed record DownloadLimits(TimeSpan Connect, TimeSpan Inactivity, int Attempts, TimeSpan Pause)
{
    public static DownloadLimits Default { get; } =
        new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), 4, TimeSpan.FromSeconds(1));
}

/// <summary>Sends requests to download servers; network failures become DownloadFailed.</summary>
internal sealed class ReleaseHttp : IDisposable
{
    private readonly HttpClient _client;

    public ReleaseHttp(DownloadLimits limits)
    {
        Limits = limits;
        // Without compression: hashes and ranges count the bytes of the file itself.
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = limits.Connect,
            AutomaticDecompression = DecompressionMethods.None,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("EtcdAdmin");
    }

    public DownloadLimits Limits { get; }

    /// <summary>Sends a request and returns when the headers have arrived, whatever the status.</summary>
    /// <exception cref="EtcdException">DownloadFailed.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri address = request.RequestUri ?? throw new ArgumentException("The request needs an address.", nameof(request));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limits.Connect + Limits.Inactivity);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw PackageErrors.Download(address, e.InnerException?.Message ?? e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw PackageErrors.Download(address, "the server did not answer in time.", e);
        }
    }

    /// <summary>Reads a small text; null if the server answers that it does not exist (404).</summary>
    /// <exception cref="EtcdException">DownloadFailed.</exception>
    public async Task<(string Text, Uri? Next)?> GetTextAsync(Uri address, CancellationToken cancellationToken)
    {
        const int limit = 16 << 20;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using HttpResponseMessage response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound) return null;
        if (!response.IsSuccessStatusCode) throw PackageErrors.Download(address, Describe(response));
        using var inactivity = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inactivity.CancelAfter(Limits.Inactivity);
        try
        {
            await response.Content.LoadIntoBufferAsync(limit, inactivity.Token).ConfigureAwait(false);
            string text = await response.Content.ReadAsStringAsync(inactivity.Token).ConfigureAwait(false);
            return (text, NextPage(response));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw PackageErrors.Download(address, e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw PackageErrors.Download(address, "the server stopped sending.", e);
        }
    }

    public static string Describe(HttpResponseMessage response) => $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}.";

    public void Dispose() => _client.Dispose();

    // RFC 8288: <address>; rel="next"
    private static Uri? NextPage(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links)) return null;
        string? next = links.SelectMany(l => l.Split(',')).Select(l => l.Trim())
            .FirstOrDefault(l => l.StartsWith('<') && l.Contains("rel=\"next\"", StringComparison.Ordinal));
        return next is not null && Uri.TryCreate(next[1..next.IndexOf('>', StringComparison.Ordinal)], UriKind.Absolute, out Uri? page)
            ? page
            : null;
    }
}
