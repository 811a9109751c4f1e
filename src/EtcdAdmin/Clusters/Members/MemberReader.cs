using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Members;

/// <summary>Lists the members of a cluster with their states.</summary>
/// <param name="context">The environment.</param>
public sealed class MemberReader(AdminContext context)
{
    /// <summary>Reads the members, including those that do not answer.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="timeout">The time limit for each; all are asked at once.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">No member reported the member list, and the cluster is not managed.</exception>
    public async Task<IReadOnlyList<EtcdMember>> ReadAsync(EtcdCluster cluster, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        // Hosts and members are asked at once: if all are silent, that takes the timeout once.
        var processes = (cluster.Spec?.Members ?? []).ToDictionary(
            member => member.Name, member => FindProcessAsync(member, timeout, cancellationToken), StringComparer.Ordinal);
        IReadOnlyList<Member> members;
        try
        {
            members = await MemberQuery.ListAsync(cluster, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException) when (cluster.Spec is not null)
        {
            // No member answers, but the specification has the members, and their processes can be checked.
            return await Task.WhenAll(cluster.Spec.Members.Select(member => FromSpecAsync(cluster, member, processes[member.Name]))).ConfigureAwait(
                false);
        }

        EtcdMember[] asked = await Task.WhenAll(members.Select(member =>
            AskAsync(cluster, member, processes.GetValueOrDefault(member.Name), timeout, cancellationToken))).ConfigureAwait(false);
        // A downgrade is the cluster's; members that are done, or down, do not report it.
        string? target = asked.Select(member => member.DowngradeTarget).FirstOrDefault(known => known is not null);
        return [.. asked.Select(member => member with { DowngradeTarget = target }).OrderBy(member => member.Name, StringComparer.Ordinal)];
    }

    /// <summary>The name of the leader; null if no member reports it.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static Task<string?> FindLeaderAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return MemberQuery.FindLeaderNameAsync(cluster, cancellationToken);
    }

    // The process is null if its host is not managed.
    private static async Task<EtcdMember> AskAsync(
        EtcdCluster cluster, Member member, Task<MemberServiceState?>? process, TimeSpan timeout, CancellationToken cancellationToken)
    {
        MemberSpec? spec = cluster.Spec?.Members.FirstOrDefault(known => known.Name == member.Name);
        MemberStatus? status = null;
        if (HealthTarget.From(cluster, member).Endpoint is { } endpoint)
        {
            try
            {
                status = await MemberQuery.StatusAsync(
                    cluster, cluster.Client.ForEndpoint(endpoint).WithCalls(timeout, retry: false), cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdRpcException)
            {
                // The state shows that it did not answer; the health check reports the reason.
            }
        }

        MemberServiceState? service = process is null ? null : await process.ConfigureAwait(false);
        return new EtcdMember
        {
            Cluster = cluster,
            Name = member.Name,
            Id = member.Id,
            IsLearner = member.IsLearner,
            State = StateOf(member, status, isStopped: service is { IsRunning: false }),
            ClientUrls = member.ClientUrls,
            PeerUrls = member.PeerUrls,
            Version = EtcdVersion.TryParse(status?.Version, out EtcdVersion version) ? version : null,
            DbSizeBytes = status is { DbSizeBytes: > 0 and var size } ? size : null,
            QuotaBytes = status?.DbSizeQuotaBytes,
            StorageVersion = status?.StorageVersion,
            DowngradeTarget = status?.DowngradeTarget,
            HostName = spec?.HostName,
            ProcessId = service?.ProcessId,
        };
    }

    private static async Task<EtcdMember> FromSpecAsync(EtcdCluster cluster, MemberSpec member, Task<MemberServiceState?> process)
    {
        bool tls = cluster.RequireSpec().Tls;
        MemberServiceState? service = await process.ConfigureAwait(false);
        return new EtcdMember
        {
            Cluster = cluster,
            Name = member.Name,
            State = service is { IsRunning: false } ? MemberState.Stopped : MemberState.Unreachable,
            ClientUrls = [member.ClientUrl(tls)],
            PeerUrls = [member.PeerUrl(tls)],
            HostName = member.HostName,
            ProcessId = service?.ProcessId,
        };
    }

    /// <summary>Whether its process runs; null if its host cannot be checked, which must not hide other members.</summary>
    private async Task<MemberServiceState?> FindProcessAsync(MemberSpec member, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.WithinAsync(
                token => context.ServiceOf(member).GetStateAsync(member, token), timeout, context.Clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (EtcdException)
        {
            return null;
        }
    }

    private static MemberState StateOf(Member member, MemberStatus? status, bool isStopped) =>
        status is not null ? status.IsLeader ? MemberState.Leader : member.IsLearner ? MemberState.Learner : MemberState.Follower
        : !member.IsStarted ? MemberState.NotStarted
        : isStopped ? MemberState.Stopped
        : MemberState.Unreachable;
}
