using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.PowerShell.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Snapshots.OnHost;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Saves a snapshot of a live cluster to a file. The snapshot is written to a .part file, which is renamed only when it is
/// complete, verified and on the disk. It is taken from an up-to-date, healthy member, preferably a follower. Several clusters
/// are saved at the same time. Each result is written as soon as it is ready, and a cluster that fails does not stop the others.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster | Save-EtcdSnapshot -Destination ./backups</code>
/// <para>Saves a snapshot of every saved cluster, with the name etcd-snapshot-(date and time in UTC).db.</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot prod ./backups -Compress Gzip -RecipientCertificate ./backup-operators.crt</code>
/// <para>Saves a compressed and encrypted snapshot: etcd-snapshot-(date and time).db.gz.enc. Only the private key of the
/// certificate opens it, with EtcdAdmin or with "openssl cms -decrypt".</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot prod /srv/backups -OnHost | Select-Object HostName, Path, Sha256, CopyCommand</code>
/// <para>Saves a snapshot on the host of the best member. CopyCommand copies it to this machine.</para>
/// </example>
[Cmdlet(VerbsData.Save, "EtcdSnapshot", SupportsShouldProcess = true, DefaultParameterSetName = HereSet)]
[OutputType(typeof(EtcdSnapshot), ParameterSetName = [HereSet])]
[OutputType(typeof(EtcdHostSnapshot), ParameterSetName = [HostSet])]
public sealed class SaveEtcdSnapshotCommand : AdminCmdlet
{
    private const string HereSet = "Here", HostSet = "Host";

    private readonly List<EtcdCluster> _clusters = [];

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>
    /// The folder, which is created if needed, or the file name. The name must have the ending of its format: .db, .db.gz, .zip
    /// or .tar.gz, with .enc added if encrypted. Default: the current folder. With -OnHost: a folder on the host; default:
    /// /var/backups/etcd.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>The member to take the snapshot from, by name or id. Default: the best member is chosen.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Member { get; set; }

    /// <summary>
    /// Saves the snapshot on the host of a member. The member's own etcdctl saves and checks it there, and no data crosses the
    /// network. The cluster must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = HostSet)]
    public SwitchParameter OnHost { get; set; }

    /// <summary>With -OnHost: the host to save the snapshot on. Default: the host of the best member.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>
    /// The compression of the file: None, Gzip (.db.gz), Zip (.zip) or TarGz (.tar.gz, as older tools write it). Default: None.
    /// </summary>
    [Parameter(ParameterSetName = HereSet)]
    [ValidateSet("None", "Gzip", "Zip", "TarGz")]
    public SnapshotCompression Compress { get; set; }

    /// <summary>Encrypts the snapshot with this passphrase.</summary>
    [Parameter(ParameterSetName = HereSet)]
    public SecureString? Passphrase { get; set; }

    /// <summary>
    /// How the snapshot is encrypted. Cms: a standard CMS file, which "openssl cms -decrypt" opens too, if the file has at most
    /// 1.5 GB. Container: EtcdAdmin's own format for files of any size, which only EtcdAdmin opens. Default: Cms for databases of
    /// at most 1.5 GB, and Container, with a warning, for larger ones.
    /// </summary>
    [Parameter(ParameterSetName = HereSet)]
    [ValidateSet("Cms", "Container")]
    public SnapshotEncryption? EncryptionFormat { get; set; }

    /// <summary>
    /// Encrypts the snapshot for these certificates: any one of their private keys decrypts it. Give PEM files or
    /// X509Certificate2 objects, with RSA or EC keys.
    /// </summary>
    [Parameter(ParameterSetName = HereSet)]
    [ValidateNotNullOrEmpty]
    public CertificateArgument[]? RecipientCertificate { get; set; }

    /// <summary>
    /// How long the command waits for more data: seconds or a TimeSpan. The save as a whole has no time limit. Default: 30 s.
    /// </summary>
    [Parameter]
    [Seconds]
    public TimeSpan? InactivityTimeout { get; set; }

