using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Members;

/// <summary>Lists the members of a cluster with what each of them does.</summary>
/// <param name="context">The surroundings.</param>
public sealed class MemberReader(AdminContext context)
{
    /// <summary>Reads the members; those that do not answer are listed too.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="timeout">How long each has to answer; all are asked at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdRpcException">Nobody told who belongs to the cluster, and it is not managed from here.</exception>
    public async Task<IReadOnlyList<EtcdMember>> ReadAsync(EtcdCluster cluster, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        // The hosts are asked while the members are: where all are silent, that takes the timeout once.
        var processes = (cluster.Spec?.Members ?? []).ToDictionary(
            member => member.Name, member => FindProcessAsync(member, timeout, cancellationToken), StringComparer.Ordinal);
        IReadOnlyList<Member> members;
        try
        {
            members = await MemberQuery.ListAsync(cluster, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException) when (cluster.Spec is not null)
        {
            // Nobody answers, but which members there should be is known, and whether their processes run can be seen.
            return await Task.WhenAll(cluster.Spec.Members.Select(member => FromSpecAsync(cluster, member, processes[member.Name]))).ConfigureAwait(false);
        }

        return [.. (await Task.WhenAll(members.Select(member =>
                AskAsync(cluster, member, processes.GetValueOrDefault(member.Name), timeout, cancellationToken))).ConfigureAwait(false))
            .OrderBy(member => member.Name, StringComparer.Ordinal)];
    }

    /// <summary>The name of the member that leads; null where nobody says so.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<string?> FindLeaderAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return MemberQuery.FindLeaderNameAsync(cluster, cancellationToken);
    }

    // The process is null where its host is not managed from here.
    private static async Task<EtcdMember> AskAsync(
        EtcdCluster cluster, Member member, Task<MemberServiceState?>? process, TimeSpan timeout, CancellationToken cancellationToken)
    {
        MemberSpec? spec = cluster.Spec?.Members.FirstOrDefault(known => known.Name == member.Name);
        MemberStatus? status = null;
        if (HealthTarget.From(cluster, member).Endpoint is { } endpoint)
        {
            try
            {
                status = await cluster.Client.ForEndpoint(endpoint).WithCalls(timeout, retry: false)
                    .Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdRpcException)
            {
                // Its state says that it did not answer; the reason is the business of the health check.
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
            DbSizeBytes = status?.DbSizeBytes,
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

    /// <summary>Whether its process runs; null where its host cannot be asked, which hides no other member.</summary>
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
