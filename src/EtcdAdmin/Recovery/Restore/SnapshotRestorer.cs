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

/// <summary>Puts the data of a snapshot in place of a cluster's data, on all members, and proves it.</summary>
/// <param name="context">The surroundings.</param>
public sealed class SnapshotRestorer(AdminContext context)
{
    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(3), ComparesProfile = false };

    /// <summary>Looks at the snapshot, the cluster and its hosts, and plans the restore; changes nothing.</summary>
    /// <param name="cluster">A managed cluster, running or not.</param>
    /// <param name="source">What to restore; to be kept until the operation has been carried out.</param>
    /// <param name="request">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EtcdException">
    /// SnapshotInvalid, SnapshotVersionMismatch, DataTooNew, UserNotFound, PermissionDenied, AuthFailed: the snapshot does not fit. ClusterNotManaged,
    /// ClusterNotFound, SpecInvalid, MemberNotFound, PackageNotFound, NotSupported: the cluster. DiskFull, HostUnreachable, PortInUse, EtcdExists,
    /// and whatever else is wrong with a host.
    /// </exception>
    /// <exception cref="AggregateException">Several things are wrong with the hosts.</exception>
    public async Task<Operation<EtcdRestore>> PlanAsync(
        EtcdCluster cluster, RestoreSource source, RestoreRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        if (request is { NoRejoin: true, Member: null }) throw new ArgumentException("NoRejoin needs Member: the one that stays.", nameof(request));
        cluster = await context.Profiles.AsSavedAsync(cluster, cancellationToken).ConfigureAwait(false);
        ClientIdentity.Require(cluster, context.Clock); // the proof at the end needs it
        ClusterSpec spec = cluster.RequireSpec();
        KeptSettings.Require(cluster.Name, context.Profiles.FileOf(cluster.Name), spec);
        if (spec is not { Installed: true, Version: { } version }) throw cluster.NotInstalled();
        var warnings = new List<string>(source.Warnings);
        if (RestoreGuard.CheckOrigin(source.Snapshot, cluster) is { } foreign) warnings.Add(foreign);
        IReadOnlySet<string> leftOut = await LeftOutAsync(cluster, request, warnings, cancellationToken).ConfigureAwait(false);
        RestoreSpecs specs = RestoreSpecs.Make(cluster, request.Member, leftOut);
        warnings.AddRange(RestoreGuard.Check(source.Snapshot, source.Form, version, request));
        warnings.AddRange(RestoreGuard.CheckRoom(source.Snapshot, spec));
        ProofIdentity proof = await ProofIdentity.ChooseAsync(cluster, source.Snapshot, request.Credential, source.DatabasePath, cancellationToken).ConfigureAwait(false);
        if (proof.Warning is { } note) warnings.Add(note);

        await new OwnershipReader(context).RequireOursAsync(cluster, specs.All, cancellationToken).ConfigureAwait(false);
        await ProfileComparison.RequireNoOthersAsync(cluster, cancellationToken).ConfigureAwait(false);
        LiveMember[] live = await LiveMember.AskAsync(cluster, specs.All, cancellationToken).ConfigureAwait(false);
        await RestoreHostGuard.RequireAsync(context, specs, source.Snapshot, live, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<HandEdit> edits = await HandEdits.ReadAsync(context, cluster, [.. specs.All], specs.Restored, cancellationToken).ConfigureAwait(false);
        warnings.AddRange(edits.Where(edit => edit.Config).Select(edit =>
            $"{edit.Member.Layout.ConfigFile} of member {edit.Member.Name} was changed by hand ({(edit with { UnitLines = [] }).Describe()}). The restore replaces it; the file as it is now is kept with the old data."));
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

    /// <summary>Where one member is restored, the others need not even be there: they are left out, as a cluster that lost its quorum is rebuilt.</summary>
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
                warnings.Add($"Member {member.Name} is left out of the cluster, because its host cannot be managed now: {e.Message} If it still runs, its clients see the old data: stop it as soon as you can. Add it later: Add-EtcdMember {member.HostName}.");
            }
        }

        return leftOut;
    }

    // Settings that were changed since are kept. After another restore, or with another version or other members, what was agreed to
    // means something else.
    private async Task<Operation<EtcdRestore>> PlanAgainAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        EtcdCluster now = await context.Profiles.AsSavedAsync(input.Cluster, cancellationToken).ConfigureAwait(false);
        ClusterSpec planned = input.Cluster.RequireSpec();
        ClusterSpec found = now.RequireSpec();
        string[] differences = Differences(planned, found);
        if (differences.Length > 0) throw OutdatedPlan.Of(now.Name, differences);
        return await PlanAsync(input with { Cluster = now }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What has changed of a cluster since a restore, or its undoing, was planned.</summary>
    internal static string[] Differences(ClusterSpec planned, ClusterSpec found) =>
    [
        .. found.Token != planned.Token || found.Restore?.Stamp != planned.Restore?.Stamp ? ["another restore or repair has begun or ended"] : Array.Empty<string>(),
        .. found.Version != planned.Version ? [$"the version is {found.Version}, and was {planned.Version}"] : Array.Empty<string>(),
        .. !found.Members.SequenceEqual(planned.Members) ? [$"the members are {Names(found)}, and were {Names(planned)}, or they moved"] : Array.Empty<string>(),
    ];

    private static string Names(ClusterSpec spec) => string.Join(", ", spec.Members.Select(member => member.Name));

    private async Task<Operation<EtcdRestore>> PlanAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = input.Cluster;
        RestoreSpecs specs = RestoreSpecs.Make(cluster, input.Request.Member, input.LeftOut);
        // Also under the lock, as hosts may have changed hands since.
        await new OwnershipReader(context).RequireOursAsync(cluster, specs.All, cancellationToken).ConfigureAwait(false);
        // Where an attempt was broken off, users and passwords may be those of the snapshot already.
        EtcdCluster asked = cluster.RequireSpec().Restore is null ? cluster : input.Proof.Of(cluster);
        ClusterHealth health = await new HealthChecker(context).CheckAsync(asked, Options, cancellationToken).ConfigureAwait(false);
        string[] running = [.. (await RestoreHostGuard.RunningAsync(context, specs, cancellationToken).ConfigureAwait(false)).Keys];
        ClusterRestore note = Note(input, health, running);
        var growth = new RestoreGrowth(context, specs, input, note.Stamp);
        await growth.PrepareAsync(cancellationToken).ConfigureAwait(false);
        MemberRestore[] members = [.. specs.All.Select(member => new MemberRestore(
            context,
            cluster.Name,
            member,
            specs,
            new RestoreMemberState(
                Serves: running.Contains(member.Name) && health.Members.Any(found => found.Member == member.Name && found.Reachable),
                Ran: note.Running.Contains(member.Name)),
            specs.Others.Contains(member) ? growth.Archives(member) : [.. new[] { note.Stamp }.Concat(note.Earlier ?? []).Select(stamp => new RestoreArchive(member, stamp))]))];
        var notes = new RestoreNotes(context, cluster.WithSpec(specs.Old), new RestoreRecord
        {
            Id = note.Stamp,
            Snapshot = input.Info.Path,
            Earlier = note.Earlier,
            Revision = input.Revision,
            // After an attempt that was broken off, what answers may be its data already, and not that from before.
            Before = cluster.RequireSpec().Restore is null ? input.Before : new RestoreBefore(),
        });
        var outcome = new RestoreOutcome(context, input, cluster.WithSpec(specs.Restored), cluster.WithSpec(growth.Final), notes);
        return new Operation<EtcdRestore>(
            new RestorePlanBuilder(context, specs, input, members, note).Make(outcome, notes, growth),
            [.. input.Warnings, .. Broken(cluster), .. growth.Warnings],
            OperationLock.Of(context, cluster.Name, specs.All),
            again => PlanAgainAsync(input, again),
            _ => Task.FromResult(outcome.Result));
    }

    /// <summary>
    /// What the profile says while the restore is under way. An attempt that was broken off before its data served is carried on: the data
    /// from before it, where that is aside already, is what comes back if this one fails. Once restored data serves, clients may have written
    /// to it, and it is data like any other.
    /// </summary>
    private ClusterRestore Note(RestoreInput input, ClusterHealth health, IReadOnlyList<string> running)
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
            yield return $"{begun.Description(cluster.Name)} was begun and broken off. This one carries on from it; what was there before it is kept in folders named {RestoreArchive.Mark}-{begun.Stamp}.";
    }
}
