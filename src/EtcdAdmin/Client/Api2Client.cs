using System.Diagnostics;
using System.Net;
using System.Text.Json;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Client;

/// <summary>API 2 of one member: what etcd 2.3 has instead of the v3 API.</summary>
/// <remarks>Source: etcd <c>Documentation/members_api.md</c>, <c>api.md</c>, <c>other_apis.md</c> and <c>etcdserver/etcdhttp/client.go</c>, 2.3.8;
/// 3.0 serves the same.</remarks>
/// <param name="transport">The connections.</param>
/// <param name="endpoint">The member.</param>
/// <param name="timeout">The time limit of each call; null for none.</param>
internal sealed class Api2Client(Api2Transport transport, Uri endpoint, TimeSpan? timeout)
{
    private const int KeyNotFound = 100;

    // etcdctl's health check of v3 reads the same key; it need not exist.
    private const string QuorumRead = "/v2/keys/health?quorum=true";

    /// <summary>Sends any request.</summary>
    /// <exception cref="EtcdRpcException">There is no answer.</exception>
    public Task<Api2Answer> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken) =>
        transport.SendAsync(endpoint, method, path, timeout, cancellationToken);

    /// <summary>Lists the members, as this member knows them.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<MemberList> ListAsync(CancellationToken cancellationToken)
    {
        const string Path = "/v2/members";
        using Api2Answer answer = await GetAsync(Path, cancellationToken).ConfigureAwait(false);
        if (answer.Cluster is not { } cluster || !answer.Body.TryGetProperty("members", out JsonElement members)
            || members.ValueKind != JsonValueKind.Array) throw Unexpected(Path);
        return new MemberList(
            new EtcdHeader(cluster, default, 0, 0), [.. members.EnumerateArray().Select(member => MemberOf(member) ?? throw Unexpected(Path))]);
    }

    /// <summary>The state of the member.</summary>
    /// <exception cref="EtcdRpcException">A call failed.</exception>
    public async Task<MemberStatus> StatusAsync(CancellationToken cancellationToken)
    {
        const string Path = "/v2/stats/self";
        Task<ServerVersions> versions = VersionsAsync(cancellationToken);
        Task<MemberList> list = ListAsync(cancellationToken);
        Task<Api2Answer> asked = GetAsync(Path, cancellationToken);
        await Task.WhenAll(versions, list, asked).ConfigureAwait(false);
        using Api2Answer self = await asked.ConfigureAwait(false);
        if (!MemberId.TryParse(TextOf(self.Body, "id"), out MemberId id)) throw Unexpected(Path);
        MemberId leader = self.Body.TryGetProperty("leaderInfo", out JsonElement info)
            && MemberId.TryParse(TextOf(info, "leader"), out MemberId known)
            ? known : default;
        return new MemberStatus
        {
            Header = new EtcdHeader((await list.ConfigureAwait(false)).Header.ClusterId, id, 0, 0),
            Version = (await versions.ConfigureAwait(false)).Server.ToString(),
            Leader = leader,
            DbSizeBytes = 0, // it has no database
            DbSizeInUseBytes = null,
            DbSizeQuotaBytes = null,
            RaftIndex = 0,
            RaftTerm = 0,
            RaftAppliedIndex = null,
            Errors = [],
            IsLearner = false,
            StorageVersion = null,
            DowngradeTarget = null,
        };
    }

    /// <summary>What the member reports at <c>/version</c>.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<ServerVersions> VersionsAsync(CancellationToken cancellationToken)
    {
        const string Path = "/version";
        using Api2Answer answer = await GetAsync(Path, cancellationToken).ConfigureAwait(false);
        return ServerVersions.Read(answer.Body) ?? throw Unexpected(Path);
    }

    /// <summary>The raft index that the member knows to be committed.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<ulong> RaftIndexAsync(CancellationToken cancellationToken)
    {
        const string Path = "/v2/keys/";
        using Api2Answer answer = await GetAsync(Path, cancellationToken).ConfigureAwait(false);
        return answer.RaftIndex ?? throw Unexpected(Path);
    }

    /// <summary>Reads with the agreement of a quorum, and takes the time.</summary>
    /// <exception cref="EtcdRpcException">The call failed, or the user may not read.</exception>
    public async Task<TimeSpan> ReadAsync(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using Api2Answer answer = await SendAsync(HttpMethod.Get, QuorumRead, cancellationToken).ConfigureAwait(false);
        if (answer.IsSuccess || answer.ErrorCode == KeyNotFound) return Stopwatch.GetElapsedTime(start);
        throw Failed(QuorumRead.Split('?')[0], answer);
    }

    private async Task<Api2Answer> GetAsync(string path, CancellationToken cancellationToken)
    {
        Api2Answer answer = await SendAsync(HttpMethod.Get, path, cancellationToken).ConfigureAwait(false);
        if (answer.IsSuccess && answer.Body.ValueKind == JsonValueKind.Object) return answer;
        using (answer) throw answer.IsSuccess ? Unexpected(path) : Failed(path, answer);
    }

    private static Member? MemberOf(JsonElement member) => MemberId.TryParse(TextOf(member, "id"), out MemberId id)
        ? new Member(id, TextOf(member, "name") ?? "", UrlsOf(member, "peerURLs"), UrlsOf(member, "clientURLs"), IsLearner: false)
        : null;

    private static IReadOnlyList<Uri> UrlsOf(JsonElement member, string name) =>
        member.TryGetProperty(name, out JsonElement urls) && urls.ValueKind == JsonValueKind.Array
            ? [.. urls.EnumerateArray()
                .Select(url => Uri.TryCreate(url.GetString(), UriKind.Absolute, out Uri? parsed) ? parsed : null).OfType<Uri>()]
            : [];

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private EtcdRpcException Failed(string path, Api2Answer answer) => answer.Status switch
    {
        HttpStatusCode.Unauthorized => RpcErrors.Api2Refused(endpoint, path, answer.Message),
        HttpStatusCode.NotFound => RpcErrors.NotServed(endpoint, path, (int)answer.Status),
        _ => RpcErrors.Api2Failed(endpoint, path, answer.Message),
    };

    private EtcdRpcException Unexpected(string path) => RpcErrors.Protocol(endpoint, path.TrimStart('/'), "the answer is not one of etcd's API 2");
}
