using System.Management.Automation;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Remote;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Copies snapshots to an S3-compatible store or a pre-signed URL, or from a store to a folder. A snapshot is verified before it goes; afterwards
/// the store is asked for size and SHA-256. What is noted beside it goes along, and nothing is ever overwritten; what is there already
/// is not copied again, so a copy that was broken off is carried on by the same command.
/// </summary>
/// <example>
/// <code>Save-EtcdSnapshot prod -Destination ./backups | Copy-EtcdSnapshot -Destination s3://backups/etcd/prod/</code>
/// <para>To Amazon S3, with the keys and the region that the environment or the AWS profile holds.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot ./backups | Copy-EtcdSnapshot -Destination s3://backups/etcd/ -S3Endpoint https://minio.example:9000 -S3Credential backup</code>
/// <para>To a MinIO or Ceph of one's own; asks for the secret key.</para>
/// </example>
/// <example>
/// <code>Copy-EtcdSnapshot s3://backups/etcd/prod/ -Destination ./restored | Restore-EtcdSnapshot -Cluster staging</code>
/// <para>Brings all snapshots below a prefix back; with a single one, restores it.</para>
/// </example>
[Cmdlet(VerbsCommon.Copy, "EtcdSnapshot", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdRemoteSnapshot))]
public sealed class CopyEtcdSnapshotCommand : AdminCmdlet
{
    /// <summary>
    /// Snapshot files, or folders of them; or s3://bucket/key, or s3://bucket/prefix/ for all below it. Save-EtcdSnapshot, Get-EtcdSnapshot and Get-ChildItem pass
    /// theirs on.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>
    /// s3://bucket/prefix/, below which files keep their names; s3://bucket/key; or a URL that was signed for an HTTP PUT, which takes
    /// a single file. From a store, a folder of this machine.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!; // mandatory

    /// <summary>The URL of a store other than Amazon's, for instance https://minio.example:9000.</summary>
    [Parameter]
    public Uri? S3Endpoint { get; set; }

    /// <summary>The region; by default what AWS_REGION or the profile says.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? S3Region { get; set; }

    /// <summary>Access key as user name, secret key as password; by default what AWS tools take: the environment, the profile, the machine's role.</summary>
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
        // The query of a URL lets whoever has it write there.
        string shown = Destination.Split('?')[0];
        if (_sent is not null) throw SecondFile(file, shown);
        if (!await ShouldProcessAsync(file, $"Copy to {shown}").ConfigureAwait(false)) return;
        EtcdRemoteSnapshot copy = await new SnapshotCopier(Admin).UploadAsync(file, Destination, Options, CoreEvents, stop).ConfigureAwait(false);
        if (!S3Location.TryParse(Destination, out _)) _sent = file;
        await WriteAsync(copy).ConfigureAwait(false);
    }

    private EtcdException SecondFile(string file, string shown) => new(
        EtcdErrorIds.InvalidArgument, $"{shown} takes a single file and has '{_sent}'; '{file}' was not copied.")
    {
        Target = file,
        NextStep = "Give each file a URL of its own.",
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
