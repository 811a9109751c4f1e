using System.Globalization;
using System.Runtime.CompilerServices;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Drills;

/// <summary>Restores snapshots by trial: into a single member on this machine, which is compared with the file and removed.</summary>
/// <param name="context">The surroundings.</param>
public sealed class SnapshotDrill(AdminContext context)
{
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMinutes(1);
    private const long BytesPerSecond = 10_000_000;

    /// <summary>Checks one snapshot and drills it. What goes wrong with it is told, not thrown.</summary>
    /// <param name="path">The file, in any form; where it does not pass without etcd it is not restored.</param>
    /// <param name="secrets">What may open an encrypted one; null for nothing.</param>
    /// <param name="request">How.</param>
    /// <param name="events">Progress, and a warning where the version is guessed; null for none.</param>
    /// <param name="cancellationToken">Gives up; nothing is left then either.</param>
    /// <returns>The verdict on the file, with that of the drill.</returns>
    /// <exception cref="EtcdException">
    /// Nothing could be tried. PackageNotFound and its like: no etcd is available. DiskFull, FileWriteFailed: the scratch folder. And what
    /// <see cref="SnapshotVerifier"/> throws.
    /// </exception>
    public Task<SnapshotVerdict> RunAsync(
        string path, SnapshotSecrets? secrets, DrillRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        new SnapshotVerifier(context.Clock).VerifyAsync(
            path, secrets,
            async (database, verdict) => verdict with
            {
                Drill = await DrillAsync(database, verdict, request, events, cancellationToken).ConfigureAwait(false),
            },
            events, cancellationToken);

    /// <summary>Drills a snapshot that was checked.</summary>
    /// <param name="database">The plain database file; null where the verdict says that there is none.</param>
    /// <param name="verdict">On the file.</param>
    /// <param name="request">How.</param>
    /// <param name="events">Progress.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<SnapshotDrillResult> DrillAsync(
        string? database, SnapshotVerdict verdict, DrillRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
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
            if (run.Add(DrillPart.File, FindingOf(verdict), verdict.Duration) && database is not null && verdict.Snapshot is { } snapshot)
            {
                package = await FindEtcdAsync(snapshot, request, events, cancellationToken).ConfigureAwait(false);
                hash = await RestoreAsync(new DrillSubject(snapshot, database), package, request, run, cancellationToken).ConfigureAwait(false);
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
            DatabaseSha256 = verdict.Snapshot?.DatabaseSha256,
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
        VersionRequest version = request.Package.Version is { IsNewest: false } asked ? asked : VersionRequest.Parse(LineOf(snapshot));
        if (version.IsNewest && request.Package.Path is null)
            events.Warning($"'{snapshot.Path}' does not tell which version of etcd wrote it; it is drilled with the newest there is.");
        EtcdPackage package = await ResolveAsync(request.Package with { Version = version }, request, events, cancellationToken).ConfigureAwait(false);
        events.Message($"Drilling with {package} from {package.Location}");
        return package;
    }

    private async Task<EtcdPackage> ResolveAsync(PackageRequest wanted, DrillRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        var resolver = new PackageResolver(context.Home);
        try
        {
            return await resolver.ResolveAsync(wanted, events, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.PackageNotFound && wanted is { Path: not null, Version.IsNewest: false } && request.Package.Version.IsNewest)
        {
            // Whoever names a package of another version and no version means that one: to see whether an upgrade will read the data.
            return await resolver.ResolveAsync(wanted with { Version = VersionRequest.Newest }, events, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The minor version it came from: as it was noted, else as the members had agreed on.</summary>
    private static string? LineOf(EtcdSnapshot snapshot) =>
        snapshot.Version is { } noted ? Line(noted)
        : EtcdAdmin.EtcdVersion.TryParse(snapshot.ClusterVersion ?? snapshot.StorageVersion, out EtcdVersion agreed) ? Line(agreed)
        : null;

    private static string Line(EtcdVersion version) => string.Create(CultureInfo.InvariantCulture, $"{version.Major}.{version.Minor}");

    /// <returns>The hash that the member told; null where it did not come to that.</returns>
    private async Task<uint?> RestoreAsync(
        DrillSubject subject, EtcdPackage package, DrillRequest request, DrillRun run, CancellationToken cancellationToken)
    {
        // As for a restore: data that the etcd in use cannot start on is of no use.
        if (DataVersion.RefusalOfRestored(subject.Snapshot, package.Version) is { } tooNew)
        {
            run.Add(DrillPart.Restore, new DrillFinding(false, $"{tooNew.Message} {tooNew.NextStep}"), TimeSpan.Zero);
            return null;
        }

        ScratchFolder folder = ScratchFolder.Create(request.ScratchPath, subject.Snapshot.DatabaseSize);
        await using ConfiguredAsyncDisposable endOfFolder = folder.ConfigureAwait(false);
        using ScratchTls tls = await ScratchTls.MakeAsync(folder, context.Clock, cancellationToken).ConfigureAwait(false);
        var home = new ScratchHome(package, folder, tls, ScratchPorts.Choose());
        if (!await run.TryAsync(DrillPart.Restore, () => home.RestoreAsync(subject, cancellationToken)).ConfigureAwait(false)) return null;
        ScratchMember? member = null;
        try
        {
            TimeSpan timeout = request.StartTimeout ?? LeastTimeout + TimeSpan.FromSeconds((double)subject.Snapshot.DatabaseSize / BytesPerSecond);
            bool serves = await run.TryAsync(DrillPart.Start, async () =>
            {
                member = await ScratchMember.StartAsync(home, subject.Snapshot.DatabaseSize, timeout, context.Clock, cancellationToken).ConfigureAwait(false);
                return await member.ReleaseAsync(subject.Snapshot.Alarms, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return serves ? await CompareAsync(subject, member!, request, run, cancellationToken).ConfigureAwait(false) : null; // it serves
        }
        finally
        {
            if (member is not null) await member.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<uint?> CompareAsync(
        DrillSubject subject, ScratchMember member, DrillRequest request, DrillRun run, CancellationToken cancellationToken)
    {
        var comparison = new DrillComparison(member.Client, subject, context.Clock);
        await run.TryAsync(DrillPart.Revision, () => comparison.CompareRevisionAsync(cancellationToken)).ConfigureAwait(false);
        await run.TryAsync(DrillPart.Count, () => comparison.CompareCountAsync(cancellationToken)).ConfigureAwait(false);
        await run.TryAsync(DrillPart.Hash, () => comparison.CompareHashAsync(cancellationToken)).ConfigureAwait(false);
        await run.TryAsync(DrillPart.Keys, () => comparison.CompareKeysAsync(request.SampleSize, cancellationToken)).ConfigureAwait(false);
        await run.TryAsync(DrillPart.Authentication, () => subject.Snapshot.AuthEnabled
            ? member.CheckRefusalAsync(cancellationToken)
            : Task.FromResult(new DrillFinding(null, "off in the snapshot"))).ConfigureAwait(false);
        return comparison.Hash;
    }
}

/// <summary>What is drilled.</summary>
/// <param name="Snapshot">What the file holds.</param>
/// <param name="Database">The plain database file.</param>
internal sealed record DrillSubject(EtcdSnapshot Snapshot, string Database);
