using System.Collections.Concurrent;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Members;

/// <summary>Starts and stops members of managed clusters.</summary>
/// <param name="context">The environment.</param>
public sealed class MemberOperator(AdminContext context)
{
    /// <summary>Starts a member and waits until it answers; a running member is left unchanged.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="timeout">The time limit for its answer.</param>
    /// <param name="cancellationToken">Cancels the wait; the member still starts.</param>
    /// <returns>Its health. Not healthy if the cluster still has no quorum, which one member cannot change.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotFound, EtcdExists: the host has an etcd that does not belong to this member;
    /// MemberDataLost, MemberStartFailed, NotHealthy: it did not answer in time.</exception>
    public async Task<EtcdHealth> StartAsync(
        EtcdCluster cluster, string memberName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        MemberSpec member = await LaunchAsync(cluster, memberName, cancellationToken).ConfigureAwait(false);
        return await new MemberGate(context).WaitAsync(cluster, member, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts members in parallel, then waits until each answers: in a stopped cluster no member answers before others run. A member that
    /// fails does not keep others from starting.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberNames">The members' names; running members are left unchanged.</param>
    /// <param name="timeout">The time limit for their answers once all have been started.</param>
    /// <param name="throttleLimit">How many are started at once, at least 1. All are waited for together.</param>
    /// <param name="cancellationToken">Cancels the wait; the members still start.</param>
    /// <returns>The outcome of each, in the given order, including the exceptions of <see cref="StartAsync(EtcdCluster, string, TimeSpan,
    /// CancellationToken)"/>.</returns>
    public async Task<IReadOnlyList<MemberStart>> StartAsync(
        EtcdCluster cluster, IReadOnlyList<string> memberNames, TimeSpan timeout, int throttleLimit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(memberNames);
        ArgumentOutOfRangeException.ThrowIfLessThan(throttleLimit, 1);
        // The same member twice would be two processes on one folder.
        string[] names = [.. memberNames.Distinct(StringComparer.Ordinal)];
        var launched = new ConcurrentBag<MemberSpec>();
        var done = new ConcurrentDictionary<string, MemberStart>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = throttleLimit, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, options, async (name, token) =>
        {
            try
            {
                launched.Add(await LaunchAsync(cluster, name, token).ConfigureAwait(false));
            }
            catch (EtcdException e)
            {
                done[name] = new MemberStart(name, null, e);
            }
        }).ConfigureAwait(false);
        foreach (MemberStart start in await new MemberGate(context).WaitAsync(cluster, [.. launched], timeout, cancellationToken).ConfigureAwait(
            false))
            done[start.Member] = start;
        return [.. names.Select(name => done[name])];
    }

    /// <summary>Stops a member; a stopped member is left unchanged. Its clients switch to other members.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="cancellationToken">Cancels the wait; the member may still stop.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotFound, EtcdExists: the host has an etcd that does not belong to this member;
    /// MemberStopFailed.</exception>
    public async Task StopAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        MemberSpec member = await FindOursAsync(cluster, memberName, cancellationToken).ConfigureAwait(false);
        await context.ServiceOf(member).StopAsync(member, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops a member, starts it again, and waits until it answers.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="timeout">The time limit for its answer.</param>
    /// <param name="cancellationToken">Cancels the wait. A member that is being stopped is started again nevertheless.</param>
    /// <returns>Its health, as after a start.</returns>
    /// <exception cref="EtcdException">Those of stopping and starting. MemberDataLost: if it runs, it is not stopped. CertificateInvalid: the
    /// operator's certificate; nothing was changed.</exception>
    public async Task<EtcdHealth> RestartAsync(
        EtcdCluster cluster, string memberName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        MemberSpec member = await FindOursAsync(cluster, memberName, cancellationToken).ConfigureAwait(false);
        IMemberService service = context.ServiceOf(member);
        EtcdVersion version = cluster.RequireSpec().VersionOf(member) ?? throw cluster.NotInstalled();
        DataAtStart data = Data(cluster);
        ClientIdentity.Require(cluster, context.Clock); // without it the restarted member could not be checked
        if (data == DataAtStart.Required) await MemberDataCheck.RequireBeforeStopAsync(context, member, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        // A restarted member must run at the end, even if the operator cancels the wait.
        await service.StopAsync(member, CancellationToken.None).ConfigureAwait(false);
        await service.StartAsync(member, version, data, CancellationToken.None).ConfigureAwait(false);
        return await new MemberGate(context).WaitAsync(cluster, member, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses if stopping a member would leave fewer voters up than the quorum.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="EtcdException">QuorumAtRisk, with the arithmetic. Not thrown for a member that is already down. CertificateInvalid: the
    /// operator's certificate, without which no member can be checked.</exception>
    public async Task GuardQuorumAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        Find(cluster, memberName);
        ClientIdentity.Require(cluster, context.Clock); // members that refuse this operator would count as down
        if (await FindQuorumLossAsync(cluster, [memberName], cancellationToken).ConfigureAwait(false) is { } loss)
            throw QuorumAtRisk($"Without member {memberName}, cluster '{cluster.Name}' would lose its quorum: {loss}.", memberName);
    }

    /// <summary>Refuses if stopping several members one after the other would leave fewer voters up than the quorum.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberNames">The members' names; unknown names are ignored.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="EtcdException">QuorumAtRisk, with the arithmetic. CertificateInvalid: the operator's certificate.</exception>
    public async Task GuardQuorumAsync(EtcdCluster cluster, IReadOnlyList<string> memberNames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ClientIdentity.Require(cluster, context.Clock);
        if (await FindQuorumLossAsync(cluster, memberNames, cancellationToken).ConfigureAwait(false) is { } loss)
            throw QuorumAtRisk(
                $"Stopping members {string.Join(", ", memberNames)} would leave cluster '{cluster.Name}' without a quorum: {loss}. No member was "
                    + "stopped.", cluster.Name);
    }

    /// <summary>Whether stopping members makes a serving cluster lose its quorum.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberNames">The members' names; unknown names are ignored.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>The arithmetic, as the end of a sentence; null if the quorum is kept, or there is none.</returns>
    public async Task<string?> FindQuorumLossAsync(EtcdCluster cluster, IReadOnlyList<string> memberNames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(memberNames);
        ClusterHealth health =
            await new HealthChecker(context).CheckAsync(cluster, new HealthOptions { ComparesProfile = false }, cancellationToken).ConfigureAwait(
                false);
        var now = QuorumCount.Of(health, member => member.Reachable);
        var left = QuorumCount.Of(health, member => member.Reachable && !memberNames.Contains(member.Member));
        if (left.Up == now.Up || !now.Holds || left.Holds) return null;
        return $"{now.Up} of {now.Voters} voter(s) are up, {left.Up} would be left, and the quorum is {now.Quorum}";
    }

    /// <summary>The stopped members of a cluster that does not serve. They can only be started together: no member serves before others
    /// run.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="memberNames">The members' names.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>The members that are not running, in the given order; none if enough voters answer, or the cluster is not managed.</returns>
    public async Task<IReadOnlyList<string>> FindStoppedAsync(
        EtcdCluster cluster, IReadOnlyList<string> memberNames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (!cluster.IsManaged) return [];
        IReadOnlyList<EtcdMember> members =
            await new MemberReader(context).ReadAsync(cluster, new HealthOptions().Timeout, cancellationToken).ConfigureAwait(false);
        if (QuorumCount.Of(members, member => !member.IsLearner, member => member.State is MemberState.Leader or MemberState.Follower).Holds)
            return [];
        return [.. memberNames.Where(name => members.Any(member => member.Name == name && member.State == MemberState.Stopped))];
    }

    private async Task<MemberSpec> LaunchAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        MemberSpec member = await FindOursAsync(cluster, memberName, cancellationToken).ConfigureAwait(false);
        EtcdVersion version = cluster.RequireSpec().VersionOf(member) ?? throw cluster.NotInstalled();
        await context.ServiceOf(member).StartAsync(member, version, Data(cluster), cancellationToken).ConfigureAwait(false);
        return member;
    }

    /// <summary>The member, if the etcd in its place belongs to it.</summary>
    private async Task<MemberSpec> FindOursAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        MemberSpec member = Find(cluster, memberName);
        await new OwnershipReader(context).RequireOursAsync(cluster, [member], cancellationToken).ConfigureAwait(false);
        return member;
    }

    // Members of an interrupted installation may not have started yet.
    private static DataAtStart Data(EtcdCluster cluster) => cluster.RequireSpec().Installed ? DataAtStart.Required : DataAtStart.MayBeCreated;

    private static EtcdException QuorumAtRisk(string message, string target) => new(EtcdErrorIds.QuorumAtRisk, message)
    {
        Target = target,
        NextStep = "Start the other members first. To stop it anyway, use -Force; clients cannot write until a quorum is back.",
    };

    private static MemberSpec Find(EtcdCluster cluster, string memberName)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return cluster.RequireSpec().Members.FirstOrDefault(member => member.Name == memberName) ?? throw new EtcdException(
            EtcdErrorIds.MemberNotFound, $"Cluster '{cluster.Name}' has no member '{memberName}'.")
        {
            Target = memberName,
            NextStep = $"Its members are {string.Join(", ", cluster.RequireSpec().Members.Select(member => member.Name))}.",
        };
    }
}
