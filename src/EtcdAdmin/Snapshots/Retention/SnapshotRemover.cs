using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Removes snapshots by name or by rules. The last valid snapshot of a series is always kept.</summary>
/// <remarks>
/// A series is all snapshots of one cluster in one folder. The manifest gives the cluster's ID or name. All snapshots without this data
/// are one series. A restore gives a cluster a new ID, and therefore starts a new series.
/// </remarks>
/// <param name="context">The services to use.</param>
public sealed class SnapshotRemover(AdminContext context)
{
    /// <summary>Decides which files to remove. Only reads.</summary>
    /// <param name="request">The snapshots to remove.</param>
    /// <param name="events">Receives the progress of the verification, and warnings about invalid snapshots.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>
    /// The decisions, and the series from which nothing is removed, with the reason. SnapshotLast: a named file is the last valid snapshot.
    /// SnapshotInvalid: no snapshot is valid.
    /// </returns>
    /// <exception cref="EtcdException">InvalidArgument: a folder without rules, or no rule. SnapshotNotFound, SnapshotUnreadable.</exception>
    public async Task<SnapshotRemoval> PlanAsync(
        RemoveSnapshotRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        string[] paths = [.. request.Paths.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
        Check(paths, request);
        DateTimeOffset now = context.Clock.GetUtcNow();
        string[] wanted = request.Rules is null ? [.. paths.Where(path => !Directory.Exists(path))] : paths;
        IReadOnlyList<RetentionItem> items = await RetentionCatalogue.FindAsync(wanted, cancellationToken).ConfigureAwait(false);
        RetentionItem[] own = [.. items.Where(item => LeftAlone(item, request) is null)];
        IReadOnlyList<RetentionDecision> decisions = request.Rules is { } rules
            ? RetentionPlanner.Plan(own, rules, now)
            : await NameAsync(own, request.Force, cancellationToken).ConfigureAwait(false);
        var refused = new List<EtcdException>();
        if (!request.Force) decisions = await SecureAsync(decisions, request, refused, events, cancellationToken).ConfigureAwait(false);
        EtcdSnapshotRetention[] snapshots = [.. decisions.Where(decision => request.Rules is not null || !decision.Keep).Select(Describe)];
        IEnumerable<EtcdSnapshotRetention> leftAlone = items.Where(item => LeftAlone(item, request) is not null)
            .Select(item => Describe(new RetentionDecision(item, Keep: true, LeftAlone(item, request)!))); // not null: checked above
        return new SnapshotRemoval([.. snapshots, .. leftAlone, .. Partial(paths, request, now)], refused);
    }

    /// <summary>Deletes one file marked for removal: the snapshot, then its manifest. A file that no longer exists is not an error.</summary>
    /// <param name="file">A file from <see cref="PlanAsync"/>.</param>
    /// <exception cref="EtcdException">FileWriteFailed: the operating system refuses.</exception>
    public static EtcdSnapshotRetention Remove(EtcdSnapshotRetention file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Action != RetentionAction.ToBeRemoved) throw new ArgumentException("The file is not marked for removal.", nameof(file));
        try
        {
            File.Delete(file.Path);
            File.Delete(SnapshotManifest.PathFor(file.Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailed(file.Path, e);
        }

        return file with { Action = RetentionAction.Removed };
    }

    private static void Check(IReadOnlyList<string> paths, RemoveSnapshotRequest request)
    {
        if (request.Rules is { IsEmpty: true }) throw Invalid("no rule is set", null);
        if (request.Rules is not null && request.Force)
            throw Invalid("-Force is only for named files; rules always keep the last valid snapshot", null);
        if (request.Rules is null && !request.RemovePartial && paths.FirstOrDefault(Directory.Exists) is { } folder)
            throw Invalid($"'{folder}' is a folder, and no rule is set", folder);
    }

    // With -Force, the operator has already checked the named file.
    private static string? LeftAlone(RetentionItem item, RemoveSnapshotRequest request) =>
        request.Rules is not null ? RetentionCatalogue.LeftAlone(item) : request.Force ? null : item.Foreign;

    private static async Task<IReadOnlyList<RetentionDecision>> NameAsync(RetentionItem[] named, bool force, CancellationToken cancellationToken)
    {
        IEnumerable<RetentionDecision> decisions = named.Select(item => new RetentionDecision(item, Keep: false, "named for removal"));
        if (force) return [.. decisions];
        // Any other snapshot in their folders may be the valid one that is kept.
        IReadOnlyList<RetentionItem> others = await RetentionCatalogue
            .FindAsync(named.Select(item => item.Series.Folder), cancellationToken).ConfigureAwait(false);
        return
        [
            .. decisions,
            .. others.Where(item => item.Foreign is null && !named.Any(other => other.Path == item.Path)
                && named.Any(other => other.Series == item.Series))
                .Select(item => new RetentionDecision(item, Keep: true, "not named")),
        ];
    }

    private async Task<IReadOnlyList<RetentionDecision>> SecureAsync(
        IReadOnlyList<RetentionDecision> decisions, RemoveSnapshotRequest request, List<EtcdException> refused, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        var guard = new LastValidGuard(new SoundSnapshots(context.Clock));
        var secured = new List<RetentionDecision>();
        foreach (RetentionDecision[] series in decisions.GroupBy(decision => decision.Item.Series).Select(group => group.ToArray()))
        {
            if (series.All(decision => decision.Keep))
            {
                secured.AddRange(series);
                continue;
            }

            RetentionDecision? valid =
                await guard.FindAsync(Candidates(series, named: request.Rules is null), events, cancellationToken).ConfigureAwait(false);
            if (valid is null) refused.Add(NoneValid(series));
            else if (valid.Keep) secured.AddRange(series);
            else if (request.Rules is null) refused.Add(Last(valid.Item));
            else secured.AddRange(series.Select(decision => decision == valid ? Rescue(valid, events) : decision));
        }

        return secured;
    }

    // Rules never remove the newest snapshot. If it is damaged, an operator needs the next newest, not an old one that a rule happens to keep.
    // For named files the operator has chosen; any kept snapshot is sufficient.
    private static IEnumerable<RetentionDecision> Candidates(RetentionDecision[] series, bool named) => series
        .OrderByDescending(decision => named && decision.Keep)
        .ThenByDescending(decision => decision.Item.Created)
        .ThenByDescending(decision => decision.Item.Path, StringComparer.Ordinal);

    private static RetentionDecision Rescue(RetentionDecision decision, IProgress<EtcdEvent>? events)
    {
        events.Warning($"{decision.Item.Path} is kept although no rule keeps it: it is the newest valid snapshot of its series.");
        return decision with { Keep = true, Reason = "the newest valid snapshot of its series" };
    }

    private static IEnumerable<EtcdSnapshotRetention> Partial(string[] paths, RemoveSnapshotRequest request, DateTimeOffset now) =>
        PartialSnapshots.Find(paths.Where(Directory.Exists), now).Select(file => new EtcdSnapshotRetention(
            file.FullName,
            request.RemovePartial ? RetentionAction.ToBeRemoved : RetentionAction.Partial,
            "leftover of an interrupted save")
        {
            Created = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero),
            Size = file.Length,
        });

    private static EtcdSnapshotRetention Describe(RetentionDecision decision) =>
        new(decision.Item.Path, decision.Keep ? RetentionAction.Kept : RetentionAction.ToBeRemoved, decision.Reason)
        {
            ClusterName = decision.Item.Series.Name,
            Created = decision.Item.Created,
            Size = decision.Item.Size,
        };

    private static EtcdException NoneValid(RetentionDecision[] series) => new(
        EtcdErrorIds.SnapshotInvalid,
        $"Nothing was removed: none of the {series.Length} {series[0].Item.Series} is valid.")
    {
        Target = series[0].Item.Series.Folder,
        NextStep = "Take a new snapshot. Test-EtcdSnapshot shows what is wrong with the snapshots. -Force removes the named files anyway.",
    };

    private static EtcdException Last(RetentionItem item) => new(
        EtcdErrorIds.SnapshotLast,
        $"Nothing was removed: '{item.Path}' is the last valid snapshot of the {item.Series}.")
    {
        Target = item.Path,
        NextStep = "Take a new snapshot first, do not name this file, or use -Force. "
            + "Snapshots from before a restore have another cluster ID and cannot replace it.",
    };

    private static EtcdException Invalid(string reason, string? path) =>
        new(EtcdErrorIds.InvalidArgument, $"Nothing was removed: {reason}.")
        {
            Target = path,
            NextStep = "Name files, or set a rule for the files to keep: "
                + "-Keep, -KeepHourly, -KeepDaily, -KeepWeekly, -KeepMonthly, -KeepYearly, -OlderThan.",
        };
}
