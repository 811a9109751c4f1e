using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Network;

/// <summary>The bridge that connects a lab's hosts and this machine. It has no connection to other networks.</summary>
internal static class LabBridge
{
    public static async Task CreateAsync(int lab, CancellationToken cancellationToken)
    {
        var addresses = new LabAddresses(lab);
        string bridge = MachineNames.BridgeOf(lab);
        await BatchAsync(
        [
            $"link add {bridge} address {addresses.OperatorMac} type bridge forward_delay 0 mcast_snooping 0",
            $"addr add {addresses.OperatorIpv4}/24 dev {bridge}",
            $"addr add {addresses.OperatorIpv6}/64 dev {bridge} nodad",
            $"link set {bridge} up",
        ], cancellationToken);
    }

    /// <summary>Creates the host's network namespace with its address and connects it.</summary>
    public static async Task PlugInAsync(LabRecord lab, HostRecord host, CancellationToken cancellationToken)
    {
        var addresses = new LabAddresses(lab.Number);
        var names = new MachineNames(lab.Number, host.Index);
        await Tool.RunAsync("ip", ["netns", "add", names.Namespace], cancellationToken);
        await BatchAsync(
        [
            $"link add {names.Cable} type veth peer name eth0 address {addresses.Mac(host.Index)} netns {names.Namespace}",
            $"link set {names.Cable} master {names.Bridge} arp off addrgenmode none up",
        ], cancellationToken);
        await Tool.FeedAsync("ip", ["-netns", names.Namespace, "-batch", "-"], string.Join('\n',
            "link set lo up",
            $"addr add {addresses.Ipv4(host.Index)}/24 dev eth0",
            $"addr add {addresses.Ipv6(host.Index)}/64 dev eth0 nodad",
            "link set eth0 up\n"), cancellationToken);
    }

    /// <summary>Removes the host's network namespace with its interfaces.</summary>
    public static async Task UnplugAsync(MachineNames names)
    {
        // Deleting this end also deletes the end in the namespace. An open file in a process could keep the namespace alive.
        await DeleteLinkAsync(names.Cable);
        if (File.Exists($"/run/netns/{names.Namespace}")) await Tool.RunAsync("ip", ["netns", "delete", names.Namespace], default);
    }

    /// <summary>Removes the bridge.</summary>
    public static Task RemoveAsync(int lab) => DeleteLinkAsync(MachineNames.BridgeOf(lab));

    /// <summary>Removes an interface if it exists.</summary>
    public static async Task DeleteLinkAsync(string name)
    {
        if (Directory.Exists($"/sys/class/net/{name}")) await Tool.RunAsync("ip", ["link", "delete", name], default);
    }

    /// <summary>Runs several ip commands in one process.</summary>
    public static Task BatchAsync(IReadOnlyList<string> commands, CancellationToken cancellationToken) =>
        Tool.FeedAsync("ip", ["-batch", "-"], string.Join('\n', commands) + "\n", cancellationToken);
}
