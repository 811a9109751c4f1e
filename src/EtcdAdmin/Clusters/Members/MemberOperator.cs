namespace EtcdAdmin.Clusters;

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
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotFound, MemberStartFailed, NotHealthy: it did not answer in time.</exception>
    public async Task<EtcdHealth> StartAsync(
        EtcdCluster cluster, string memberName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        MemberSpec member = Find(cluster, memberName);
        IMemberService service = context.ServiceOf(member);
        EtcdVersion version = cluster.RequireSpec().Version ?? throw NotInstalled(cluster);
        await service.StartAsync(member, version, cancellationToken).ConfigureAwait(false);
        return await new MemberGate(context).WaitAsync(cluster, member, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops a member; one that does not run is left alone. Clients on it go to the others.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="cancellationToken">Gives up waiting; the member may still stop.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotFound, MemberStopFailed.</exception>
    public async Task StopAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        MemberSpec member = Find(cluster, memberName);
        await context.ServiceOf(member).StopAsync(member, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops a member, starts it again, and waits until it answers.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="timeout">How long it has to answer.</param>
    /// <param name="cancellationToken">Gives up waiting. A member that is being stopped is started all the same.</param>
    /// <returns>The verdict on it, as for <see cref="StartAsync"/>.</returns>
    /// <exception cref="EtcdException">Those of stopping and starting.</exception>
    public async Task<EtcdHealth> RestartAsync(
        EtcdCluster cluster, string memberName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        MemberSpec member = Find(cluster, memberName);
        IMemberService service = context.ServiceOf(member);
        EtcdVersion version = cluster.RequireSpec().Version ?? throw NotInstalled(cluster);
        cancellationToken.ThrowIfCancellationRequested();
        // Whoever restarts wants it to run at the end, also when he does not want to wait for it any longer.
        await service.StopAsync(member, CancellationToken.None).ConfigureAwait(false);
        await service.StartAsync(member, version, CancellationToken.None).ConfigureAwait(false);
        return await new MemberGate(context).WaitAsync(cluster, member, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses if stopping a member would leave fewer voters up than the quorum takes.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="memberName">The member's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">QuorumAtRisk, with the arithmetic. Not thrown for a member that is down anyway.</exception>
    public async Task GuardQuorumAsync(EtcdCluster cluster, string memberName, CancellationToken cancellationToken)
    {
        Find(cluster, memberName);
        ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, new HealthOptions(), cancellationToken).ConfigureAwait(false);
        EtcdHealth[] voters = [.. health.Members.Where(member => member.IsLearner != true)];
        EtcdHealth[] up = [.. voters.Where(member => member.Reachable)];
        int quorum = (voters.Length / 2) + 1;
        if (up.All(member => member.Member != memberName) || up.Length < quorum || up.Length - 1 >= quorum) return;
        throw new EtcdException(EtcdErrorIds.QuorumAtRisk, EtcdErrorKind.InvalidOperation,
            $"Stopping member {memberName} would stop cluster '{cluster.Name}': of {voters.Length} voter(s) {up.Length} are up, "
            + $"{up.Length - 1} would be left, and the quorum is {quorum}.")
        {
            Target = memberName,
            NextStep = "Bring the other members up first, or use -Force if the cluster shall stop.",
        };
    }

    private static MemberSpec Find(EtcdCluster cluster, string memberName)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return cluster.RequireSpec().Members.FirstOrDefault(member => member.Name == memberName) ?? throw new EtcdException(
            EtcdErrorIds.MemberNotFound, EtcdErrorKind.NotFound, $"Cluster '{cluster.Name}' has no member '{memberName}'.")
        {
            Target = memberName,
            NextStep = $"Its members are {string.Join(", ", cluster.RequireSpec().Members.Select(member => member.Name))}.",
        };
    }

    private static EtcdException NotInstalled(EtcdCluster cluster) => new(
        EtcdErrorIds.MemberStartFailed, EtcdErrorKind.InvalidOperation, $"Cluster '{cluster.Name}' has never been completely installed.")
    {
        Target = cluster.Name,
        NextStep = "Run Install-EtcdCluster again; it carries on.",
    };
}
