using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Gets facts about hosts: operating system, addresses, disks, free space, used ports, clock, and any etcd found there. All hosts
/// are read at the same time, each in one round trip. The command changes nothing. You can also use it to supply a login or sudo
/// password for the rest of the session.
/// </summary>
/// <example>
/// <code>Get-EtcdHost n1, n2, n3 -UserName ops</code>
/// <para>Reads three hosts, logged in as the user ops.</para>
/// </example>
/// <example>
/// <code>(Get-EtcdHost n1).Disks | Where-Object IsEmpty</code>
/// <para>Lists the empty disks of a host.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdHost", DefaultParameterSetName = HostSet)]
[OutputType(typeof(EtcdHost))]
public sealed class GetEtcdHostCommand : HostCmdlet
{
    /// <summary>
    /// The cluster whose hosts are read: an object, or the name of a saved cluster. It must have been installed with
    /// Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Cluster")]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        IReadOnlyList<HostConnection> connections = ParameterSetName == HostSet ? Connections() : await OfClusterAsync(stop).ConfigureAwait(false);
        Introduce(connections);
        List<Task<EtcdHost>> reading = [.. connections.Distinct()
            .Select(connection => HostReader.ReadAsync(Admin.Hosts, connection, Admin.Clock, stop))];
        // In the given order, each as soon as it and all earlier ones are available. An error of one host does not hide the others.
        await ForEachAsync(reading, async (host, _) => await WriteAsync(await host.ConfigureAwait(false)).ConfigureAwait(false), stop)
            .ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<HostConnection>> OfClusterAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        return [.. cluster.RequireSpec().Members.Select(member => member.Connection ?? HostConnection.Local)];
    }
}