    /// <summary>How many clusters are saved at the same time, 1 to 100. Default: 4.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int ThrottleLimit { get; set; } = 4;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        string place = OnHost ? $"a member's host: {FolderOnHost(cluster)}" : PathOf(Destination ?? ".")!; // null only for null
        if (await ShouldProcessAsync($"cluster {cluster.Name}", $"Save snapshot to {place}").ConfigureAwait(false)) _clusters.Add(cluster);
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken stop)
    {
        if (_clusters.Count == 0) return; // any fault of the destination was already reported
        Func<EtcdCluster, CancellationToken, Task<object>> save = OnHost ? SaveOnHostAsync : await SavingHereAsync(stop).ConfigureAwait(false);
        var options = new ParallelOptions { MaxDegreeOfParallelism = ThrottleLimit, CancellationToken = stop };
        await Parallel.ForEachAsync(
            _clusters, options, async (cluster, token) => await SaveAsync(cluster, save, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>A cluster that fails becomes an error record, and the other clusters continue.</summary>
    private async Task SaveAsync(EtcdCluster cluster, Func<EtcdCluster, CancellationToken, Task<object>> save, CancellationToken stop)
    {
        try
        {
            await WriteAsync(await save(cluster, stop).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (ErrorRecords.Covers(e))
        {
            await WriteErrorAsync(e).ConfigureAwait(false);
        }
    }

    private async Task<object> SaveOnHostAsync(EtcdCluster cluster, CancellationToken stop)
    {
        var request = new SaveHostSnapshotRequest { Destination = FolderOnHost(cluster), Member = Member, HostName = HostName };
        if (InactivityTimeout is { } inactivity) request = request with { InactivityTimeout = inactivity };
        return await new HostSnapshotSaver(Admin).SaveAsync(cluster, request, CoreEvents, stop).ConfigureAwait(false);
    }

    // A cluster on this machine has its paths, and an operator who may not be allowed to write beside root's backups.
    private string FolderOnHost(EtcdCluster cluster) => cluster.Spec?.Members.All(member => member.Connection is null) == true
        ? PathOf(Destination ?? ".")! // null only for null
        : Destination ?? SaveHostSnapshotRequest.UsualFolder;

    private async Task<Func<EtcdCluster, CancellationToken, Task<object>>> SavingHereAsync(CancellationToken stop)
    {
        var request = new SaveSnapshotRequest
        {
            Destination = PathOf(Destination ?? ".")!, // null only for null
            Member = Member,
            Compression = Compress,
            Recipients = await RecipientsAsync(stop).ConfigureAwait(false),
            Encryption = EncryptionFormat,
        };
        if (InactivityTimeout is { } inactivity) request = request with { InactivityTimeout = inactivity };
        if (_clusters.Count > 1) request.RequireFolder();
        var saver = new SnapshotSaver(Admin);
        return async (cluster, token) => await saver.SaveAsync(cluster, request, CoreEvents, token).ConfigureAwait(false);
    }

    private async Task<SnapshotRecipients?> RecipientsAsync(CancellationToken stop)
    {
        if (Passphrase is null && RecipientCertificate is null)
        {
            return EncryptionFormat is null
                ? null
                : throw new EtcdException(EtcdErrorIds.InvalidArgument, "-EncryptionFormat needs a recipient: a passphrase or a certificate.")
                {
                    NextStep = "Use -Passphrase or -RecipientCertificate too.",
                };
        }

        var certificates = new List<X509Certificate2>();
        foreach (CertificateArgument given in RecipientCertificate ?? [])
            // Either is given.
            certificates.Add(given.Certificate ?? await SnapshotCertificate.ReadAsync(PathOf(given.Path)!, stop).ConfigureAwait(false));
        return new SnapshotRecipients { Passphrase = Passphrase.ToPlainText(), Certificates = certificates };
    }
}
