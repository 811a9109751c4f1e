using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules.Renewals;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows the renewals of certificates that this user has on this machine, and with -OnHost those of the hosts of a cluster: whether their timers
/// run, the next run, the result of the last one, and what was renewed last. A run has failed if it could not renew what was due: because a host
/// cannot be reached, or the profile, PowerShell or the module is gone.
/// </summary>
/// <example>
/// <code>Get-EtcdCertificateRenewal</code>
/// <para>Shows all renewals of this user, including those of clusters whose profiles are gone.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdCertificateRenewal | Where-Object -Not Healthy</code>
/// <para>Lists the clusters whose certificates this machine does not renew, with the reasons.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCertificateRenewal prod | Format-List</code>
/// <para>Shows everything about the renewal of prod, including its last error.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdCertificateRenewal", DefaultParameterSetName = MachineSet)]
[OutputType(typeof(EtcdCertificateRenewal))]
public sealed class GetEtcdCertificateRenewalCommand : AdminCmdlet
{
    private const string MachineSet = "OnThisMachine";
    private const string HostsSet = "OnHost";

    /// <summary>
    /// The cluster: an object, or the name of a saved cluster or of one that still has a renewal. Default: all clusters with a renewal.
    /// </summary>
    [Parameter(ParameterSetName = MachineSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = HostsSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference? Cluster { get; set; }

    /// <summary>Shows the renewals on the hosts of the cluster (Register-EtcdCertificateRenewal -OnHost). Default: those on this machine.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostsSet)]
    public SwitchParameter OnHost { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        if (OnHost)
        {
            EtcdCluster named = await FindAsync(Cluster!, stop).ConfigureAwait(false); // mandatory
            await WritePageAsync(await new HostRenewalReader(Admin).ReadAsync(named, stop).ConfigureAwait(false)).ConfigureAwait(false);
            return;
        }

        var reader = new CertificateRenewalReader(Admin);
        IReadOnlyList<string> names = await reader.NamesAsync(stop).ConfigureAwait(false);
        if (Cluster is { } cluster)
            names = [names.Contains(cluster.Name) ? cluster.Name : (await FindAsync(cluster, stop).ConfigureAwait(false)).Name];
        foreach (string name in names) await WriteAsync(await reader.ReadAsync(name, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
