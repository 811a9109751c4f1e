using System.Management.Automation;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Remote;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Copies snapshots with their manifests to an S3-compatible store or a pre-signed URL, or from a store to a folder. Each
/// snapshot is verified before it is copied, and its copy is compared by size and SHA-256 (except at a pre-signed URL). Files in
/// the store are never overwritten. A file that is already there is not copied again, so after an interruption the same command
/// continues.
/// </summary>
/// <example>
/// <code>Save-EtcdSnapshot prod -Destination ./backups | Copy-EtcdSnapshot -Destination s3://backups/etcd/prod/</code>
/// <para>Copies to Amazon S3, with the keys and region from the environment or the AWS profile.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot ./backups |
///     Copy-EtcdSnapshot -Destination s3://backups/etcd/ -S3Endpoint https://minio.example:9000 -S3Credential backup</code>
/// <para>Copies to your own MinIO or Ceph. The command asks for the secret key.</para>
/// </example>
/// <example>
/// <code>Copy-EtcdSnapshot s3://backups/etcd/prod/ -Destination ./restored | Restore-EtcdSnapshot -Cluster staging</code>
/// <para>Copies the only snapshot below a prefix to a folder, and restores it. If there are several, copy them first, then
/// restore the one that you want by its file name.</para>
/// </example>
[Cmdlet(VerbsCommon.Copy, "EtcdSnapshot", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdRemoteSnapshot))]
public sealed class CopyEtcdSnapshotCommand : AdminCmdlet
{
    /// <summary>
    /// Snapshot files, or folders with snapshots; or in a store s3://bucket/key, or s3://bucket/prefix/ for all snapshots below
    /// it. Accepts the output of Save-EtcdSnapshot, Get-EtcdSnapshot and Get-ChildItem.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>
    /// Where to copy to. In a store: s3://bucket/prefix/, which keeps the file names, or s3://bucket/key. For a single file: a
    /// URL that was pre-signed for HTTP PUT. From a store: a local folder.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!; // mandatory

    /// <summary>The URL of the store, for instance https://minio.example:9000. Default: Amazon S3.</summary>
    [Parameter]
    public Uri? S3Endpoint { get; set; }

    /// <summary>The region of the store. Default: AWS_REGION, else the region of the AWS profile.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? S3Region { get; set; }

    /// <summary>
    /// The access key as user name and the secret key as password. Default: the keys that AWS tools use: the environment, the AWS
    /// profile, or the machine's role.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? S3Credential { get; set; }

    // What went to the pre-signed URL: not every store that takes one refuses to replace it.
    private string? _sent;

    private S3Options Options => new()
    {
        Endpoint = S3Endpoint,
        Region = S3Region,
        Credential = S3Credential is null ? null : new EtcdCredential(S3Credential.UserName, S3Credential.GetNetworkCredential().Password),
    };

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop) => ForEachAsync(Path, CopyAsync, stop);

    private Task CopyAsync(string path, CancellationToken stop) => S3Location.TryParse(path, out S3Location? source)
        ? DownloadAsync(source, stop)
        : UploadAllAsync(path, stop);

    private async Task UploadAllAsync(string path, CancellationToken stop) =>
        await ForEachAsync(await SnapshotsOfAsync(path).ConfigureAwait(false), UploadAsync, stop).ConfigureAwait(false);

    private async Task UploadAsync(string file, CancellationToken stop)
    {
        // The query of a pre-signed URL gives write access, so it is not shown.
        string shown = Destination.Split('?')[0];
        if (_sent is not null) throw SecondFile(file, shown);
        if (!await ShouldProcessAsync(file, $"Copy to {shown}").ConfigureAwait(false)) return;
        EtcdRemoteSnapshot copy = await new SnapshotCopier(Admin).UploadAsync(file, Destination, Options, CoreEvents, stop).ConfigureAwait(false);
        if (!S3Location.TryParse(Destination, out _)) _sent = file;
        await WriteAsync(copy).ConfigureAwait(false);
    }

    private EtcdException SecondFile(string file, string shown) => new(
        EtcdErrorIds.InvalidArgument, $"{shown} takes a single file, and '{_sent}' was already copied there. '{file}' was not copied.")
    {
        Target = file,
        NextStep = "Use a separate URL for each file.",
    };

    private async Task DownloadAsync(S3Location source, CancellationToken stop)
    {
        string folder = PathOf(Destination)!; // null only for null
        if (!await ShouldProcessAsync(source.ToString(), $"Copy to {folder}").ConfigureAwait(false)) return;
        IReadOnlyList<S3Location> found = await SnapshotCopier.ListAsync(source, Options, stop).ConfigureAwait(false);
        await ForEachAsync(
            found,
            async (one, token) => await WriteAsync(
                await new SnapshotCopier(Admin).DownloadAsync(one, folder, Options, CoreEvents, token).ConfigureAwait(false)).ConfigureAwait(false),
            stop).ConfigureAwait(false);
    }
}
