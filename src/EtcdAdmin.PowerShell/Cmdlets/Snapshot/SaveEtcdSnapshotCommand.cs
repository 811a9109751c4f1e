using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.PowerShell.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Snapshots.OnHost;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Saves a snapshot of a live cluster to a file, which appears only when it is whole, checked and on the disk. Taken from the
/// freshest healthy member, a follower rather than the leader. Several clusters are saved at the same time; each is written as soon as it
/// is there, and one that fails does not keep the others.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster | Save-EtcdSnapshot -Destination ./backups</code>
/// <para>A snapshot of every saved cluster, as etcd-snapshot-(date and time in UTC).db.</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot prod ./backups -Compress Gzip -RecipientCertificate ./backup-operators.crt</code>
/// <para>A compressed one that only those can open who have the private key of the certificate: etcd-snapshot-(date and time).db.gz.enc.</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot prod /srv/backups -OnHost | Select-Object HostName, Path, Sha256, CopyCommand</code>
/// <para>One that stays on the host of the best member. CopyCommand fetches it.</para>
/// </example>
[Cmdlet(VerbsData.Save, "EtcdSnapshot", SupportsShouldProcess = true, DefaultParameterSetName = HereSet)]
[OutputType(typeof(EtcdSnapshot), ParameterSetName = [HereSet])]
[OutputType(typeof(EtcdHostSnapshot), ParameterSetName = [HostSet])]
public sealed class SaveEtcdSnapshotCommand : AdminCmdlet
{
    private const string HereSet = "Here", HostSet = "Host";

    private readonly List<EtcdCluster> _clusters = [];

    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The folder, made if it is not there; or the name of the file, ending as its form asks for: .db, .db.gz, .zip, .tar.gz, and .enc behind it. By default the current folder. With -OnHost a folder there, by default /var/backups/etcd.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>The member to take it from, by name or id; by default the best one is chosen.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Member { get; set; }

    /// <summary>Keeps it on the member's host, where the member's own etcdctl saves and checks it; nothing crosses the network. The cluster is one that is managed from here.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostSet)]
    public SwitchParameter OnHost { get; set; }

    /// <summary>With -OnHost: on which of the cluster's hosts.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>How the file is packed: None; Gzip (.db.gz); Zip; TarGz, which is what the older tools made.</summary>
    [Parameter(ParameterSetName = HereSet)]
    [ValidateSet("None", "Gzip", "Zip", "TarGz")]
    public SnapshotCompression Compress { get; set; }

    /// <summary>Encrypts it with this passphrase.</summary>
    [Parameter(ParameterSetName = HereSet)]
    public SecureString? Passphrase { get; set; }

    /// <summary>Encrypts it so that the private key of any of these certificates opens it: PEM files or X509Certificate2, RSA or EC.</summary>
    [Parameter(ParameterSetName = HereSet)]
    [ValidateNotNullOrEmpty]
    public CertificateArgument[]? RecipientCertificate { get; set; }

    /// <summary>How long no byte may arrive before it is given up: seconds or a TimeSpan; by default 30 s. The whole may take as long as it takes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? InactivityTimeout { get; set; }

    /// <summary>How many clusters are saved at the same time.</summary>
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
        if (_clusters.Count == 0) return; // what is wrong with the destination has been said already
        Func<EtcdCluster, CancellationToken, Task<object>> save = OnHost ? SaveOnHostAsync : await SavingHereAsync(stop).ConfigureAwait(false);
        var options = new ParallelOptions { MaxDegreeOfParallelism = ThrottleLimit, CancellationToken = stop };
        await Parallel.ForEachAsync(_clusters, options, async (cluster, token) => await SaveAsync(cluster, save, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>One that fails becomes an error record, and the others go on.</summary>
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
        };
        if (InactivityTimeout is { } inactivity) request = request with { InactivityTimeout = inactivity };
        if (_clusters.Count > 1) request.RequireFolder();
        var saver = new SnapshotSaver(Admin);
        return async (cluster, token) => await saver.SaveAsync(cluster, request, CoreEvents, token).ConfigureAwait(false);
    }

    private async Task<SnapshotRecipients?> RecipientsAsync(CancellationToken stop)
    {
        if (Passphrase is null && RecipientCertificate is null) return null;
        var certificates = new List<X509Certificate2>();
        foreach (CertificateArgument given in RecipientCertificate ?? [])
            certificates.Add(given.Certificate ?? await SnapshotCertificate.ReadAsync(PathOf(given.Path)!, stop).ConfigureAwait(false)); // either is given
        return new SnapshotRecipients { Passphrase = SnapshotCmdlet.PlainText(Passphrase), Certificates = certificates };
    }
}
