using System.Globalization;
using System.Runtime.CompilerServices;
using EtcdAdmin.Client.Records;
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

/// <summary>Test-restores snapshots into a single temporary member on this machine, compares it with the file, and removes it.</summary>
/// <param name="context">The services to use.</param>
public sealed class SnapshotDrill(AdminContext context)
{
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMinutes(1);
    private const long BytesPerSecond = 10_000_000;

    /// <summary>Checks and drills one snapshot. Problems are reported in the verdict, not thrown.</summary>
    /// <param name="path">The file, in any format. It is restored only if it passes the check without etcd.</param>
    /// <param name="secrets">The secrets to open an encrypted file; null for none.</param>
    /// <param name="request">Options of the drill.</param>
    /// <param name="events">Receives progress, and a warning if the etcd version is guessed; null for none.</param>
    /// <param name="cancellationToken">Cancels the drill; nothing is left behind.</param>
    /// <returns>The verdict on the file, including the drill.</returns>
    /// <exception cref="EtcdException">
    /// The drill is not possible. PackageNotFound and similar: no etcd is available. DiskFull, FileWriteFailed: the scratch folder. Also the errors
    /// of <see cref="SnapshotVerifier"/>.
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
    /// <param name="database">Path of the plain database file; null if the file has no usable database.</param>
    /// <param name="verdict">The verdict on the file.</param>
    /// <param name="request">Options of the drill.</param>
    /// <param name="events">Receives progress.</param>
    /// <param name="cancellationToken">Cancels the drill.</param>
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
            events.Warning($"The etcd version of '{snapshot.Path}' is not recorded. The drill uses the newest available version.");
        EtcdPackage package = await ResolveAsync(request.Package with { Version = version }, request, events, cancellationToken).ConfigureAwait(
            false);
        events.Message($"Drilling with {package} from {package.Location}");
        return package;
    }

    private async Task<EtcdPackage> ResolveAsync(
        PackageRequest wanted, DrillRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        var resolver = new PackageResolver(context.Home);
        try
        {
            return await resolver.ResolveAsync(wanted, events, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.PackageNotFound && wanted is { Path: not null, Version.IsNewest: false }
        && request.Package.Version.IsNewest)
        {
            // A package without a version means the version of the package: the operator may want to test whether an upgrade can read the data.
            return await resolver.ResolveAsync(wanted with { Version = VersionRequest.Newest }, events, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The snapshot's minor version: as recorded in the manifest, otherwise the version that the members had agreed on.</summary>
    private static string? LineOf(EtcdSnapshot snapshot) =>
        snapshot.Version is { } version ? Line(version)
        : EtcdAdmin.EtcdVersion.TryParse(snapshot.ClusterVersion ?? snapshot.StorageVersion, out EtcdVersion agreed) ? Line(agreed)
        : null;

    private static string Line(EtcdVersion version) => string.Create(CultureInfo.InvariantCulture, $"{version.Major}.{version.Minor}");

    /// <returns>The member's hash; null if the comparison was not reached.</returns>
    private async Task<uint?> RestoreAsync(
        DrillSubject subject, EtcdPackage package, DrillRequest request, DrillRun run, CancellationToken cancellationToken)
    {
        // As for a restore: data that the installed etcd cannot open is useless.
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
                member =
                    await ScratchMember.StartAsync(home, subject.Snapshot.DatabaseSize, timeout, context.Clock, cancellationToken).ConfigureAwait(
                        false);
                return Serving(subject.Snapshot.Alarms);
            }).ConfigureAwait(false);
            return serves ? await CompareAsync(subject, member!, request, run, cancellationToken).ConfigureAwait(false) : null; // not null: it serves
        }
        finally
        {
            if (member is not null) await member.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Alarms in a snapshot stop writes. The drill only reads.</summary>
    private static DrillFinding Serving(IReadOnlyList<MemberAlarm> alarms)
    {
        string inherited = string.Join(", ", alarms.Select(alarm => AlarmAdvice.Name(alarm.Type)).Distinct());
        return new DrillFinding(true, inherited.Length == 0 ? "etcd serves" : $"etcd serves; alarms in the snapshot: {inherited}");
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
            : Task.FromResult(new DrillFinding(null, "authentication is off in the snapshot"))).ConfigureAwait(false);
        return comparison.Hash;
    }
}

/// <summary>The snapshot that is drilled.</summary>
/// <param name="Snapshot">The contents of the file.</param>
/// <param name="Database">Path of the plain database file.</param>
internal sealed record DrillSubject(EtcdSnapshot Snapshot, string Database);
