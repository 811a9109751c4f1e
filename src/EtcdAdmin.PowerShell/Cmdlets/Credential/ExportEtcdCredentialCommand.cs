using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Writes a package with all that a client of the cluster needs: a new client certificate with its private key, the CA
/// certificate and the endpoints. The file gives access to the cluster, so protect it like a password. If -Destination is a
/// folder, the file is named etcd_credentials.tar.gz.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster prod | Export-EtcdCredential -Destination . -UserName app</code>
/// <para>Writes a package for the etcd user app to the current folder.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdCredential", SupportsShouldProcess = true)]
[OutputType(typeof(CredentialPackageInfo))]
public sealed class ExportEtcdCredentialCommand : AdminCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster, with TLS.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The folder or file to write to. Default: the current folder.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = ".";

    /// <summary>
    /// The common name of the certificate. If authentication is enabled, give the name of an etcd user. Default: a generated
    /// name.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        string destination = PathOf(Destination)!; // null only for null
        if (!await ShouldProcessAsync($"cluster {cluster.Name}", $"Issue client certificate and export it to {destination}").ConfigureAwait(false))
            return;
        CredentialPackageInfo package = await new CredentialExporter(Admin)
            .ExportAsync(cluster, destination, UserName, Force, stop).ConfigureAwait(false);
        await WriteAsync(package).ConfigureAwait(false);
    }
}
