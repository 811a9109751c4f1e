using System.Management.Automation;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Upgrades.Adoption;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Finds every etcd on hosts, whatever installed it: EtcdAdmin, a package of the distribution, a snap, kubespray, etcdadm, kubeadm,
/// a unit that was written by hand, a container, or a plain process. For each it shows what installed it, its unit, the release
/// that runs and the one that is installed, its member name and ids, its folders and its URLs. The command changes nothing. All
/// hosts are read at the same time, each in one round trip. A host without etcd gives no output.
/// </summary>
/// <example>
/// <code>Find-EtcdCluster n1, n2, n3 -UserName ops</code>
/// <para>Shows the etcd of three hosts, logged in as the user ops.</para>
/// </example>
/// <example>
/// <code>Find-EtcdCluster n1, n2, n3 | Where-Object { $_.Version -ne $_.InstalledVersion }</code>
/// <para>Finds members that still run another release than the installed one, because they were not restarted.</para>
/// </example>
/// <example>
/// <code>Find-EtcdCluster n1, n2, n3 | Import-EtcdCluster prod</code>
/// <para>Finds the members of a cluster, and imports the cluster under the name prod.</para>
/// </example>
[Cmdlet(VerbsCommon.Find, "EtcdCluster", DefaultParameterSetName = HostSet)]
[OutputType(typeof(EtcdInstallation))]
public sealed class FindEtcdClusterCommand : HostCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        IReadOnlyList<HostConnection> connections = Connections();
        Introduce(connections);
        var reader = new InstallationReader(Admin);
        List<Task<IReadOnlyList<EtcdInstallation>>> reading =
            [.. connections.Distinct().Select(connection => reader.ReadAsync(connection, stop))];
        // In the given order, each as soon as it and all earlier ones are available. An error of one host does not hide the others.
        await ForEachAsync(reading, async (host, _) => await WritePageAsync(await host.ConfigureAwait(false)).ConfigureAwait(false), stop)
            .ConfigureAwait(false);
    }
}
