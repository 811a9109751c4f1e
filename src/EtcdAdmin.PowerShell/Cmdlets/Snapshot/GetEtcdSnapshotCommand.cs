using System.Management.Automation;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Reads snapshot files without etcd and tells what they hold: revision, keys, members, hash, where they came from. Every page in use is
/// read and checked on the way; Test-EtcdSnapshot says part by part what came of that.
/// </summary>
/// <example>
/// <code>Get-EtcdSnapshot ./backups</code>
/// <para>All snapshots in a folder, oldest name first.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot ./backups | Sort-Object Created | Select-Object -Last 1 | Restore-EtcdSnapshot -Cluster staging</code>
/// <para>Restores the newest one.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdSnapshot")]
[OutputType(typeof(EtcdSnapshot))]
public sealed class GetEtcdSnapshotCommand : AdminCmdlet
{
    /// <summary>Files, or folders with files that end in .db; Save-EtcdSnapshot and Get-ChildItem pass theirs on.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = ["."];

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop) => ForEachAsync(Path, ListAsync, stop);

    private Task ListAsync(string path, CancellationToken stop) =>
        ForEachAsync(SnapshotCatalogue.Find(PathOf(path)!), ReadAsync, stop); // null only for null

    private async Task ReadAsync(string file, CancellationToken stop) =>
        await WriteAsync(await SnapshotCatalogue.ReadAsync(file, CoreEvents, stop).ConfigureAwait(false)).ConfigureAwait(false);
}
