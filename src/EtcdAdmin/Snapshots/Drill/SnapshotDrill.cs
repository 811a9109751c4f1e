using System.Globalization;
using System.Runtime.CompilerServices;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Packages;

namespace EtcdAdmin.Snapshots;

/// <summary>Restores snapshots by trial: into a single member on this machine, which is compared with the file and removed.</summary>
/// <param name="context">The surroundings.</param>
public sealed class SnapshotDrill(AdminContext context)
{
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMinutes(1);
    private const long BytesPerSecond = 10_000_000;

    /// <summary>Drills one snapshot. What goes wrong with it is told, not thrown.</summary>
    /// <param name="verdict">What checking the file came to; a file that did not pass is not restored.</param>
    /// <param name="request">How.</param>
    /// <param name="events">Progress, and a warning where the version is guessed; null for none.</param>
    /// <param name="cancellationToken">Gives up; nothing is left then either.</param>
    /// <exception cref="EtcdException">
    /// Nothing could be tried. PackageNotFound and its like: no etcd is to be had. DiskFull, FileWriteFailed: the scratch folder.
    /// </exception>
    public async Task<SnapshotDrillResult> RunAsync(
        SnapshotVerdict verdict, DrillRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.SampleSize, nameof(request));
        DateTimeOffset started = context.Clock.GetUtcNow();
        long start = context.Clock.GetTimestamp();
        string activity = $"Drilling {Path.GetFileName(verdict.Path)}";
        var run = new DrillRun(context.Clock, activity, events);
        EtcdPackage? package = null;
        uint? hash = null;
        try
        {
            if (run.Add(DrillPart.File, FindingOf(verdict), verdict.Duration) && verdict.Snapshot is { } snapshot)
            {
                package = await FindEtcdAsync(snapshot, request, events, cancellationToken).ConfigureAwait(false);
                hash = await RestoreAsync(snapshot, package, request, run, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }

        return new SnapshotDrillResult
        {
            Path = verdict.Path,
            Sha256 = verdict.Snapshot?.Sha256,
            Size = verdict.Snapshot?.Size,
            ClusterName = verdict.Snapshot?.ClusterName,
            SnapshotVersion = verdict.Snapshot is { } found ? found.Version?.ToString() ?? found.ClusterVersion : null,
            EtcdVersion = package?.Version,
            EtcdLocation = package?.Location,
            Revision = verdict.Snapshot?.CurrentRevision,
            TotalKeys = verdict.Snapshot?.TotalKeys,
            HashKv = hash,
            Checks = run.Checks,
            Started = started,
            Duration = context.Clock.GetElapsedTime(start),
            DrilledBy = SnapshotManifest.Author,
        };
    }

    private static DrillFinding FindingOf(SnapshotVerdict verdict) => verdict.Checks.FirstOrDefault(check => check.Passed == false) is { } failed
        ? new DrillFinding(false, $"{failed.Part}: {failed.Detail}")
        : new DrillFinding(true, "checked without etcd");

    private async Task<EtcdPackage> FindEtcdAsync(
        EtcdSnapshot snapshot, DrillRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        string? line = request.Package.Version ?? LineOf(snapshot);
        if (line is null && request.Package.Path is null)
            events.Warning($"'{snapshot.Path}' does not tell which version of etcd wrote it; it is drilled with the newest there is.");
        var wish = new PackageRequest
        {
            Version = VersionRequest.Parse(line),
            Path = request.Package.Path,
            BaseUrl = request.Package.BaseUrl,
        };
        EtcdPackage package = await new PackageResolver(context.Home).ResolveAsync(wish, events, cancellationToken).ConfigureAwait(false);
        events.Message($"Drilling with {package} from {package.Location}");
        return package;
    }

    /// <summary>The minor version it came from: as it was noted, else as the members had agreed on.</summary>
    private static string? LineOf(EtcdSnapshot snapshot) =>
        snapshot.Version is { } noted ? Line(noted)
        : EtcdAdmin.EtcdVersion.TryParse(snapshot.ClusterVersion ?? snapshot.StorageVersion, out EtcdVersion agreed) ? Line(agreed)
        : null;

    private static string Line(EtcdVersion version) => string.Create(CultureInfo.InvariantCulture, $"{version.Major}.{version.Minor}");

    /// <returns>The hash that the member told; null where it did not come to that.</returns>
    private async Task<uint?> RestoreAsync(
        EtcdSnapshot snapshot, EtcdPackage package, DrillRequest request, DrillRun run, CancellationToken cancellationToken)
    {
        ScratchFolder folder = ScratchFolder.Create(request.ScratchPath, snapshot.DatabaseSize);
        await using ConfiguredAsyncDisposable endOfFolder = folder.ConfigureAwait(false);
        using ScratchTls tls = await ScratchTls.MakeAsync(folder, context.Clock, cancellationToken).ConfigureAwait(false);
        var home = new ScratchHome(package, folder, tls, ScratchPorts.Choose());
        if (!await run.TryAsync(DrillPart.Restore, () => home.RestoreAsync(snapshot, cancellationToken)).ConfigureAwait(false)) return null;
        ScratchMember? member = null;
        try
        {
            TimeSpan timeout = request.StartTimeout ?? LeastTimeout + TimeSpan.FromSeconds((double)snapshot.DatabaseSize / BytesPerSecond);
            bool serves = await run.TryAsync(DrillPart.Start, async () =>
            {
                member = await ScratchMember.StartAsync(home, snapshot.DatabaseSize, timeout, context.Clock, cancellationToken).ConfigureAwait(false);
                return await member.ReleaseAsync(snapshot.Alarms, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return serves ? await CompareAsync(snapshot, member!, request, run, cancellationToken).ConfigureAwait(false) : null; // it serves
        }
        finally
        {
            if (member is not null) await member.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<uint?> CompareAsync(
        EtcdSnapshot snapshot, ScratchMember member, DrillRequest request, DrillRun run, CancellationToken cancellationToken)
    {
        var comparison = new DrillComparison(member.Client, snapshot);
        await run.TryAsync(DrillPart.Revision, () => comparison.CompareRevisionAsync(cancellationToken)).ConfigureAwait(false);
        await run.TryAsync(DrillPart.Count, () => comparison.CompareCountAsync(cancellationToken)).ConfigureAwait(false);
        await run.TryAsync(DrillPart.Hash, () => comparison.CompareHashAsync(cancellationToken)).ConfigureAwait(false);
        await run.TryAsync(DrillPart.Keys, () => comparison.CompareKeysAsync(request.SampleSize, cancellationToken)).ConfigureAwait(false);
        await run.TryAsync(DrillPart.Authentication, () => snapshot.AuthEnabled
            ? member.CheckRefusalAsync(cancellationToken)
            : Task.FromResult(new DrillFinding(null, "off in the snapshot"))).ConfigureAwait(false);
        return comparison.Hash;
    }
}
