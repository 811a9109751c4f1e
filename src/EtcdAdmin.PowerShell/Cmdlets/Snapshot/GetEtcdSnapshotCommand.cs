using System.Management.Automation;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows the contents of snapshot files: revision, number of keys, members, hash and origin. etcd is not needed. The files may be
/// plain, gzip, in a zip, tar or tar.gz archive, or encrypted. Size and Sha256 describe the file as it is on the disk (compressed
/// or encrypted), not the database in it. The command reads and checks every page in use; Test-EtcdSnapshot shows the result of
/// each check.
/// </summary>
/// <example>
/// <code>Get-EtcdSnapshot ./backups</code>
/// <para>Lists all snapshots in a folder, sorted by name.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot ./backups | Sort-Object Created | Select-Object -Last 1 | Restore-EtcdSnapshot -Cluster staging</code>
/// <para>Restores the newest snapshot of a folder.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot ./etcd-snapshot-2026-01-31-04.00.00.db.gz.enc -Passphrase (Read-Host -AsSecureString)</code>
/// <para>Shows the contents of an encrypted snapshot.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdSnapshot")]
[OutputType(typeof(EtcdSnapshot))]
public sealed class GetEtcdSnapshotCommand : SnapshotCmdlet
{
    /// <summary>
    /// Snapshot files, in any format and with any name, or folders with snapshots. In a folder, snapshots are files that end in
    /// .db or .db.gz, and archives that have "snapshot" in their name or a manifest beside them; each may also end in .enc.
    /// Accepts the output of Save-EtcdSnapshot and Get-ChildItem. Default: the current folder.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = ["."];

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop) => ForEachAsync(Path, ListAsync, stop);

    private async Task ListAsync(string path, CancellationToken stop) =>
        await ForEachAsync((await PathsOfAsync(path).ConfigureAwait(false)).SelectMany(SnapshotCatalogue.Find), ReadAsync, stop).ConfigureAwait(
            false);

    private async Task ReadAsync(string file, CancellationToken stop) =>
        await WriteAsync(
            await SnapshotCatalogue.ReadAsync(file, await SecretsAsync(stop).ConfigureAwait(false), CoreEvents, stop).ConfigureAwait(false))
            .ConfigureAwait(false);
}
