using System.Management.Automation;
using EtcdAdmin.Drills;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Checks snapshot files without etcd: entry, structure, order, every record, the SHA-256 at the end, and whether it is the file that was
/// taken. Says of each part what came of it; Passed is the verdict. With -Drill each is restored by trial too, into a single member on
/// this machine, which is compared with the file and removed; nothing is asked, so scheduled jobs can do it.
/// </summary>
/// <example>
/// <code>Test-EtcdSnapshot ./backups | Where-Object Passed -eq $false</code>
/// <para>The snapshots in a folder that are not to be trusted.</para>
/// </example>
/// <example>
/// <code>Test-EtcdSnapshot ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Quiet</code>
/// <para>True or false, for a script.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem ./backups/*.db | Sort-Object Name | Select-Object -Last 1 | Test-EtcdSnapshot -Drill -AuditPath ./drills.jsonl</code>
/// <para>Restores the newest one by trial, and adds what came of it to a file as one line of JSON.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdSnapshot", DefaultParameterSetName = FileSet)]
[OutputType(typeof(SnapshotVerdict))]
public sealed class TestEtcdSnapshotCommand : SnapshotCmdlet
{
    private const string FileSet = "File";
    private const string DrillSet = "Drill";

    /// <summary>
    /// Files in any form, or folders, of which the same files count as for Get-EtcdSnapshot; Save-EtcdSnapshot and Get-ChildItem pass theirs on.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>Only true or false for each file.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Restores each file by trial, and compares what comes of it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DrillSet)]
    public SwitchParameter Drill { get; set; }

    /// <summary>The version of etcd to drill with: 3.5.16, or 3.5 for its newest; by default the newest of the snapshot's own minor version.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateNotNullOrEmpty]
    public string? EtcdVersion { get; set; }

    /// <summary>The file or folder to take etcd from: a release archive, a .deb package, or unpacked programs.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>A mirror in the layout of the official releases, with SHA256SUMS beside each.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    public Uri? PackageUrl { get; set; }

    /// <summary>The folder in which the drill makes its own, which needs room for the database once more; by default that for temporary files.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateNotNullOrEmpty]
    public string? ScratchPath { get; set; }

    /// <summary>How many keys are compared one by one, spread evenly; 0 compares all.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateRange(0, int.MaxValue)]
    public int SampleSize { get; set; } = DrillRequest.DefaultSampleSize;

    /// <summary>How long etcd has to serve: seconds or a TimeSpan; by default a minute, and a second more for every 10 MB.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <summary>The file to which the record of each drill is added as one line of JSON; made where it is not there.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateNotNullOrEmpty]
    public string? AuditPath { get; set; }

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken stop)
    {
        PackageArguments.Version(EtcdVersion); // says so now where it is none
        return Audit?.PrepareAsync(stop) ?? Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop) => ForEachAsync(Path, ListAsync, stop);

    private DrillAudit? Audit => PathOf(AuditPath) is { } path ? new DrillAudit(path) : null;

    private async Task ListAsync(string path, CancellationToken stop) =>
        await ForEachAsync(await SnapshotsOfAsync(path).ConfigureAwait(false), VerifyAsync, stop).ConfigureAwait(false);

    private async Task VerifyAsync(string file, CancellationToken stop)
    {
        SnapshotSecrets secrets = await SecretsAsync(stop).ConfigureAwait(false);
        SnapshotVerdict verdict = Drill
            ? await new SnapshotDrill(Admin).RunAsync(file, secrets, Request(), CoreEvents, stop).ConfigureAwait(false)
            : await new SnapshotVerifier(Admin.Clock).VerifyAsync(file, secrets, CoreEvents, stop).ConfigureAwait(false);
        try
        {
            // Before anybody sees it: who takes the first verdict ends the pipeline with it.
            if (verdict.Drill is { } drill && Audit is { } audit) await audit.AppendAsync(drill, stop).ConfigureAwait(false);
        }
        finally
        {
            await WriteAsync(Quiet ? verdict.Passed : verdict).ConfigureAwait(false);
        }
    }

    private DrillRequest Request() => new()
    {
        Package = new PackageRequest { Version = PackageArguments.Version(EtcdVersion), Path = PathOf(Package), BaseUrl = PackageUrl },
        ScratchPath = PathOf(ScratchPath),
        SampleSize = SampleSize,
        StartTimeout = Timeout,
    };
}
