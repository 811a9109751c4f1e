using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Makes a cluster object for any etcd that runs already, asks it once, and with -Name saves it for Get-EtcdCluster. What is not
/// given is taken from etcdctl's variables: ETCDCTL_ENDPOINTS, ETCDCTL_CACERT, ETCDCTL_CERT, ETCDCTL_KEY, ETCDCTL_USER, ETCDCTL_PASSWORD,
/// and their names of the v2 API, such as ETCDCTL_ENDPOINT and ETCDCTL_CA_FILE. A variable that cannot be followed is an error.
/// </summary>
/// <example>
/// <code>Connect-EtcdCluster https://10.0.0.1:2379, https://10.0.0.2:2379 -CaFile ca.crt -CertificateFile me.crt -KeyFile me.key -Name prod</code>
/// <para>Connects with TLS material from files and saves it all under the name prod.</para>
/// </example>
/// <example>
/// <code>Connect-EtcdCluster -CredentialPackage ./etcd_credentials.tar.gz | Get-EtcdHealth</code>
/// <para>Takes endpoints and TLS material from a package that Export-EtcdCredential made.</para>
/// </example>
[Cmdlet(VerbsCommunications.Connect, "EtcdCluster", SupportsShouldProcess = true, DefaultParameterSetName = "File")]
[OutputType(typeof(EtcdCluster))]
public sealed class ConnectEtcdClusterCommand : AdminCmdlet
{
    /// <summary>
    /// Client URLs; host:port is taken as https where TLS material is given, else as http; the port is 2379 where only a host is given.
    /// By default http://127.0.0.1:2379, if no variable of etcdctl names another. IPv6 addresses with a port need brackets: [fd00::1]:2379.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[]? Endpoint { get; set; }

    /// <summary>The name to save it under; without one nothing is saved.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The PEM file with the certificates to trust: roots, intermediate authorities, or the server's own.</summary>
    [Parameter(ParameterSetName = "File")]
    [ValidateNotNullOrEmpty]
    public string? CaFile { get; set; }

    /// <summary>The PEM file with the certificate to show; those of intermediate authorities may follow it and are shown too.</summary>
    [Parameter(ParameterSetName = "File")]
    [ValidateNotNullOrEmpty]
    public string? CertificateFile { get; set; }

    /// <summary>The PEM file with the private key of that certificate, not encrypted.</summary>
    [Parameter(ParameterSetName = "File")]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>A package that Export-EtcdCredential made, or the folder it was unpacked into.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CredentialPackage", ValueFromPipelineByPropertyName = true)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string? CredentialPackage { get; set; }

    /// <summary>User and password, where authentication is on; they are not saved.</summary>
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
            CredentialPackage = PathOf(CredentialPackage),
            Folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath, // where etcdctl would be started
            Credential = Credential.ToEtcdCredential(),
        };
        await WriteAsync(await new ClusterConnector(Admin).ConnectAsync(request, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
