using System.Management.Automation;
using System.Security;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Creates a cluster object for an etcd cluster that is already running. The command connects to the cluster once, to check the
/// endpoints and certificates. With -Name it saves the cluster, so that Get-EtcdCluster finds it.
///
/// For each parameter that is not given, the command uses etcdctl's environment variables: ETCDCTL_ENDPOINTS, ETCDCTL_CACERT,
/// ETCDCTL_CERT, ETCDCTL_KEY, ETCDCTL_USER, ETCDCTL_PASSWORD, and their v2 API names, such as ETCDCTL_ENDPOINT and
/// ETCDCTL_CA_FILE. The command fails and names the variable if it would need one that EtcdAdmin does not support, for instance
/// ETCDCTL_DISCOVERY_SRV without -Endpoint.
/// </summary>
/// <example>
/// <code>Connect-EtcdCluster https://10.0.0.1:2379, https://10.0.0.2:2379 -CaFile ca.crt -CertificateFile me.crt -KeyFile me.key -Name prod</code>
/// <para>Connects with certificates from files, and saves the cluster under the name prod.</para>
/// </example>
/// <example>
/// <code>Connect-EtcdCluster https://10.0.0.1:2379 -CaFile ca.crt -CertificateFile me.p12 -Passphrase (Read-Host -AsSecureString)</code>
/// <para>Connects with the certificate and the key in a PKCS#12 file.</para>
/// </example>
/// <example>
/// <code>Connect-EtcdCluster -CredentialPackage ./etcd_credentials.tar.gz | Get-EtcdHealth</code>
/// <para>Connects with the endpoints and certificates of a package from Export-EtcdCredential.</para>
/// </example>
[Cmdlet(VerbsCommunications.Connect, "EtcdCluster", SupportsShouldProcess = true, DefaultParameterSetName = "File")]
[OutputType(typeof(EtcdCluster))]
public sealed class ConnectEtcdClusterCommand : AdminCmdlet
{
    /// <summary>
    /// The client URLs of the members. host:port means https if a CA file, a certificate or a package is given, else http. A host
    /// without a port means port 2379. An IPv6 address with a port needs brackets: [fd00::1]:2379. Default: the endpoints in the
    /// package or in etcdctl's variables, else http://127.0.0.1:2379.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[]? Endpoint { get; set; }

    /// <summary>The name to save the cluster under. Default: the cluster is not saved.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>
    /// The file with the certificates to trust: root CAs, intermediate CAs, or the server's own certificate. PEM, DER or PKCS#12.
    /// </summary>
    [Parameter(ParameterSetName = "File")]
    [ValidateNotNullOrEmpty]
    public string? CaFile { get; set; }

    /// <summary>
    /// The file with your client certificate: PEM, DER or PKCS#12. The file may also hold the certificates of intermediate
    /// authorities; they are sent too. It may hold the private key, and then -KeyFile is not needed.
    /// </summary>
    [Parameter(ParameterSetName = "File")]
    [ValidateNotNullOrEmpty]
    public string? CertificateFile { get; set; }

    /// <summary>
    /// The file with the private key of the client certificate: PEM, DER or PKCS#12. Default: the file of the certificate, if it
    /// has the key.
    /// </summary>
    [Parameter(ParameterSetName = "File")]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>
    /// The passphrase of the private key, or of the PKCS#12 file. It is not saved. With -Name, the key is saved without
    /// encryption, in a file that only you can read.
    /// </summary>
    [Parameter(ParameterSetName = "File")]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>A package from Export-EtcdCredential, or the folder that it was unpacked into.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CredentialPackage", ValueFromPipelineByPropertyName = true)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string? CredentialPackage { get; set; }

    /// <summary>
    /// The etcd user and password. Needed if authentication is enabled and the common name of the client certificate is not an
    /// etcd user. They are not saved.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        if (Name is not null && !await ShouldProcessAsync($"cluster {Name}", "Connect and save profile").ConfigureAwait(false)) return;
        var request = new ConnectRequest
        {
            Name = Name,
            Endpoints = Endpoint,
            CaFile = PathOf(CaFile),
            CertificateFile = PathOf(CertificateFile),
            KeyFile = PathOf(KeyFile),
            Passphrase = Passphrase.ToPlainText(),
            CredentialPackage = PathOf(CredentialPackage),
            Folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath, // where etcdctl would be started
            Credential = Credential.ToEtcdCredential(),
        };
        await WriteAsync(await new ClusterConnector(Admin).ConnectAsync(request, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
