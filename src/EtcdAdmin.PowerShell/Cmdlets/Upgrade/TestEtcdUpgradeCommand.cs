using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Checks whether a cluster can change to another version of etcd, and changes nothing. Each check of each member is one object: it passes,
/// warns, fails, or could not be made, with the reason and what to do. Update-EtcdCluster makes the same checks and refuses to begin while
/// one of them fails.
///
/// A cluster is upgraded one minor version at a time. If the wanted version is further away, the error lists the steps.
/// </summary>
/// <example>
/// <code>Test-EtcdUpgrade prod -Version 3.6</code>
/// <para>Shows all checks for an upgrade to the newest available 3.6.</para>
/// </example>
/// <example>
/// <code>Test-EtcdUpgrade prod -Version 3.5.30 | Where-Object Result -in Warn, Fail | Format-List</code>
/// <para>Shows only what needs attention, with the next step for each.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Test-EtcdUpgrade -Package ./etcd-v3.6.14-linux-amd64.tar.gz</code>
/// <para>Checks all saved clusters for the version in a release archive.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdUpgrade")]
[OutputType(typeof(EtcdUpgradeCheck))]
public sealed class TestEtcdUpgradeCommand : VersionCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        foreach (EtcdUpgradeCheck check in await new ClusterUpdater(Admin).TestAsync(cluster, Request(), stop).ConfigureAwait(false))
            await WriteAsync(check).ConfigureAwait(false);
    }
}
