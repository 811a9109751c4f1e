using System.Management.Automation;
using System.Security;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.CertificateFiles;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Makes certificates with their private keys in files, or requests for an authority whose key is elsewhere. No cluster is changed.
/// The certificates of a member are valid for all names and addresses of its host, of its URLs and of its present certificates.
///
/// For another authority: make requests with -RequestOnly, have them signed, put each certificate beside its key (n1-server.crt
/// beside n1-server.key), and run Update-EtcdCertificate with -Path. It checks the certificates before it changes anything.
/// </summary>
/// <example>
/// <code>New-EtcdCertificate prod ./requests -RequestOnly -ExtraName '{member}.etcd.example.org'</code>
/// <para>Makes a key and a request for the server and the peer certificate of each member, with one more name for each.</para>
/// </example>
/// <example>
/// <code>New-EtcdCertificate prod ./app -Use Client -CommonName app -ValidDays 90</code>
/// <para>Makes a client certificate for the etcd user app with the authority of the cluster prod.</para>
/// </example>
/// <example>
/// <code>New-EtcdCertificate -CommonName n1 -HostName 10.0.0.1 -CertificateAuthority ./ca.p12 -Passphrase (Read-Host -AsSecureString)</code>
/// <para>Makes a server and a peer certificate for a member that EtcdAdmin does not manage.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdCertificate", SupportsShouldProcess = true, DefaultParameterSetName = ClusterSet)]
[OutputType(typeof(EtcdCertificateFile))]
public sealed class NewEtcdCertificateCommand : AdminCmdlet
{
    private const string ClusterSet = "Cluster";
    private const string NameSet = "Name";

    /// <summary>The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster, with TLS.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ClusterSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The folder for the files. It is created if it does not exist. Default: the current folder.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = ".";

    /// <summary>What the certificates are for: Server, Peer or Client. Default: Server and Peer.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public CertificateProfile[] Use { get; set; } = [CertificateProfile.Server, CertificateProfile.Peer];

    /// <summary>The members, by name. Default: all.</summary>
    [Parameter(ParameterSetName = ClusterSet)]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Member { get; set; }

    /// <summary>
    /// The common name of a client certificate, which is the etcd user if authentication is enabled; without a cluster also the name
    /// of the member. Default for clients: a generated name.
    /// </summary>
    [Parameter(ParameterSetName = ClusterSet)]
    [Parameter(Mandatory = true, ParameterSetName = NameSet)]
    [ValidateNotNullOrEmpty]
    public string? CommonName { get; set; }

    /// <summary>The names and addresses of the member.</summary>
    [Parameter(ParameterSetName = NameSet)]
    [ValidateNotNullOrEmpty]
    public string[]? HostName { get; set; }

    /// <summary>Further names and addresses. {member} stands for the name of the member.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? ExtraName { get; set; }

    /// <summary>
    /// The days that the certificates are valid, not more than the authority's. Default: 365, or less if the authority expires
    /// before.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 36500)]
    public int? ValidDays { get; set; }

    /// <summary>
    /// How far the start of their validity is dated back, for hosts with slow clocks: minutes or a TimeSpan. Default: 5 minutes.
    /// </summary>
    [Parameter]
    [Minutes]
    public TimeSpan? Backdate { get; set; }

    /// <summary>The type of the private keys: EcdsaP256, EcdsaP384, Rsa2048, Rsa3072 or Rsa4096. Default: EcdsaP256.</summary>
    [Parameter]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>Makes requests (.csr) instead of certificates, for an authority whose key is elsewhere.</summary>
    [Parameter]
    public SwitchParameter RequestOnly { get; set; }

    /// <summary>
    /// The authority that signs: a PEM file with its certificate, and those of all authorities above it up to the root, or a PKCS#12
    /// file. Default: the authority of the cluster.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthority { get; set; }

    /// <summary>The PEM file with the private key of -CertificateAuthority, if it is not in the same file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthorityKey { get; set; }

    /// <summary>The passphrase of the private key, or of the PKCS#12 file.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>Replaces existing files. A key that is replaced is lost.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        string destination = PathOf(Destination)!; // null only for null
        EtcdCluster? cluster = ParameterSetName == ClusterSet ? await FindAsync(Cluster, stop).ConfigureAwait(false) : null;
        string target = cluster is null ? CommonName! : $"cluster {cluster.Name}"; // mandatory without a cluster
        string action = $"Make {(RequestOnly ? "certificate requests" : "certificates")} in {destination}";
        if (!await ShouldProcessAsync(target, action).ConfigureAwait(false)) return;
        using CertificateAuthority? authority = await AuthorityArguments.ReadAsync(
            PathOf(CertificateAuthority), PathOf(CertificateAuthorityKey), Passphrase, Admin.Clock, stop).ConfigureAwait(false);
        var request = new CertificateFileRequest
        {
            Uses = Use,
            Members = Member ?? [],
            CommonName = CommonName,
            HostNames = HostName ?? [],
            ExtraNames = ExtraName ?? [],
            Validity = ValidDays is { } days ? TimeSpan.FromDays(days) : null,
            Backdate = Backdate ?? Security.CertificateAuthority.ClockSkew,
            KeyAlgorithm = KeyAlgorithm,
            RequestOnly = RequestOnly,
            Authority = authority,
            Destination = destination,
            Overwrite = Force,
        };
        await WritePageAsync(cluster is null
            ? await CertificateMaker.MakeAsync(request, stop).ConfigureAwait(false)
            : await new CertificateMaker(Admin).MakeAsync(cluster, request, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
