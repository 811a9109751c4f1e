using System.Globalization;
using System.Net;
using System.Text.Json;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Rpc;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>API 2 of a cluster, over HTTP. The endpoints are tried in their order.</summary>
/// <remarks>Source: etcd <c>Documentation/v2/api.md</c> and <c>auth_api.md</c>, 3.4.</remarks>
internal sealed class V2ApiClient(EtcdCluster cluster)
{
    private const int KeyNotFound = 100;
    private const int CompareFailed = 101;
    private const int NotAFile = 102;
    private const int DirectoryNotEmpty = 108;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2); // the complete store may be one answer

    /// <summary>Reads a directory with all that is below it.</summary>
    /// <param name="path">With a slash before each name; empty is the root.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Null if there is none. Hidden keys, whose names begin with an underscore, are not listed.</returns>
    public async Task<V2Node?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using Api2Answer answer = await SendAsync(
            HttpMethod.Get, KeyUrl(path) + "?recursive=true&sorted=true&quorum=true", cancellationToken).ConfigureAwait(false);
        if (answer.ErrorCode == KeyNotFound) return null;
        Require(answer, $"read {(path.Length == 0 ? "/" : path)}");
        return V2ApiNodes.Parse(answer.Body) ?? throw Unexpected(answer);
    }

    /// <summary>Reads everything that one member has applied, without asking the others.</summary>
    /// <param name="member">The member's client URL.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The store, and its index at that moment.</returns>
    public async Task<(V2Node Root, ulong Index)> ReadMemberAsync(Uri member, CancellationToken cancellationToken)
    {
        using Api2Answer answer = await cluster.Client.ForEndpoint(member).WithCalls(AnswerLimit, retry: false)
            .Api2.SendAsync(HttpMethod.Get, "/v2/keys/?recursive=true&sorted=true", cancellationToken).ConfigureAwait(false);
        Require(answer, "read /");
        return V2ApiNodes.Parse(answer.Body) is { } root && answer.Index is { } index ? (root, index) : throw Unexpected(answer);
    }

    /// <summary>Deletes a key that is unchanged.</summary>
    /// <returns>False if it was changed meanwhile. A key that no longer exists counts as deleted.</returns>
    public async Task<bool> DeleteKeyAsync(string path, ulong modifiedIndex, CancellationToken cancellationToken)
    {
        string index = modifiedIndex.ToString(CultureInfo.InvariantCulture);
        using Api2Answer answer = await SendAsync(
            HttpMethod.Delete, $"{KeyUrl(path)}?prevIndex={index}", cancellationToken).ConfigureAwait(false);
        if (answer.ErrorCode == KeyNotFound) return true;
        if (answer.ErrorCode is CompareFailed or NotAFile) return false;
        Require(answer, $"delete {path}");
        return true;
    }

    /// <summary>Deletes an empty directory.</summary>
    /// <returns>False if it is not empty. A directory that no longer exists counts as deleted.</returns>
    public async Task<bool> DeleteDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        using Api2Answer answer = await SendAsync(HttpMethod.Delete, KeyUrl(path) + "?dir=true", cancellationToken).ConfigureAwait(false);
        if (answer.ErrorCode == KeyNotFound) return true;
        if (answer.ErrorCode == DirectoryNotEmpty) return false;
        Require(answer, $"delete {path}");
        return true;
    }

    /// <summary>The names of the users or the roles of API 2.</summary>
    /// <param name="kind"><c>users</c> or <c>roles</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<IReadOnlyList<string>> ListAccessAsync(string kind, CancellationToken cancellationToken)
    {
        using Api2Answer answer = await SendAsync(HttpMethod.Get, "/v2/auth/" + kind, cancellationToken).ConfigureAwait(false);
        Require(answer, $"read the {kind} of API 2");
        return answer.Body.TryGetProperty(kind, out JsonElement names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Select(NameOf).OfType<string>()]
            : [];

        // Each is an object; the name of a user is in "user", that of a role in "role".
        string? NameOf(JsonElement item) =>
            item.ValueKind == JsonValueKind.Object && item.TryGetProperty(kind[..^1], out JsonElement name) ? name.GetString() : null;
    }

    /// <summary>Deletes a user or a role of API 2, or (<c>enable</c>) turns its authentication off.</summary>
    public async Task DeleteAccessAsync(string path, CancellationToken cancellationToken)
    {
        using Api2Answer answer = await SendAsync(HttpMethod.Delete, "/v2/auth/" + path, cancellationToken).ConfigureAwait(false);
        // Turning off what is off is refused with 409; a role that etcd itself keeps ("guest", "root") with 403.
        if (answer.Status is not (HttpStatusCode.Conflict or HttpStatusCode.Forbidden or HttpStatusCode.NotFound))
            Require(answer, $"delete {path} of API 2");
    }

    private static string KeyUrl(string path) =>
        "/v2/keys/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.EscapeDataString));

    private async Task<Api2Answer> SendAsync(HttpMethod method, string url, CancellationToken cancellationToken)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await cluster.Client.ForEndpoint(cluster.Endpoints[i]).WithCalls(AnswerLimit, retry: false)
                    .Api2.SendAsync(method, url, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdRpcException) when (i < cluster.Endpoints.Count - 1)
            {
                // The next one may answer.
            }
        }
    }

    private void Require(Api2Answer answer, string action)
    {
        if ((int)answer.Status is >= 200 and < 300) return;
        if (answer.Status == HttpStatusCode.Unauthorized)
        {
            throw new EtcdException(EtcdErrorIds.PermissionDenied, $"API 2 of cluster '{cluster.Name}' refused to {action}: {answer.Message}.")
            {
                Target = cluster.Name,
                NextStep = "Supply the user root of API 2 (-Credential). Its users are not those of the v3 API.",
            };
        }

        if (answer.Status == HttpStatusCode.NotFound && answer.ErrorCode is null)
        {
            throw new EtcdException(
                EtcdErrorIds.NotSupported, $"Cluster '{cluster.Name}' does not serve API 2, so its v2 keys cannot be read or deleted.")
            {
                Target = cluster.Name,
                NextStep = "Turn it on for the time of the conversion (etcd 3.4 and 3.5; until 3.3 it is on by default): "
                    + $"Set-EtcdConfiguration {cluster.Name} -Configuration @{{ 'enable-v2' = $true }}. etcd 3.6 has no API 2.",
            };
        }

        throw Unexpected(answer, action);
    }

    private EtcdException Unexpected(Api2Answer answer, string action = "read the v2 store") => new(
        EtcdErrorIds.ServerError, string.Create(CultureInfo.InvariantCulture,
            $"{answer.Endpoint.GetLeftPart(UriPartial.Authority)} could not {action} (status {(int)answer.Status}): {answer.Message}."))
    {
        Target = cluster.Name,
        NextStep = "Check the cluster with Get-EtcdHealth, then run the command again.",
    };
}
