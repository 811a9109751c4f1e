using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Upgrades.V2Store;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Checks;

/// <summary>Everything that the checks look at, read once.</summary>
internal sealed record UpgradeFacts
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The version change.</summary>
    public required VersionChange Change { get; init; }

    /// <summary>The members and their health.</summary>
    public required Membership Membership { get; init; }

    /// <summary>What each member reports at <c>/version</c>, by name; none where it does not.</summary>
    public required IReadOnlyDictionary<string, ServerVersions> Versions { get; init; }

    /// <summary>The hosts, surveyed for the new version; null for a cluster whose hosts EtcdAdmin does not manage.</summary>
    public InstallState? Hosts { get; init; }

    /// <summary>The members that do not serve because an earlier run of a change was interrupted on them.</summary>
    public IReadOnlyList<string> Interrupted { get; init; } = [];

    /// <summary>The settings that were changed by hand.</summary>
    public IReadOnlyList<HandEdit> Edits { get; init; } = [];

    /// <summary>Why programs are not available, by processor architecture.</summary>
    public IReadOnlyDictionary<string, EtcdException> MissingPackages { get; init; } = new Dictionary<string, EtcdException>();

    /// <summary>What the members' raft data holds for the v2 store; empty where it does not matter.</summary>
    public IReadOnlyList<V2Findings> V2 { get; init; } = [];

    /// <summary>The age of the newest snapshot of the cluster; null if none was found.</summary>
    public TimeSpan? SnapshotAge { get; init; }

    /// <summary>The members in that snapshot, compared with the cluster's; null where it does not matter or could not be read.</summary>
    public StoredMembers? Stored { get; init; }

    /// <summary>What is known about the support of versions.</summary>
    public ReleaseSupport Support { get; init; } = ReleaseSupport.BuiltIn;

    /// <summary>The time of the checks.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>
    /// The members in the database of each member, compared with the cluster's, by name; null where the database could not be read, and empty where
    /// it does not matter.
    /// </summary>
    public IReadOnlyDictionary<string, StoredMembers?> StoredBy { get; init; } = new Dictionary<string, StoredMembers?>();

    /// <summary>Where snapshots were looked for.</summary>
    public required string SnapshotPlace { get; init; }

    /// <summary>Whether a downgrade is in progress that the change does not continue.</summary>
    public bool AbandonsDowngrade => Change.Kind is VersionChangeKind.Upgrade or VersionChangeKind.Patch
        && Membership.Health.Members.Any(member =>
            EtcdVersion.TryParse(member.DowngradeTarget, out EtcdVersion target) && MinorLine.Of(target) != MinorLine.Of(Change.To));

    /// <summary>The cluster.</summary>
    public EtcdCluster Cluster => Membership.Cluster;

    /// <summary>A result for the cluster or one member.</summary>
    public EtcdUpgradeCheck Result(
        UpgradeGate gate, UpgradeCheckResult result, string reason, string? nextStep = null, string? member = null) => new()
        {
            Cluster = Cluster.Name,
            Member = member,
            Version = Change.To,
            Gate = gate,
            Result = result,
            Reason = reason,
            NextStep = nextStep,
        };

    /// <summary>What the members report at <c>/version</c>.</summary>
    public static async Task<IReadOnlyDictionary<string, ServerVersions>> ReadVersionsAsync(
        Membership membership, CancellationToken cancellationToken)
    {
        (string Name, ServerVersions? Versions)[] answers = await Task.WhenAll(membership.Health.Members
            .Where(member => member is { Reachable: true, Endpoint: not null })
            .Select(async member => (member.Member, await membership.Cluster.Client.ForEndpoint(member.Endpoint!) // see above
                .WithCalls(CallTimeout, retry: false).ReadVersionsAsync(cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
        return answers.Where(answer => answer.Versions is not null)
            .ToDictionary(answer => answer.Name, answer => answer.Versions!, StringComparer.Ordinal); // see above
    }

    /// <summary>Whether the new version refuses some v2 data.</summary>
    public static bool V2Matters(VersionChange change) =>
        change.Kind == VersionChangeKind.Upgrade && MinorLine.Of(change.To) >= new MinorLine(3, 5);

    /// <summary>The version that each member runs; of one that does not answer, the installed version.</summary>
    public static IReadOnlyList<EtcdVersion> RunningOf(Membership membership) =>
    [
        .. membership.Health.Members.Select(member => member.RunningVersion ?? InstalledOf(membership.Cluster, member)).OfType<EtcdVersion>(),
    ];

    /// <summary>Reads hosts, packages and snapshots.</summary>
    /// <exception cref="AggregateException">One error for each host that could not be read.</exception>
    public static async Task<UpgradeFacts> ReadAsync(
        AdminContext context, Membership membership, IReadOnlyDictionary<string, ServerVersions> versions, VersionChange change,
        PackageRequest package, string snapshots, CancellationToken cancellationToken)
    {
        NewestSnapshot? newest = await NewestSnapshot.FindAsync(membership.Cluster, membership.Id, snapshots, cancellationToken)
            .ConfigureAwait(false);
        var facts = new UpgradeFacts
        {
            Change = change,
            Membership = membership,
            Versions = versions,
            SnapshotPlace = snapshots,
            Now = context.Clock.GetUtcNow(),
            Support = await ReleaseSupport.LoadAsync(context.Home, cancellationToken).ConfigureAwait(false),
            SnapshotAge = context.Clock.GetUtcNow() - newest?.Created,
            Stored = newest is not null && StoredMembers.Matter(change)
                ? await newest.CompareMembersAsync(membership.Members, cancellationToken).ConfigureAwait(false)
                : null,
        };
        // Members that others installed are converted first.
        if (membership.Cluster.Spec is not { } spec || spec.Members.Any(member => member.Adopted is not null)) return facts;
        ClusterSpec wanted = With(spec, change.To);
        InstallState hosts =
            await InstallState.ReadAsync(context, membership.Cluster.Name, membership.Cluster, wanted, cancellationToken).ConfigureAwait(false);
        hosts.RequireOurs(context);
        MemberSpec[] older = [.. spec.Members.Where(member => RunsOlder(membership, member, change))];
        Task<IReadOnlyList<string>> interrupted = FindInterruptedAsync(context, membership, spec, cancellationToken);
        Task<IReadOnlyList<HandEdit>> edits = HandEdits.ReadAsync(context, membership.Cluster, hosts, spec.Members, cancellationToken);
        Task<V2Findings[]> v2 =
            Task.WhenAll(V2Matters(change) ? older.Select(member => V2Scanner.ScanAsync(context, member, cancellationToken)) : []);
        Task<KeyValuePair<string, StoredMembers?>[]> stored = Task.WhenAll(
            StoredMembers.Matter(change) ? older.Select(member => ReadStoredAsync(context, member, membership, cancellationToken)) : []);
        Task<IReadOnlyDictionary<string, EtcdException>> missing = FindMissingAsync(context, hosts, package, change.To, cancellationToken);
        await Task.WhenAll(interrupted, edits, v2, stored, missing).ConfigureAwait(false);
        return facts with
        {
            Hosts = hosts,
            Interrupted = await interrupted.ConfigureAwait(false),
            Edits = await edits.ConfigureAwait(false),
            V2 = await v2.ConfigureAwait(false),
            StoredBy = (await stored.ConfigureAwait(false)).ToDictionary(StringComparer.Ordinal),
            MissingPackages = await missing.ConfigureAwait(false),
        };
    }

    private static async Task<KeyValuePair<string, StoredMembers?>> ReadStoredAsync(
        AdminContext context, MemberSpec member, Membership membership, CancellationToken cancellationToken) => new(
            member.Name,
            await LiveMembers.ReadAsync(context, member, cancellationToken).ConfigureAwait(false) is { } list
                ? StoredMembers.Compare(list, membership.Members)
                : null);

    /// <summary>A specification in which all members have a version.</summary>
    public static ClusterSpec With(ClusterSpec spec, EtcdVersion version) =>
        spec with { Members = [.. spec.Members.Select(member => member with { Version = version == spec.Version ? null : version })] };

    // A member that is done has started with its data.
    private static bool RunsOlder(Membership membership, MemberSpec member, VersionChange change) =>
        membership.Health.Members.FirstOrDefault(health => health.Member == member.Name)?.RunningVersion is not { } running
        || MinorLine.Of(running) != MinorLine.Of(change.To);

    private static async Task<IReadOnlyList<string>> FindInterruptedAsync(
        AdminContext context, Membership membership, ClusterSpec spec, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (MemberSpec member in spec.Members.Where(one => membership.Health.Members.Any(health => health.Member == one.Name && !health.Serves)))
        {
            if (await new MemberFiles(context.HostOf(member), member).HasKeptConfigAsync(cancellationToken).ConfigureAwait(false))
                found.Add(member.Name);
        }

        return found;
    }

    private static EtcdVersion? InstalledOf(EtcdCluster cluster, EtcdHealth member) =>
        cluster.Spec is { } spec && spec.Named(member.Member) is { } known ? spec.VersionOf(known) : null;

    private static async Task<IReadOnlyDictionary<string, EtcdException>> FindMissingAsync(
        AdminContext context, InstallState hosts, PackageRequest package, EtcdVersion version, CancellationToken cancellationToken)
    {
        var missing = new Dictionary<string, EtcdException>(StringComparer.Ordinal);
        foreach (EtcdPlatform platform in hosts.HostsWithoutBinary.Select(hosts.PlatformOf).Distinct())
        {
            try
            {
                PackageRequest wanted = package with { Version = VersionRequest.For(version), Platform = platform };
                await new PackageResolver(context.Home).CheckAsync(wanted, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException e)
            {
                missing[platform.ToString()] = e;
            }
        }

        return missing;
    }
}
