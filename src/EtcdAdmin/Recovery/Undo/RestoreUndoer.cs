using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>Undoes a restore: the old data replaces the present data, which is kept in turn, and the result is proved.</summary>
/// <param name="context">The environment.</param>
public sealed class RestoreUndoer(AdminContext context)
{
    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(3), ComparesProfile = false };

    /// <summary>The restores of a cluster, and undos of them, in this user's profile; the latest first.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="id">The <see cref="EtcdRestorePoint.Id"/> of a single restore; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">
    /// RestoreNotFound: there is no restore with this id. ClusterNotManaged, ClusterNotFound, ProfileInvalid.
    /// </exception>
    public async Task<IReadOnlyList<EtcdRestorePoint>> ListAsync(EtcdCluster cluster, string? id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.RequireSpec();
        var points = new List<EtcdRestorePoint>();
        IReadOnlyList<RestoreRecord> records = await new RestoreRecords(context).ListAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        if (id is not null && !records.Any(record => record.Id == id)) throw NotFound(cluster, id, undone: null, records);
        foreach (RestoreRecord record in records.Where(record => id is null || record.Id == id))
        {
            ClusterSpec before = await BeforeAsync(cluster, record.Id, cancellationToken).ConfigureAwait(false);
            points.Add(new EtcdRestorePoint
            {
                Cluster = cluster,
                Id = record.Id,
                Begun = RestoreRecord.Begun(record.Id),
                Path = record.Snapshot,
                Undid = record.Undid,
                UndoneBy = record.UndoneBy,
                Revision = record.Revision,
                RevisionBefore = record.Before.Revision,
                Members = [.. before.Members.Select(member => member.Name)],
                Backup = [.. record.Backup.Select(backup => backup with { Cluster = cluster.Name, Id = record.Id })],
            });
        }

        return points;
    }

    /// <summary>Copies the kept database to this machine if revisions are to be raised.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="request">The request.</param>
    /// <param name="events">Receives which data is being read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The database, to keep until the operation has ended; null if none is needed.</returns>
    /// <exception cref="EtcdException">
    /// As for <see cref="PlanAsync(EtcdCluster, UndoRequest, KeptDatabase, CancellationToken)"/>, and DiskFull, FileWriteFailed: this machine.
    /// </exception>
    public async Task<KeptDatabase?> BringAsync(
        EtcdCluster cluster, UndoRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        if (request.RevisionBump == 0) return null;
        cluster = await context.Profiles.AsSavedAsync(cluster, cancellationToken).ConfigureAwait(false);
        (RestoreRecord record, ClusterSpec before) = await ChooseAsync(cluster, request, cancellationToken).ConfigureAwait(false);
        var guard = new UndoGuard(cluster, record, before);
        guard.CheckSpecs(request);
        KeptMember[] kept = await FindKeptAsync(UndoSpecs.Make(cluster, before, isAnew: true), record, cluster, cancellationToken).ConfigureAwait(
            false);
        guard.Check(kept, isAnew: true);
        return await KeptDatabase.OpenAsync(context, cluster, kept, events, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the cluster, its hosts and the kept data, and plans the undo; changes nothing.</summary>
    /// <param name="cluster">A managed cluster, running or not.</param>
    /// <param name="request">The request.</param>
    /// <param name="database">The result of <see cref="BringAsync"/> for the same request.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EtcdException">
    /// RestoreNotFound: there is no such restore, or it was undone. MemberDataLost, MemberDataUnreadable, ChecksumMismatch: the old data is
    /// missing, cannot be read now, or was changed. RequestRefused, DataTooNew, AuthFailed, ClusterNotManaged, ClusterNotFound, DiskFull,
    /// HostUnreachable, PortInUse, EtcdExists, PackageNotFound and other errors of a host.
    /// </exception>
    /// <exception cref="AggregateException">Several problems on the hosts.</exception>
    public async Task<Operation<EtcdRestoreUndo>> PlanAsync(
        EtcdCluster cluster, UndoRequest request, KeptDatabase? database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.RevisionBump, nameof(request));
        if (request.RevisionBump > 0 && database is null)
            throw new ArgumentException("To raise revisions, the database is needed.", nameof(database));
        cluster = await context.Profiles.AsSavedAsync(cluster, cancellationToken).ConfigureAwait(false);
        cluster.RequireConverted();
        cluster.RequireNoTlsChange();
        ClientIdentity.Require(cluster, context.Clock); // for the proof at the end
        (RestoreRecord record, ClusterSpec before) = await ChooseAsync(cluster, request, cancellationToken).ConfigureAwait(false);
        KeptSettings.Require(cluster.Name, context.Profiles.FileOf(cluster.Name), before);
        bool isAnew = request.RevisionBump > 0;
        var guard = new UndoGuard(cluster, record, before);
        guard.CheckSpecs(request);
        RestoreSpecs specs = UndoSpecs.Make(cluster, before, isAnew);
        await new OwnershipReader(context).RequireOursAsync(cluster, specs.All, cancellationToken).ConfigureAwait(false);
        guard.Check(await FindKeptAsync(specs, record, cluster, cancellationToken).ConfigureAwait(false), isAnew);
        // After an interrupted undo, the members from before may already run.
        if (cluster.RequireSpec().Restore is null) await ProfileComparison.RequireNoOthersAsync(cluster, cancellationToken).ConfigureAwait(false);
        LiveMember[] live = await LiveMember.AskAsync(cluster, specs.All, cancellationToken).ConfigureAwait(false);
        await RestoreHostGuard.RequireAsync(context, specs, database?.Source.Snapshot, live, cancellationToken).ConfigureAwait(false);
        RestoreTool[] tools = await Task.WhenAll(specs.Restored.Members.Select(member => isAnew
            ? RestoreTool.FindAsync(context.HostOf(member), member, specs.Restored.InstalledVersionOf(member), cancellationToken)
            : RestoreTool.RequireEtcdAsync(
                context.HostOf(member), member, specs.Restored.InstalledVersionOf(member), cancellationToken))).ConfigureAwait(false);
        var now = await LiveMember.DescribeAsync(cluster, live, cancellationToken).ConfigureAwait(false);
        var input = new UndoInput(
            cluster, request, record, before,
            new ProofIdentity(record.Before.Authentication == false ? null : request.Credential ?? cluster.Credential, null),
            [.. Broken(cluster), .. UndoWarnings.Of(cluster, record, specs, now, request)])
        { Now = now };
        if (database is not null)
            input = await AnewAsync(input, database, live, tools.All(tool => tool.CanBump), cancellationToken).ConfigureAwait(false);
        return await PlanAsync(input, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<UndoInput> AnewAsync(
        UndoInput input, KeptDatabase database, LiveMember[] live, bool canBump, CancellationToken cancellationToken)
    {
        RestoreSource source = database.Source;
        EtcdCluster cluster = input.Cluster;
        if (DataVersion.RefusalOfRestored(source.Snapshot, cluster.RequireSpec().Version!.Value) is { } tooNew) throw tooNew; // an installed cluster
        var restore = new RestoreRequest
        {
            SkipHashCheck = true,
            RevisionBump = input.Request.RevisionBump,
            HealthTimeout = input.Request.HealthTimeout,
        };
        ProofIdentity proof =
            await ProofIdentity.ChooseAsync(
                cluster, source.Snapshot, input.Request.Credential, source.DatabasePath, cancellationToken).ConfigureAwait(false);
        // Filtered.
        KnownRevision[] known =
        [
            .. live.Where(member => member.Revision is not null).Select(member =>
                new KnownRevision(member.Revision!.Value, $"member {member.Name} was at")),
        ];
        RevisionBump bump = RevisionBump.Choose(
            cluster.Name, source.Snapshot, known, live.Max(member => member.Revision), restore.RevisionBump, canBump);
        string[] warnings =
        [
            .. input.Warnings, .. bump.Warning is { } below ? [below] : Array.Empty<string>(), .. proof.Warning is { } warning
                ? [warning]
                : Array.Empty<string>(),
            $"The old database of member {database.Member} is restored to all members, so cluster '{cluster.Name}' gets a new id. "
                + "Entries that are only in the member's log are lost; a member that was stopped normally usually has none.",
        ];
        return input with
        {
            Proof = proof,
            Warnings = warnings,
            Anew = new RestoreInput(cluster, restore, source.Snapshot, source.DatabasePath, bump, proof, new HashSet<string>(), warnings),
        };
    }

    private async Task<Operation<EtcdRestoreUndo>> PlanAsync(UndoInput input, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = input.Cluster;
        RestoreSpecs specs = UndoSpecs.Make(cluster, input.Before, input.Anew is not null);
        await new OwnershipReader(context).RequireOursAsync(cluster, specs.All, cancellationToken).ConfigureAwait(false);
        KeptMember[] kept = await FindKeptAsync(specs, input.Record, cluster, cancellationToken).ConfigureAwait(false);
        new UndoGuard(cluster, input.Record, input.Before).Check(kept, input.Anew is not null);
        ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, Options, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, int> running = await RestoreHostGuard.RunningAsync(context, specs, cancellationToken).ConfigureAwait(false);
        ClusterRestore mark = cluster.RequireSpec().Restore is { } begun
            ? begun with { Running = [.. begun.Running.Union(running.Keys)] }
            : new ClusterRestore(input.Record.Snapshot ?? "", new RestoreRecords(context).NewId(cluster.Name), [.. running.Keys])
            {
                Undoes = input.Record.Id,
            };
        var hashes = new KeptHashes(context, cluster.Name, input.Record);
        MemberRestore[] members = [.. specs.All.Select(member => new MemberRestore(
            context,
            cluster.Name,
            member,
            specs,
            new RestoreMemberState(
                Serves: running.ContainsKey(member.Name) && health.Members.Any(found => found.Member == member.Name && found.Reachable),
                Ran: mark.Running.Contains(member.Name)),
            [new RestoreArchive(member, mark.Stamp) { Retired = specs.Others.Contains(member) }])
        {
            Kept = kept.FirstOrDefault(found => found.Member.Name == member.Name),
            PutsBack = input.Anew is null && !specs.Others.Contains(member),
            Hashes = hashes,
        })];
        EtcdCluster final = cluster.WithSpec(specs.Restored);
        var recorder =
            new RestoreRecorder(context, cluster.WithSpec(specs.Old), new RestoreRecord
            {
                Id = mark.Stamp,
                Undid = input.Record.Id,
                Before = cluster.RequireSpec().Restore is null ? input.Now : new RestoreBefore(),
                Revision = input.Anew?.Revision,
            });
        var outcome = new UndoOutcome(context, input, final, recorder);
        return new Operation<EtcdRestoreUndo>(
            new UndoPlanBuilder(context, specs, input, members, mark).Make(outcome, recorder),
            input.Warnings,
            OperationLock.Of(context, cluster.Name, specs.All),
            again => PlanAgainAsync(input, again),
            _ => Task.FromResult(outcome.Result));
    }

    private async Task<Operation<EtcdRestoreUndo>> PlanAgainAsync(UndoInput input, CancellationToken cancellationToken)
    {
        EtcdCluster now = await context.Profiles.AsSavedAsync(input.Cluster, cancellationToken).ConfigureAwait(false);
        string[] differences = SnapshotRestorer.Differences(input.Cluster.RequireSpec(), now.RequireSpec());
        if (differences.Length > 0) throw OutdatedPlan.Of(now.Name, differences);
        return await PlanAsync(input with { Cluster = now }, cancellationToken).ConfigureAwait(false);
    }

    private Task<KeptMember[]> FindKeptAsync(RestoreSpecs specs, RestoreRecord record, EtcdCluster cluster, CancellationToken cancellationToken)
    {
        string? begun = cluster.RequireSpec().Restore is { } mark && mark.Undoes == record.Id ? mark.Stamp : null;
        return HostErrors.WhenAllAsync(
            specs.Restored.Members.Select(member => KeptMember.FindAsync(context.HostOf(member), member, record, begun, cancellationToken)));
    }

    private async Task<(RestoreRecord Record, ClusterSpec Before)> ChooseAsync(
        EtcdCluster cluster, UndoRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<RestoreRecord> records = await new RestoreRecords(context).ListAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        ClusterRestore? begun = cluster.RequireSpec().Restore;
        string? wanted = request.Id ?? begun?.Undoes;
        RestoreRecord? record = wanted is null
            ? records.FirstOrDefault(found => found.UndoneBy is null)
            : records.FirstOrDefault(found => found.Id == wanted);
        // The record of the undo is written before the profile: an undo that ends in between still has to be completed.
        bool isUndone = record?.UndoneBy is { } by && by != begun?.Stamp;
        if (record is null || isUndone) throw NotFound(cluster, wanted, record, records);
        return (record, await BeforeAsync(cluster, record.Id, cancellationToken).ConfigureAwait(false));
    }

    private async Task<ClusterSpec> BeforeAsync(EtcdCluster cluster, string id, CancellationToken cancellationToken) =>
        (await context.Profiles.LoadKeptAsync(cluster.Name, RestoreRecords.MarkOf(id), cancellationToken).ConfigureAwait(false)).RequireSpec();

    private static IEnumerable<string> Broken(EtcdCluster cluster)
    {
        if (cluster.RequireSpec().Restore is { } begun) yield return $"{begun.Description(cluster.Name)} was interrupted. This undo continues it.";
    }

    private static EtcdException NotFound(EtcdCluster cluster, string? wanted, RestoreRecord? undone, IReadOnlyList<RestoreRecord> records)
    {
        string known = string.Join(", ", records.Where(record => record.UndoneBy is null).Select(record => record.Id));
        string message = undone is not null ? $"Restore {wanted} of cluster '{cluster.Name}' was already undone by {undone.UndoneBy}."
            : wanted is null ? $"No restore of cluster '{cluster.Name}' can be undone: no restore kept the old data, or all are undone."
            : $"Cluster '{cluster.Name}' has no restore '{wanted}' that kept the old data.";
        return new EtcdException(EtcdErrorIds.RestoreNotFound, message)
        {
            Target = wanted ?? cluster.Name,
            NextStep = known.Length > 0
                ? $"Choose a restore that can be undone (Get-EtcdRestore {cluster.Name}): {known}."
                : string.Create(CultureInfo.InvariantCulture, $"The records of restores are in the profile of the user who restored "
                    + $"({RestoreArchive.Mark}-<time>). Run the command as that user, or restore a snapshot."),
        };
    }
}
