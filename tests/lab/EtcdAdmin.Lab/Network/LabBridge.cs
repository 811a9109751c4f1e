using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Network;

/// <summary>The switch that a lab's hosts are plugged into; this machine is plugged in too. It leads nowhere else.</summary>
internal static class LabBridge
{
    public static async Task CreateAsync(int lab, CancellationToken cancellationToken)
    {
        var addresses = new LabAddresses(lab);
        string bridge = MachineNames.BridgeOf(lab);
        await BatchAsync([
                $"link add {bridge} address {addresses.OperatorMac} type bridge forward_delay 0 mcast_snooping 0",
                $"addr add {addresses.OperatorIpv4}/24 dev {bridge}",
                $"addr add {addresses.OperatorIpv6}/64 dev {bridge} nodad",
                $"link set {bridge} up"], cancellationToken);
    }

    /// <summary>Makes the host's network namespace, with its address, and plugs it in.</summary>
    public static async Task PlugInAsync(LabRecord lab, HostRecord host, CancellationToken cancellationToken)
    {
        var addresses = new LabAddresses(lab.Number);
        var names = new MachineNames(lab.Number, host.Index);
        await Tool.RunAsync("ip", ["netns", "add", names.Namespace], cancellationToken);
        await BatchAsync([
                $"link add {names.Cable} type veth peer name eth0 address {addresses.Mac(host.Index)} netns {names.Namespace}",
                $"link set {names.Cable} master {names.Bridge} arp off addrgenmode none up"], cancellationToken);
        await Tool.FeedAsync("ip", ["-netns", names.Namespace, "-batch", "-"], string.Join('\n',
            "link set lo up",
            $"addr add {addresses.Ipv4(host.Index)}/24 dev eth0",
            $"addr add {addresses.Ipv6(host.Index)}/64 dev eth0 nodad",
            "link set eth0 up\n"), cancellationToken);
    }

    /// <summary>Removes the host's network namespace with all that is in it.</summary>
    public static async Task UnplugAsync(MachineNames names)
    {
        // The other end, in the namespace, goes with it; the namespace alone could be kept alive by somebody's open file.
        await DeleteLinkAsync(names.Cable);
        if (File.Exists($"/run/netns/{names.Namespace}")) await Tool.RunAsync("ip", ["netns", "delete", names.Namespace], default);
    }

    /// <summary>Removes the bridge.</summary>
    public static Task RemoveAsync(int lab) => DeleteLinkAsync(MachineNames.BridgeOf(lab));

    /// <summary>Removes an interface, if there is one of that name.</summary>
    public static async Task DeleteLinkAsync(string name)
    {
        if (Directory.Exists($"/sys/class/net/{name}")) await Tool.RunAsync("ip", ["link", "delete", name], default);
    }

    /// <summary>Runs several commands of ip in one process.</summary>
    public static Task BatchAsync(IReadOnlyList<string> commands, CancellationToken cancellationToken) =>
        Tool.FeedAsync("ip", ["-batch", "-"], string.Join('\n', commands) + "\n", cancellationToken);
}
