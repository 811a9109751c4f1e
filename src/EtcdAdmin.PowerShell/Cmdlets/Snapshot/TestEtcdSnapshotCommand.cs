using System.Management.Automation;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Checks snapshot files without etcd: entry, structure, order, every record, the SHA-256 at the end, and whether it is the file that was
/// taken. Says of each part what came of it; Passed is the verdict.
/// </summary>
/// <example>
/// <code>Test-EtcdSnapshot ./backups | Where-Object Passed -eq $false</code>
/// <para>The snapshots in a folder that are not to be trusted.</para>
/// </example>
/// <example>
/// <code>Test-EtcdSnapshot ./backups/etcd-snapshot-2026-01-31-04.00.00.db -Quiet</code>
/// <para>True or false, for a script.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdSnapshot")]
[OutputType(typeof(SnapshotVerdict))]
public sealed class TestEtcdSnapshotCommand : AdminCmdlet
{
    /// <summary>Files, or folders with files that end in .db; Save-EtcdSnapshot and Get-ChildItem pass theirs on.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>Only true or false for each file.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop) => ForEachAsync(Path, ListAsync, stop);

    private Task ListAsync(string path, CancellationToken stop) =>
        ForEachAsync(SnapshotCatalogue.Find(PathOf(path)!), VerifyAsync, stop); // null only for null

    private async Task VerifyAsync(string file, CancellationToken stop)
    {
        SnapshotVerdict verdict = await new SnapshotVerifier(Admin.Clock).VerifyAsync(file, CoreEvents, stop).ConfigureAwait(false);
        await WriteAsync(Quiet ? verdict.Passed : verdict).ConfigureAwait(false);
    }
}
