using System.Management.Automation;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Reads snapshot files without etcd and tells what they hold: revision, keys, members, hash, where they came from. They may be plain, in
/// gzip, in a zip or tar.gz archive as the older tools made them, or encrypted; Size and Sha256 are those of the file. Every page in use is
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
/// <example>
/// <code>Get-EtcdSnapshot ./etcd-snapshot-2026-01-31-04.00.00.db.gz.enc -Passphrase (Read-Host -AsSecureString)</code>
/// <para>What an encrypted one holds.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdSnapshot")]
[OutputType(typeof(EtcdSnapshot))]
public sealed class GetEtcdSnapshotCommand : SnapshotCmdlet
{
    /// <summary>
    /// Files in any form, whatever their names; or folders, of which files count that end in .db or .db.gz, and archives with "snapshot" in
    /// their name or notes beside them. Save-EtcdSnapshot and Get-ChildItem pass theirs on.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = ["."];

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop) => ForEachAsync(Path, ListAsync, stop);

    private async Task ListAsync(string path, CancellationToken stop) =>
        await ForEachAsync((await PathsOfAsync(path).ConfigureAwait(false)).SelectMany(SnapshotCatalogue.Find), ReadAsync, stop).ConfigureAwait(false);

    private async Task ReadAsync(string file, CancellationToken stop) =>
        await WriteAsync(await SnapshotCatalogue.ReadAsync(file, await SecretsAsync(stop).ConfigureAwait(false), CoreEvents, stop).ConfigureAwait(false))
            .ConfigureAwait(false);
}
