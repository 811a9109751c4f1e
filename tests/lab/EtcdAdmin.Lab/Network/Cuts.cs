using System.Text;
using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Network;

/// <summary>The cuts between hosts: the bridge silently drops frames between them in both directions.</summary>
internal static class Cuts
{
    /// <summary>Applies a lab's record to the machine's rules, in one step.</summary>
    public static Task ApplyAsync(LabRecord lab, CancellationToken cancellationToken) =>
        Tool.FeedAsync("nft", ["-f", "-"], Render(lab), cancellationToken);

    /// <summary>Removes all rules of a lab.</summary>
    public static Task RemoveAsync(int lab) =>
        Tool.TryRunAsync("nft", ["delete", "table", "bridge", MachineNames.BridgeOf(lab)], "", default);

    private static string Render(LabRecord lab)
    {
        var addresses = new LabAddresses(lab.Number);
        string table = MachineNames.BridgeOf(lab.Number);
        IReadOnlyList<string> rules = [.. lab.Hosts.SelectMany(host => host.CutFrom.SelectMany(other => Drop(lab, addresses, host, other)))];
        var text = new StringBuilder();
        // "add" before "delete", because deleting requires that the table exists. Every frame passes one of the two hooks: from a host,
        // or from this machine.
        text.AppendLine($"add table bridge {table}").AppendLine($"delete table bridge {table}").AppendLine($"table bridge {table} {{");
        foreach (string hook in new[] { "prerouting", "output" })
        {
            text.AppendLine($"chain on_{hook} {{ type filter hook {hook} priority 0; policy accept;");
            text.AppendJoin('\n', rules).AppendLine("\n}");
        }

        return text.AppendLine("}").ToString();
    }

    private static IEnumerable<string> Drop(LabRecord lab, LabAddresses addresses, HostRecord host, string other)
    {
        string mac = addresses.Mac(host.Index);
        if (other == HostLab.Everybody) return [$"ether saddr {mac} drop", $"ether daddr {mac} drop"];
        string otherMac = other == HostLab.Operator
            ? addresses.OperatorMac
            : addresses.Mac(lab.Hosts.Single(found => found.Name == other).Index);
        return [$"ether saddr {mac} ether daddr {otherMac} drop", $"ether saddr {otherMac} ether daddr {mac} drop"];
    }
}
