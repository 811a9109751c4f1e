using System.Management.Automation;
using EtcdAdmin.Drills;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Checks snapshot files: structure, order, every record, the SHA-256 at the end, and whether the file is the one described by
/// its manifest. For this, etcd is not needed. The command reports the result of each check; Passed is the overall result. With
/// -Drill it also restores each snapshot into a temporary member on this machine, compares the member with the file, and removes
/// the member. The command never prompts, so it can run in scheduled jobs.
/// </summary>
/// <example>
/// <code>Test-EtcdSnapshot ./backups | Where-Object Passed -eq $false</code>
/// <para>Lists the snapshots in a folder that failed the checks.</para>
/// </example>
/// <example>
/// <code>Test-EtcdSnapshot ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Quiet</code>
/// <para>Returns true or false, for a script.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem ./backups/*.db | Sort-Object Name | Select-Object -Last 1 | Test-EtcdSnapshot -Drill -AuditPath ./drills.jsonl</code>
/// <para>Restores the newest snapshot into a temporary member, and adds the result to a file as one line of JSON.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdSnapshot", DefaultParameterSetName = FileSet)]
[OutputType(typeof(SnapshotVerdict))]
public sealed class TestEtcdSnapshotCommand : SnapshotCmdlet
{
    private const string FileSet = "File";
    private const string DrillSet = "Drill";

    /// <summary>
    /// Snapshot files, in any format, or folders with snapshots. In a folder, snapshots are files that end in .db or .db.gz, and
    /// archives that have "snapshot" in their name or a manifest beside them; each may also end in .enc. Accepts the output of
    /// Save-EtcdSnapshot and Get-ChildItem.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>Returns only true or false for each file.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Restores each snapshot into a temporary member, and compares that member with the file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DrillSet)]
    public SwitchParameter Drill { get; set; }

    /// <summary>
    /// The version of etcd for the test restore: 3.5.16, or 3.5 for the newest 3.5. Default: the newest of the minor version that
    /// the snapshot comes from.
    /// </summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateNotNullOrEmpty]
    public string? EtcdVersion { get; set; }

    /// <summary>
    /// The file or folder to take etcd from: a release archive, a .deb package, or a folder with unpacked programs.
    /// </summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>The URL of a mirror in the layout of the official releases, with a SHA256SUMS file for each release.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    public Uri? PackageUrl { get; set; }

    /// <summary>
    /// The folder for the temporary data of the test restore. It needs free space for the database and 160 MB more. Default: the
    /// folder for temporary files.
    /// </summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateNotNullOrEmpty]
    public string? ScratchPath { get; set; }

    /// <summary>How many keys are compared one by one, spread evenly over all keys. 0 compares all keys. Default: 1000.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateRange(0, int.MaxValue)]
    public int SampleSize { get; set; } = DrillRequest.DefaultSampleSize;

    /// <summary>
    /// How long etcd may take to serve: seconds or a TimeSpan. Default: 60 s plus 1 s for every 10 MB.
    /// </summary>
    [Parameter(ParameterSetName = DrillSet)]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <summary>The file to which a record of each test restore is added, one JSON object per line. It is created if needed.</summary>
    [Parameter(ParameterSetName = DrillSet)]
    [ValidateNotNullOrEmpty]
    public string? AuditPath { get; set; }

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken stop)
    {
        PackageArguments.Version(EtcdVersion); // reports an invalid version before any work
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
            // Recorded before it is returned: a command such as Select-Object -First 1 may end the pipeline.
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
