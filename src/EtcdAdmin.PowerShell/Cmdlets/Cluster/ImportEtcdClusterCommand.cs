using System.Management.Automation;
using System.Security;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Upgrades.Adoption;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Imports a running cluster that EtcdAdmin did not install: from a package of the distribution, a snap, kubespray, etcdadm,
/// kubeadm, units that were written by hand, or containers. The command reads process, unit, environment and configuration file of
/// each member on its host, and the member list of the live cluster. It saves a profile on this machine and changes nothing on the
/// hosts.
///
/// Name the hosts of all members; if some are missing, the error lists them. The profile gets the certificate of the authority, and
/// a client certificate with its key: those given with -CertificateFile and -KeyFile, or else the ones that the tool made on the
/// hosts, or else a member's own certificate if it is valid for clients. Keys are copied through ssh only, and are stored readable
/// only by you.
///
/// The output lists what works with the cluster and what does not, with the reason. Health, keys and snapshots always work.
/// Members that a systemd unit runs can be started and stopped. Commands that would change files of the installation are refused
/// until the members are converted (Convert-EtcdMember). Static pods of kubeadm and containers can only be read. To update the
/// profile after changes of the cluster, run the command again.
/// </summary>
/// <example>
/// <code>Import-EtcdCluster prod n1, n2, n3 -UserName ops</code>
/// <para>Imports the cluster on three hosts under the name prod.</para>
/// </example>
/// <example>
/// <code>Find-EtcdCluster n1, n2, n3 | Import-EtcdCluster prod</code>
/// <para>Imports the etcds that were found.</para>
/// </example>
/// <example>
/// <code>(Import-EtcdCluster prod n1, n2, n3 -CertificateFile me.crt -KeyFile me.key).Capabilities</code>
/// <para>Uses your own client certificate, and lists what works, by groups of commands.</para>
/// </example>
[Cmdlet(VerbsData.Import, "EtcdCluster", SupportsShouldProcess = true, DefaultParameterSetName = HostSet)]
[OutputType(typeof(EtcdImport))]
public sealed class ImportEtcdClusterCommand : HostCmdlet
{
    private readonly List<HostConnection> _connections = [];

    /// <summary>The name to save the cluster under.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = null!; // mandatory

    /// <summary>The etcds to import, from Find-EtcdCluster.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Installation")]
    public EtcdInstallation Installation { get; set; } = null!; // mandatory

    /// <summary>The file with the authorities that verify the members: PEM, DER or PKCS#12. Default: the one that the members use.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CaFile { get; set; }

    /// <summary>The file with your client certificate: PEM, DER or PKCS#12. Default: one that is found on the hosts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateFile { get; set; }

    /// <summary>
    /// The file with the private key of the client certificate: PEM, DER or PKCS#12. Default: the file of the certificate.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>
    /// The passphrase of the private key, or of the PKCS#12 file. It is not saved; the key is saved without encryption, in a file
    /// that only you can read.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>
    /// The etcd user and password, if authentication is enabled and the client certificate names no user. They are not saved.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? EtcdCredential { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        _connections.AddRange(ParameterSetName == HostSet ? Connections() : [Installation.Connection]);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken stop)
    {
        if (_connections.Count == 0) return;
        Introduce(_connections);
        if (!await ShouldProcessAsync($"cluster {Name} on {string.Join(", ", _connections.Select(host => host.HostName).Distinct())}", "Save profile")
            .ConfigureAwait(false)) return;
        var request = new ImportRequest
        {
            Name = Name,
            Hosts = _connections,
            CaFile = PathOf(CaFile),
            CertificateFile = PathOf(CertificateFile),
            KeyFile = PathOf(KeyFile),
            Passphrase = Passphrase.ToPlainText(),
            Credential = EtcdCredential.ToEtcdCredential(),
        };
        EtcdImport import = await new ClusterImporter(Admin).ImportAsync(request, stop).ConfigureAwait(false);
        foreach (string warning in import.Warnings) await OnPipelineAsync(() => WriteWarning(warning)).ConfigureAwait(false);
        await WriteAsync(import).ConfigureAwait(false);
    }
}
