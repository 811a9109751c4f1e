using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Restores a snapshot to all members of a cluster, and proves the result.</summary>
/// <param name="context">The environment.</param>
public sealed class SnapshotRestorer(AdminContext context)
{
    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(3), ComparesProfile = false };

    /// <summary>Reads the snapshot, the cluster and its hosts, and plans the restore; changes nothing.</summary>
    /// <param name="cluster">A managed cluster, running or not.</param>
    /// <param name="source">The snapshot to restore; keep it until the operation has ended.</param>
    /// <param name="request">How to restore.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EtcdException">
    /// SnapshotInvalid, SnapshotVersionMismatch, DataTooNew, UserNotFound, PermissionDenied, AuthFailed: the snapshot. ClusterNotManaged,
    /// ClusterNotFound, SpecInvalid, MemberNotFound, PackageNotFound, NotSupported: the cluster. DiskFull, HostUnreachable, PortInUse,
    /// EtcdExists, and other errors of a host.
    /// </exception>
    /// <exception cref="AggregateException">Several problems on the hosts.</exception>
    public async Task<Operation<EtcdRestore>> PlanAsync(
        EtcdCluster cluster, RestoreSource source, RestoreRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        if (request is { NoRejoin: true, Member: null })
            throw new ArgumentException("-NoRejoin needs -Member: name the member to keep.", nameof(request));
        cluster = await context.Profiles.AsSavedAsync(cluster, cancellationToken).ConfigureAwait(false);
        cluster.RequireConverted();
        cluster.RequireNoTlsChange();
        ClientIdentity.Require(cluster, context.Clock); // for the proof at the end
        ClusterSpec spec = cluster.RequireSpec();
        KeptSettings.Require(cluster.Name, context.Profiles.FileOf(cluster.Name), spec);
        if (spec is not { Installed: true, Version: { } version }) throw cluster.NotInstalled();
        var warnings = new List<string>(source.Warnings);
        if (RestoreGuard.CheckOrigin(source.Snapshot, cluster) is { } foreign) warnings.Add(foreign);
        IReadOnlySet<string> leftOut = await LeftOutAsync(cluster, request, warnings, cancellationToken).ConfigureAwait(false);
        RestoreSpecs specs = RestoreSpecs.Make(cluster, request.Member, leftOut);
        warnings.AddRange(RestoreGuard.Check(source.Snapshot, source.Format, version, request));
        warnings.AddRange(RestoreGuard.CheckRoom(source.Snapshot, spec));
        ProofIdentity proof =
            await ProofIdentity.ChooseAsync(cluster, source.Snapshot, request.Credential, source.DatabasePath, cancellationToken).ConfigureAwait(
                false);
        if (proof.Warning is { } warning) warnings.Add(warning);

        await new OwnershipReader(context).RequireOursAsync(cluster, specs.All, cancellationToken).ConfigureAwait(false);
        await ProfileComparison.RequireNoOthersAsync(cluster, cancellationToken).ConfigureAwait(false);
        LiveMember[] live = await LiveMember.AskAsync(cluster, specs.All, cancellationToken).ConfigureAwait(false);
        await RestoreHostGuard.RequireAsync(context, specs, source.Snapshot, live, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<HandEdit> edits = await HandEdits.ReadAsync(context, cluster, [.. specs.All], specs.Restored, cancellationToken).ConfigureAwait(
            false);
        warnings.AddRange(edits.Where(edit => edit.Config).Select(edit =>
            $"{edit.Member.Layout.ConfigFile} of member {edit.Member.Name} was changed by hand ({(edit with { UnitLines = [] }).Describe()}). The "
                + "restore replaces it; the file as it is now is kept with the old data."));
        RestoreTool[] tools = await Task.WhenAll(specs.Restored.Members.Select(member =>
            RestoreTool.FindAsync(context.HostOf(member), member, version, cancellationToken))).ConfigureAwait(false);
        RevisionBump bump = RevisionBump.Choose(
            cluster.Name,
            source.Snapshot,
            await KnownRevisions.FindAsync(context, cluster, live, source.Snapshot.Path, warnings, cancellationToken).ConfigureAwait(false),
            live.Max(member => member.Revision),
            request.RevisionBump,
            tools.All(tool => tool.CanBump));
        if (bump.Warning is { } back) warnings.Add(back);
        var input = new RestoreInput(cluster, request, source.Snapshot, source.DatabasePath, bump, proof, leftOut, warnings)
        {
            Before = await LiveMember.DescribeAsync(cluster, live, cancellationToken).ConfigureAwait(false),
        };
        return await PlanAsync(input, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>If one member is restored, unreachable other members are removed from the cluster, as in a repair without quorum.</summary>
    private async Task<IReadOnlySet<string>> LeftOutAsync(
        EtcdCluster cluster, RestoreRequest request, List<string> warnings, CancellationToken cancellationToken)
    {
        var leftOut = new HashSet<string>(StringComparer.Ordinal);
        if (request.Member is null) return leftOut;
        foreach (MemberSpec member in RestoreSpecs.Make(cluster, request.Member, leftOut).Others)
        {
            try
            {
                await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException e)
            {
                leftOut.Add(member.Name);
                warnings.Add($"Member {member.Name} is removed from the cluster because its host cannot be managed now: "
                    + $"{e.Message} If the member still runs, its clients see the old data: stop its etcd on that host by hand as soon as possible, "
                    + "and keep it from starting again. "
                    + $"When its old etcd is stopped and the host can be managed again, add it: Add-EtcdMember {member.HostName}.");
            }
        }

        return leftOut;
    }

    // Later changes of settings are kept. After another restore, or with another version or other members, the confirmed plan would mean
    // something else.
    private async Task<Operation<EtcdRestore>> PlanAgainAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        EtcdCluster now = await context.Profiles.AsSavedAsync(input.Cluster, cancellationToken).ConfigureAwait(false);
        ClusterSpec planned = input.Cluster.RequireSpec();
        ClusterSpec found = now.RequireSpec();
        string[] differences = Differences(planned, found);
        if (differences.Length > 0) throw OutdatedPlan.Of(now.Name, differences);
        return await PlanAsync(input with { Cluster = now }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What has changed in a cluster since a restore or an undo was planned.</summary>
    internal static string[] Differences(ClusterSpec planned, ClusterSpec found) =>
    [
        .. found.Token != planned.Token || found.Restore?.Stamp != planned.Restore?.Stamp
            ? ["another restore or repair has begun or ended"]
            : Array.Empty<string>(),
        .. found.Version != planned.Version ? [$"the version is {found.Version}, and was {planned.Version}"] : Array.Empty<string>(),
        .. !found.Members.SequenceEqual(planned.Members)
            ? [$"the members are {Names(found)}, and were {Names(planned)}, or they moved"]
            : Array.Empty<string>(),
    ];

    private static string Names(ClusterSpec spec) => string.Join(", ", spec.Members.Select(member => member.Name));

    private async Task<Operation<EtcdRestore>> PlanAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = input.Cluster;
        RestoreSpecs specs = RestoreSpecs.Make(cluster, input.Request.Member, input.LeftOut);
        // Read again under the lock, because the hosts may have changed meanwhile.
        await new OwnershipReader(context).RequireOursAsync(cluster, specs.All, cancellationToken).ConfigureAwait(false);
        // After an interrupted attempt, the users and passwords may already be those of the snapshot.
        EtcdCluster asked = cluster.RequireSpec().Restore is null ? cluster : input.Proof.Of(cluster);
        ClusterHealth health = await new HealthChecker(context).CheckAsync(asked, Options, cancellationToken).ConfigureAwait(false);
        string[] running = [.. (await RestoreHostGuard.RunningAsync(context, specs, cancellationToken).ConfigureAwait(false)).Keys];
        ClusterRestore mark = Mark(input, health, running);
        var growth = new RestoreGrowth(context, specs, input, mark.Stamp);
        await growth.PrepareAsync(cancellationToken).ConfigureAwait(false);
        MemberRestore[] members = [.. specs.All.Select(member => new MemberRestore(
            context,
            cluster.Name,
            member,
            specs,
            new RestoreMemberState(
                Serves: running.Contains(member.Name) && health.Members.Any(found => found.Member == member.Name && found.Reachable),
                Ran: mark.Running.Contains(member.Name)),
            specs.Others.Contains(member)
                ? growth.Archives(member)
                : [.. new[] { mark.Stamp }.Concat(mark.Earlier ?? []).Select(stamp => new RestoreArchive(member, stamp))]))];
        var recorder = new RestoreRecorder(context, cluster.WithSpec(specs.Old), new RestoreRecord
        {
            Id = mark.Stamp,
            Snapshot = input.Info.Path,
            Earlier = mark.Earlier,
            Revision = input.Revision,
            // After an interrupted attempt, the members may already serve the new data, so these facts are not of the old data.
            Before = cluster.RequireSpec().Restore is null ? input.Before : new RestoreBefore(),
        });
        var outcome = new RestoreOutcome(context, input, cluster.WithSpec(specs.Restored), cluster.WithSpec(growth.Final), recorder);
        return new Operation<EtcdRestore>(
            new RestorePlanBuilder(context, specs, input, members, mark).Make(outcome, recorder, growth),
            [.. input.Warnings, .. Broken(cluster), .. growth.Warnings, .. outcome.Alarms.Warnings],
            OperationLock.Of(context, cluster.Name, specs.All),
            again => PlanAgainAsync(input, again),
            _ => Task.FromResult(outcome.Result));
    }

    /// <summary>
    /// The restore mark for the profile. A restore that was interrupted before its data served is continued: if this attempt fails, the old data
    /// kept by that attempt comes back. Once restored data has served, clients may have written to it, so it is treated as any other data.
    /// </summary>
    private ClusterRestore Mark(RestoreInput input, ClusterHealth health, IReadOnlyList<string> running)
    {
        string now = new RestoreRecords(context).NewId(input.Cluster.Name);
        if (input.Cluster.RequireSpec().Restore is not { } begun) return new ClusterRestore(input.Info.Path, now, running);
        bool serves = health.Members.Any(member => member.HasQuorum == true || member.KnowsLeader == true);
        return serves
            ? new ClusterRestore(input.Info.Path, now, running) { Earlier = [begun.Stamp, .. begun.Earlier ?? []] }
            : begun with { Snapshot = input.Info.Path, Undoes = null, Running = [.. begun.Running.Union(running)] };
    }

    private static IEnumerable<string> Broken(EtcdCluster cluster)
    {
        if (cluster.RequireSpec().Restore is { } begun)
            yield return $"{begun.Description(cluster.Name)} was interrupted. This restore continues it. "
                + $"The old state is kept in folders named {RestoreArchive.Mark}-{begun.Stamp}.";
    }
}
