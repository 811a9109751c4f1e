using System.Management.Automation;
using System.Security;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Gets certificates and says what is wrong with them. Of a cluster: its authorities and the operator's client certificate in the profile, the
/// certificates in the files of all members, and those that the members show at their client and peer URLs. Also of PEM files, of credential
/// packages, and of any endpoint. Private keys are never read.
/// </summary>
/// <example>
/// <code>Get-EtcdCertificate prod</code>
/// <para>Shows all certificates of the cluster prod, with the days until they expire.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdCertificate | Where-Object Problems | Format-List Cluster, Member, Place, Problems</code>
/// <para>Shows the certificates of all saved clusters with which something is wrong.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCertificate prod -Issued | Sort-Object DaysLeft</code>
/// <para>Shows the client certificates that this machine has issued for others; the next to expire comes first.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCertificate -Path ./etcd_credentials.tar.gz, /etc/ssl/etcd/ca.crt</code>
/// <para>Shows the certificates in a credential package and in a PEM file.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCertificate -Endpoint https://n1:2379, https://n1:2380 | Format-List</code>
/// <para>Shows the certificates that a member shows to clients and to the other members, with all their properties.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdCertificate", DefaultParameterSetName = "Cluster")]
[OutputType(typeof(EtcdCertificate))]
public sealed class GetEtcdCertificateCommand : AdminCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Cluster", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The client certificates that this machine has issued for others with Export-EtcdCredential, instead of those in use.</summary>
    [Parameter(ParameterSetName = "Cluster")]
    public SwitchParameter Issued { get; set; }

    /// <summary>Files with certificates (PEM, DER or PKCS#12), or credential packages (.tar.gz).</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = null!; // mandatory

    /// <summary>The passphrase of a PKCS#12 file.</summary>
    [Parameter(ParameterSetName = "Path")]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>URLs with https. The certificate that is shown there is not trusted, only looked at.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Endpoint")]
    [ValidateNotNullOrEmpty]
    public Uri[] Endpoint { get; set; } = null!; // mandatory

    /// <summary>A certificate that is valid for fewer days has a problem. Default: 30.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int WarnDays { get; set; } = HealthOptions.DefaultWarnDays;

    /// <summary>How long a member may take to show its certificate: seconds or a TimeSpan. Default: 5 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        var reader = new CertificateReader(Admin, WarnDays, Timeout ?? new HealthOptions().Timeout);
        switch (ParameterSetName)
        {
            case "Path":
                var files = new CertificateFileReader(Admin.Clock, WarnDays);
                string? passphrase = Passphrase.ToPlainText();
                await ForEachAsync(Path, async (path, token) =>
                    await WritePageAsync(await files.ReadAsync(PathOf(path)!, passphrase, token).ConfigureAwait(false)).ConfigureAwait(false), stop)
                    .ConfigureAwait(false);
                break;
            case "Endpoint":
                await ForEachAsync(Endpoint, async (url, token) =>
                    await WriteAsync(await reader.ReadEndpointAsync(url, token).ConfigureAwait(false)).ConfigureAwait(false), stop)
                    .ConfigureAwait(false);
                break;
            default:
                EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
                await ShowAsync(await (Issued ? reader.ReadIssuedAsync(cluster, stop) : reader.ReadAsync(cluster, stop)).ConfigureAwait(false))
                    .ConfigureAwait(false);
                break;
        }
    }

    private async Task ShowAsync(CertificateListing found)
    {
        if (found is { Certificates.Count: 0, Failures.Count: 0 } && !Issued)
            await OnPipelineAsync(() => WriteVerbose($"Cluster {Cluster.Name} does not use TLS, so it has no certificates.")).ConfigureAwait(false);
        await WritePageAsync(found.Certificates).ConfigureAwait(false);
        foreach (EtcdException failure in found.Failures) await WriteErrorAsync(failure).ConfigureAwait(false);
    }
}
