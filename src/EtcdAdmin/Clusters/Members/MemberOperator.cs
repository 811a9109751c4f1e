using System.Collections.Concurrent;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Members;

/// <summary>Starts and stops members of managed clusters.</summary>
/// <param name="context">The surroundings.</param>
public sealed class MemberOperator(AdminContext context)
{
    /// <summary>Starts a member and waits until it answers; one that runs already is left alone.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="timeout">How long it has to answer.</param>
    /// <param name="cancellationToken">Gives up waiting; the member goes on starting.</param>
    /// <returns>The verdict on it. Not healthy where the cluster still lacks a quorum, which one member cannot help.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotFound, EtcdExists: the host has somebody else's etcd; MemberDataLost, MemberStartFailed, NotHealthy: it did not answer in time.</exception>
    public async Task<EtcdHealth> StartAsync(
        EtcdCluster cluster, string memberName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        MemberSpec member = await LaunchAsync(cluster, memberName, cancellationToken).ConfigureAwait(false);
        return await new MemberGate(context).WaitAsync(cluster, member, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Starts members side by side, then waits until each answers: in a cluster that is stopped none of them does before others run, too.
    /// One that fails keeps no other from starting.
    /// </summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberNames">The members' names; those that run already are left alone.</param>
    /// <param name="timeout">How long they have to answer once all have been started.</param>
    /// <param name="throttleLimit">How many are started at once, at least 1. All are waited for together.</param>
    /// <param name="cancellationToken">Gives up waiting; the members go on starting.</param>
    /// <returns>What became of each, in the order given; what <see cref="StartAsync(EtcdCluster, string, TimeSpan, CancellationToken)"/> would throw is in it.</returns>
    public async Task<IReadOnlyList<MemberStart>> StartAsync(
        EtcdCluster cluster, IReadOnlyList<string> memberNames, TimeSpan timeout, int throttleLimit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(memberNames);
        ArgumentOutOfRangeException.ThrowIfLessThan(throttleLimit, 1);
        // Twice the same would be two processes on one folder.
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
        foreach (MemberStart start in await new MemberGate(context).WaitAsync(cluster, [.. launched], timeout, cancellationToken).ConfigureAwait(false))
            done[start.Member] = start;
        return [.. names.Select(name => done[name])];
    }

    /// <summary>Stops a member; one that does not run is left alone. Clients on it go to the others.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="cancellationToken">Gives up waiting; the member may still stop.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotFound, EtcdExists: the host has somebody else's etcd; MemberStopFailed.</exception>
    public async Task StopAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        MemberSpec member = await FindOursAsync(cluster, memberName, cancellationToken).ConfigureAwait(false);
        await context.ServiceOf(member).StopAsync(member, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops a member, starts it again, and waits until it answers.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="timeout">How long it has to answer.</param>
    /// <param name="cancellationToken">Gives up waiting. A member that is being stopped is started all the same.</param>
    /// <returns>The verdict on it, as for starting it.</returns>
    /// <exception cref="EtcdException">Those of stopping and starting. MemberDataLost: where it runs, it is not stopped. CertificateInvalid: the operator's own; nothing was done.</exception>
    public async Task<EtcdHealth> RestartAsync(
        EtcdCluster cluster, string memberName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        MemberSpec member = await FindOursAsync(cluster, memberName, cancellationToken).ConfigureAwait(false);
        IMemberService service = context.ServiceOf(member);
        EtcdVersion version = cluster.RequireSpec().Version ?? throw cluster.NotInstalled();
        DataAtStart data = Data(cluster);
        ClientIdentity.Require(cluster, context.Clock); // without it nobody could tell whether the member serves again
        if (data == DataAtStart.Required) await MemberDataCheck.RequireBeforeStopAsync(context, member, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        // Whoever restarts wants it to run at the end, also when he does not want to wait for it any longer.
        await service.StopAsync(member, CancellationToken.None).ConfigureAwait(false);
        await service.StartAsync(member, version, data, CancellationToken.None).ConfigureAwait(false);
        return await new MemberGate(context).WaitAsync(cluster, member, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses if stopping a member would leave fewer voters up than the quorum takes.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">QuorumAtRisk, with the arithmetic. Not thrown for a member that is down anyway. CertificateInvalid: the operator's own, with which no member can be asked.</exception>
    public async Task GuardQuorumAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        Find(cluster, memberName);
        ClientIdentity.Require(cluster, context.Clock); // members that refuse this operator would count as down, and the quorum as lost
        if (await FindQuorumLossAsync(cluster, [memberName], cancellationToken).ConfigureAwait(false) is { } loss)
            throw QuorumAtRisk($"Stopping member {memberName} would stop cluster '{cluster.Name}': {loss}.", memberName);
    }

    /// <summary>Refuses if stopping some members, one after the other, would in the end leave fewer voters up than the quorum takes.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberNames">The members' names; those that it does not have count for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">QuorumAtRisk, with the arithmetic. CertificateInvalid: the operator's own.</exception>
    public async Task GuardQuorumAsync(EtcdCluster cluster, IReadOnlyList<string> memberNames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ClientIdentity.Require(cluster, context.Clock);
        if (await FindQuorumLossAsync(cluster, memberNames, cancellationToken).ConfigureAwait(false) is { } loss)
            throw QuorumAtRisk($"Stopping members {string.Join(", ", memberNames)} would stop cluster '{cluster.Name}': {loss}. None was stopped.", cluster.Name);
    }

    /// <summary>Whether stopping members costs a cluster that serves its quorum.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberNames">The members' names; those that it does not have count for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The arithmetic, as the end of a sentence; null where the quorum stays, or there is none to lose.</returns>
    public async Task<string?> FindQuorumLossAsync(EtcdCluster cluster, IReadOnlyList<string> memberNames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(memberNames);
        ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, new HealthOptions { ComparesProfile = false }, cancellationToken).ConfigureAwait(false);
        var now = QuorumCount.Of(health, member => member.Reachable);
        var left = QuorumCount.Of(health, member => member.Reachable && !memberNames.Contains(member.Member));
        if (left.Up == now.Up || !now.Holds || left.Holds) return null;
        return $"of {now.Voters} voter(s) {now.Up} are up, {left.Up} would be left, and the quorum is {now.Quorum}";
    }

    /// <summary>Which of some members are stopped in a cluster that does not serve. They can only be started together: none serves before others run, too.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="memberNames">The members' names.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Those that are seen not to run, in the order given; none where enough voters answer, or the cluster is not managed.</returns>
    public async Task<IReadOnlyList<string>> FindStoppedAsync(EtcdCluster cluster, IReadOnlyList<string> memberNames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (!cluster.IsManaged) return [];
        IReadOnlyList<EtcdMember> members = await new MemberReader(context).ReadAsync(cluster, new HealthOptions().Timeout, cancellationToken).ConfigureAwait(false);
        if (QuorumCount.Of(members, member => !member.IsLearner, member => member.State is MemberState.Leader or MemberState.Follower).Holds) return [];
        return [.. memberNames.Where(name => members.Any(member => member.Name == name && member.State == MemberState.Stopped))];
    }

    private async Task<MemberSpec> LaunchAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        MemberSpec member = await FindOursAsync(cluster, memberName, cancellationToken).ConfigureAwait(false);
        EtcdVersion version = cluster.RequireSpec().Version ?? throw cluster.NotInstalled();
        await context.ServiceOf(member).StartAsync(member, version, Data(cluster), cancellationToken).ConfigureAwait(false);
        return member;
    }

    /// <summary>The member, where what its host has in its place is not somebody else's.</summary>
    private async Task<MemberSpec> FindOursAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        MemberSpec member = Find(cluster, memberName);
        await new OwnershipReader(context).RequireOursAsync(cluster, [member], cancellationToken).ConfigureAwait(false);
        return member;
    }

    // Members of a cluster whose installation was broken off may not have started yet.
    private static DataAtStart Data(EtcdCluster cluster) => cluster.RequireSpec().Installed ? DataAtStart.Required : DataAtStart.MayBeCreated;

    private static EtcdException QuorumAtRisk(string message, string target) => new(EtcdErrorIds.QuorumAtRisk, message)
    {
        Target = target,
        NextStep = "Bring the other members up first, or use -Force if the cluster shall stop.",
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
