using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>Removes snapshots by name or by rules, and never the last valid one of a series.</summary>
/// <remarks>
/// A series is what lies in one folder and is of one cluster, as noted beside the snapshots: by the cluster's id, else by its name; those
/// of which nothing is noted are one series. A restore gives a cluster a new id, and so begins a new series.
/// </remarks>
/// <param name="context">The surroundings.</param>
public sealed class SnapshotRemover(AdminContext context)
{
    /// <summary>Decides what goes; reads, and removes nothing.</summary>
    /// <param name="request">What shall go.</param>
    /// <param name="events">Progress of the verification; warnings about snapshots that are not valid.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>
    /// What goes and what stays, and the series of which nothing goes, with the reason: SnapshotLast, a named file is the last valid one;
    /// SnapshotInvalid, none is valid.
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
            .Select(item => Describe(new RetentionDecision(item, Keep: true, LeftAlone(item, request)!))); // just asked
        return new SnapshotRemoval([.. snapshots, .. leftAlone, .. Partial(paths, request, now)], refused);
    }

    /// <summary>Removes one file that is to go: the snapshot, then what is noted beside it. One that is gone already is not an error.</summary>
    /// <param name="file">From <see cref="PlanAsync"/>.</param>
    /// <exception cref="EtcdException">FileWriteFailed: the operating system does not let it go.</exception>
    public static EtcdSnapshotRetention Remove(EtcdSnapshotRetention file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Action != RetentionAction.ToBeRemoved) throw new ArgumentException("This file is not to be removed.", nameof(file));
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
        if (request.Rules is { IsEmpty: true }) throw Invalid("no rule says what is to stay", null);
        if (request.Rules is not null && request.Force) throw Invalid("rules keep the last valid snapshot in any case; only named files are removed by force", null);
        if (request.Rules is null && !request.RemovePartial && paths.FirstOrDefault(Directory.Exists) is { } folder)
            throw Invalid($"'{folder}' is a folder, and no rule says what of it is to stay", folder);
    }

    // Whoever names a file and insists has looked at it.
    private static string? LeftAlone(RetentionItem item, RemoveSnapshotRequest request) =>
        request.Rules is not null ? RetentionCatalogue.LeftAlone(item) : request.Force ? null : item.Foreign;

    private static async Task<IReadOnlyList<RetentionDecision>> NameAsync(RetentionItem[] named, bool force, CancellationToken cancellationToken)
    {
        IEnumerable<RetentionDecision> decisions = named.Select(item => new RetentionDecision(item, Keep: false, "it was named"));
        if (force) return [.. decisions];
        // Whatever else is in their folders may stand in for them.
        IReadOnlyList<RetentionItem> others = await RetentionCatalogue
            .FindAsync(named.Select(item => item.Series.Folder), cancellationToken).ConfigureAwait(false);
        return
        [
            .. decisions,
            .. others.Where(item => item.Foreign is null && !named.Any(other => other.Path == item.Path) && named.Any(other => other.Series == item.Series))
                .Select(item => new RetentionDecision(item, Keep: true, "it was not named")),
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

            RetentionDecision? valid = await guard.FindAsync(Candidates(series, named: request.Rules is null), events, cancellationToken).ConfigureAwait(false);
            if (valid is null) refused.Add(NoneValid(series));
            else if (valid.Keep) secured.AddRange(series);
            else if (request.Rules is null) refused.Add(Last(valid.Item));
            else secured.AddRange(series.Select(decision => decision == valid ? Rescue(valid, events) : decision));
        }

        return secured;
    }

    // Rules never take the newest; where that is damaged, the next newest is what an operator needs, not an old one that happens to stay.
    // Whoever names files has chosen; there any that stays will do.
    private static IEnumerable<RetentionDecision> Candidates(RetentionDecision[] series, bool named) => series
        .OrderByDescending(decision => named && decision.Keep)
        .ThenByDescending(decision => decision.Item.Created)
        .ThenByDescending(decision => decision.Item.Path, StringComparer.Ordinal);

    private static RetentionDecision Rescue(RetentionDecision decision, IProgress<EtcdEvent>? events)
    {
        events.Warning($"{decision.Item.Path} is kept although no rule keeps it: it is the newest valid one of its series.");
        return decision with { Keep = true, Reason = "the newest valid one of its series" };
    }

    private static IEnumerable<EtcdSnapshotRetention> Partial(string[] paths, RemoveSnapshotRequest request, DateTimeOffset now) =>
        PartialSnapshots.Find(paths.Where(Directory.Exists), now).Select(file => new EtcdSnapshotRetention(
            file.FullName,
            request.RemovePartial ? RetentionAction.ToBeRemoved : RetentionAction.Partial,
            "an interrupted save has left it")
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
        $"None of the {series.Length} {series[0].Item.Series} is valid, so none of them was removed.")
    {
        Target = series[0].Item.Series.Folder,
        NextStep = "Test-EtcdSnapshot says what is wrong with them. Take a new snapshot; files that are named go with -Force.",
    };

    private static EtcdException Last(RetentionItem item) => new(
        EtcdErrorIds.SnapshotLast,
        $"'{item.Path}' is the last valid one of the {item.Series}, so nothing of it was removed.")
    {
        Target = item.Path,
        NextStep = "Take a new snapshot first, leave this one out, or insist on it (-Force). Those from before a restore have another id and do not stand in.",
    };

    private static EtcdException Invalid(string reason, string? path) =>
        new(EtcdErrorIds.InvalidArgument, $"Nothing was removed: {reason}.")
        {
            Target = path,
            NextStep = "Name files, or say what of a folder is to stay: -Keep, -KeepHourly, -KeepDaily, -KeepWeekly, -KeepMonthly, -KeepYearly, -OlderThan.",
        };
}
