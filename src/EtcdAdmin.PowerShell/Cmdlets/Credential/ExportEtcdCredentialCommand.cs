using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Issues a client certificate of its own and packs all that a client of the cluster needs into etcd_credentials.tar.gz. Whoever has
/// the file has the access, so pass it on as you would a password.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster prod | Export-EtcdCredential -Destination . -UserName app</code>
/// <para>A package for the etcd user app, in the current folder.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdCredential", SupportsShouldProcess = true)]
[OutputType(typeof(CredentialPackageInfo))]
public sealed class ExportEtcdCredentialCommand : AdminCmdlet
{
    /// <summary>A TLS cluster that was installed from here, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The folder, or the file to write; by default the current folder.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = ".";

    /// <summary>The certificate's common name, which is the etcd user where authentication is on; by default one is made up.</summary>
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
        if (!await ShouldProcessAsync($"cluster {cluster.Name}", $"Issue client certificate and export it to {destination}").ConfigureAwait(false)) return;
        CredentialPackageInfo package = await new CredentialExporter(Admin)
            .ExportAsync(cluster, destination, UserName, Force, stop).ConfigureAwait(false);
        await WriteAsync(package).ConfigureAwait(false);
    }
}
