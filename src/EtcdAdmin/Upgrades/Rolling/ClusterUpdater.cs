using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Checks.Gates;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>Changes the version of a cluster: one member after the other, the leader last, each proved before the next.</summary>
/// <param name="context">The context.</param>
public sealed class ClusterUpdater(AdminContext context)
{
    /// <summary>Checks whether the cluster can change its version; changes nothing.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="request">The request; only its version, package and snapshot folder count.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>All results, for the first of several changes.</returns>
    /// <exception cref="EtcdException">UpgradeRefused: no way leads to the version. InvalidArgument, PackageNotFound: the version.</exception>
    public async Task<IReadOnlyList<EtcdUpgradeCheck>> TestAsync(EtcdCluster cluster, UpdateRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        if (Before3.UpdateRefusal(cluster) is { } refusal) throw refusal;
        Way way = await FindWayAsync(cluster, request, cancellationToken).ConfigureAwait(false);
        return UpgradeGates.Check(await ReadAsync(way, request, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Plans the change; reads the cluster and the hosts, and changes nothing.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EtcdException">UpgradeRefused: no way leads to the version, or a check failed. ClusterNotManaged, MemberNotConverted,
    /// InvalidArgument, PackageNotFound, MemberNotFound, QuorumAtRisk, NotHealthy.</exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public async Task<ClusterUpdate> PlanAsync(EtcdCluster cluster, UpdateRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireSpec();
        if (Before3.UpdateRefusal(cluster) is { } refusal) throw refusal;
        cluster.RequireConverted();
        Way way = await FindWayAsync(cluster, request, cancellationToken).ConfigureAwait(false);
        UpgradeFacts facts = await ReadAsync(way, request, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<EtcdUpgradeCheck> checks = UpgradeGates.Check(facts);
        ClusterSpec spec = way.Membership.Cluster.RequireSpec();
        RequireMembers(spec, request);
        MemberSpec[] changed = [.. spec.Members.Where(member => Needs(facts, member))];
        var plan = new PlanBuilder($"Changing cluster {cluster.Name} to etcd {way.Changes[^1].To}", cluster.Name);
        string[] warnings = [];
        if (changed.Length > 0 || spec.Version != way.Changes[0].To || facts.AbandonsDowngrade)
        {
            warnings = UpgradeRefusal.Require(way.Membership.Cluster, way.Changes[0], checks, request.IgnoredChecks);
            new RollingRestart(way.Membership).Require(changed, "Changing the version", request.AllowsInterruption);
            await AddStepsAsync(plan, way, facts, changed, request, cancellationToken).ConfigureAwait(false);
        }

        var operation = new Operation<EtcdCluster>(
            plan.Build(),
            warnings,
            OperationLock.Of(context, cluster.Name, spec.Members),
            async again => (await PlanAsync(cluster, request, again).ConfigureAwait(false)).Operation,
            token => context.Profiles.AsSavedAsync(way.Membership.Cluster, token));
        return new ClusterUpdate(operation, way.Changes, checks, operation.Plan.IsEmpty ? null : Advice(way, request));
    }

    private async Task AddStepsAsync(
        PlanBuilder plan, Way way, UpgradeFacts facts, MemberSpec[] changed, UpdateRequest request, CancellationToken cancellationToken)
    {
        var state = new UpdateState(context, way.Membership.Cluster);
        var first = new VersionChangeSteps(state, way.Changes[0], request, Folder(way, request));
        bool isWhole = await first.AddToAsync(plan, facts, changed, cancellationToken).ConfigureAwait(false);
        foreach (VersionChange change in isWhole ? way.Changes.Skip(1) : [])
        {
            var steps = new VersionChangeSteps(state, change, request, Folder(way, request));
            await steps.AddLaterAsync(plan, way.Membership, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Way> FindWayAsync(EtcdCluster cluster, UpdateRequest request, CancellationToken cancellationToken)
    {
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        membership.Cluster.RequireNoTlsChange();
        IReadOnlyDictionary<string, ServerVersions> versions = await UpgradeFacts.ReadVersionsAsync(membership, cancellationToken)
            .ConfigureAwait(false);
        IReadOnlyList<EtcdVersion> running = UpgradeFacts.RunningOf(membership);
        if (running.Count == 0)
        {
            throw new EtcdException(EtcdErrorIds.NotHealthy, $"No member of cluster '{cluster.Name}' reports its version.")
            {
                Target = cluster.Name,
                NextStep = "Start its members first (Start-EtcdMember).",
            };
        }

        EtcdVersion? agreed = versions.Values.Select(one => one.Cluster).FirstOrDefault(known => known is not null);
        // A line that is too far away is refused before packages of it are looked for: there may be none.
        if (request.Wanted is { Exact: null, Major: { } major, Minor: { } minor } line)
        {
            await VersionPath.FindAsync(
                cluster.Name, running, agreed, new MinorLine(major, minor).ClusterVersion, request.PassesThrough,
                passed => Task.FromResult(passed.ClusterVersion), line.ToString()).ConfigureAwait(false);
        }

        var target = new VersionTarget(context, request.Package);
        EtcdVersion version = await target.FindAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<VersionChange> changes = await VersionPath.FindAsync(
            cluster.Name, running, agreed, version, request.PassesThrough, passed => target.NewestOfAsync(passed, cancellationToken))
            .ConfigureAwait(false);
        return new Way(membership, versions, changes);
    }

    private Task<UpgradeFacts> ReadAsync(Way way, UpdateRequest request, CancellationToken cancellationToken) => UpgradeFacts.ReadAsync(
        context, way.Membership, way.Versions, way.Changes[0], request.Package, Folder(way, request), cancellationToken);

    private string Folder(Way way, UpdateRequest request) =>
        request.SnapshotFolder ?? UpdateSnapshots.DefaultFolder(context, way.Membership.Cluster.Name);

    /// <summary>Whether a member does not run the new version with the new configuration yet.</summary>
    private static bool Needs(UpgradeFacts facts, MemberSpec member)
    {
        EtcdVersion wanted = facts.Change.To;
        return facts.Cluster.RequireSpec().VersionOf(member) != wanted
            || !facts.Hosts!.Running.Contains(member.Name) // it is managed
            || facts.Membership.Health.Members.Any(health => health.Member == member.Name
                && health.RunningVersion is { } running && running != wanted)
            || facts.Hosts.ConfigDiffers(facts.Hosts.Wanted.Named(member.Name)!); // both have the same members
    }

    private static void RequireMembers(ClusterSpec spec, UpdateRequest request)
    {
        if (request.Members?.FirstOrDefault(name => spec.Named(name) is null) is not { } unknown) return;
        throw new EtcdException(EtcdErrorIds.MemberNotFound, $"The cluster has no member '{unknown}'.")
        {
            Target = unknown,
            NextStep = $"Its members are {string.Join(", ", spec.Members.Select(member => member.Name))}.",
        };
    }

    private string Advice(Way way, UpdateRequest request)
    {
        VersionChange change = way.Changes[0];
        EtcdVersion old = way.Membership.Cluster.RequireSpec().Version ?? UpgradeFacts.RunningOf(way.Membership).Min();
        string back = $"Update-EtcdCluster {way.Membership.Cluster.Name} -Version {old}";
        if (change.Kind != VersionChangeKind.Upgrade) return $"To roll back: {back}";
        return change.From >= new MinorLine(3, 5)
            ? $"To roll back, at any time: {back}"
            : $"To roll back before the last member is updated: {back}. After that, restore the snapshot in "
                + $"{Folder(way, request)} into a new cluster.";
    }

    private sealed record Way(
        Membership Membership, IReadOnlyDictionary<string, ServerVersions> Versions, IReadOnlyList<VersionChange> Changes);
}
