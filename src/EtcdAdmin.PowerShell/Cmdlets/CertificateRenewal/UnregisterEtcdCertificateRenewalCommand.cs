using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules.Renewals;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Removes the renewal of a cluster's certificates from this machine, or with -OnHost from its hosts, with their authorities. A run in progress is
/// stopped: it rolls back the member that it works on.
/// The certificates stay valid until they expire. Uninstall-EtcdCluster and Remove-EtcdClusterProfile remove the renewal of their cluster too.
/// </summary>
/// <example>
/// <code>Unregister-EtcdCertificateRenewal prod</code>
/// <para>Stops and removes the renewal of prod.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCertificateRenewal | Unregister-EtcdCertificateRenewal</code>
/// <para>Removes all renewals of this user, including those of clusters whose profiles are gone.</para>
/// </example>
/// <example>
/// <code>Unregister-EtcdCertificateRenewal prod -WhatIf</code>
/// <para>Shows what would be removed.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Unregister, "EtcdCertificateRenewal", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCertificateRenewal))]
public sealed class UnregisterEtcdCertificateRenewalCommand : PlannedCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster or of one that still has a renewal.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Removes the renewals from the hosts of the cluster. Default: that of this machine.</summary>
    [Parameter]
    public SwitchParameter OnHost { get; set; }

    /// <summary>With -OnHost: continues even if a host cannot be managed now, and leaves that host as it is.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        if (OnHost)
        {
            await RemoveFromHostsAsync(stop).ConfigureAwait(false);
            return;
        }

        IReadOnlyList<string> names = await new CertificateRenewalReader(Admin).NamesAsync(stop).ConfigureAwait(false);
        string name = names.Contains(Cluster.Name) ? Cluster.Name : (await FindAsync(Cluster, stop).ConfigureAwait(false)).Name;
        Operation<EtcdCertificateRenewal> operation =
            await new CertificateRenewalScheduler(Admin).PlanUnregisterAsync(name, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
        {
            await SayAsync($"This machine does not renew the certificates of cluster {name}; nothing to do.").ConfigureAwait(false);
            return;
        }

        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is { } left) await WriteAsync(left).ConfigureAwait(false);
    }

    private async Task RemoveFromHostsAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        Operation<IReadOnlyList<EtcdCertificateRenewal>> operation =
            await new HostRenewalScheduler(Admin).PlanUnregisterAsync(cluster, Force, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
        {
            await SayAsync($"The hosts of cluster {cluster.Name} do not renew their certificates; nothing to do.").ConfigureAwait(false);
            return;
        }

        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is { } left) await WritePageAsync(left).ConfigureAwait(false);
    }
}
