using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The HTTP/1.1 connections of a client for API 2: etcd 2.3 has no HTTP/2.</summary>
internal sealed class Api2Transport : IDisposable
{
    private readonly EtcdCredential? _user;
    private readonly HttpClient _http;

    /// <param name="options">The settings.</param>
    /// <param name="book">Receives the facts about the endpoints.</param>
    public Api2Transport(EtcdClientOptions options, EndpointBook book)
    {
        _user = options.Credential;
        var connections = new ConnectionFactory(options.Tls, options.ConnectTimeout, options.TimeProvider, book, http1: true);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = connections.ConnectAsync,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false, // a password must not follow to another address
        })
        { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request.</summary>
    /// <param name="endpoint">The member.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, with its query.</param>
    /// <param name="timeout">The time limit; null for none.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The answer, also one that refuses.</returns>
    /// <exception cref="EtcdRpcException">There is no answer.</exception>
    public async Task<Api2Answer> SendAsync(
        Uri endpoint, HttpMethod method, string path, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(endpoint, path))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (_user is { } user)
        {
            string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.UserName}:{user.Password}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        }

        string call = path.Split('?')[0].TrimStart('/');
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } most) limit.CancelAfter(most);
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, limit.Token).ConfigureAwait(false);
            byte[] body = await answer.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            return new Api2Answer(endpoint, answer.StatusCode, body)
            {
                Cluster = HeaderOf(answer, "X-Etcd-Cluster-Id", NumberStyles.AllowHexSpecifier) is { } id ? new ClusterId(id) : null,
                Index = HeaderOf(answer, "X-Etcd-Index", NumberStyles.None),
                RaftIndex = HeaderOf(answer, "X-Raft-Index", NumberStyles.None),
            };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw RpcErrors.Timeout(endpoint, call, timeout ?? TimeSpan.Zero, e.InnerException);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw e.InnerException as EtcdRpcException ?? RpcErrors.ConnectionLost(endpoint, call, refused: false, e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static ulong? HeaderOf(HttpResponseMessage answer, string name, NumberStyles style) =>
        answer.Headers.TryGetValues(name, out IEnumerable<string>? values)
        && ulong.TryParse(values.FirstOrDefault(), style, CultureInfo.InvariantCulture, out ulong value) ? value : null;
}
