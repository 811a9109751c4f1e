using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace EtcdAdmin.Lab.Network;

/// <summary>The private addresses of a lab, derived from its number.</summary>
/// <param name="Lab">The lab's number.</param>
internal sealed record LabAddresses(int Lab)
{
    /// <summary>The last part of the first host's address; .1 is this machine.</summary>
    private const int FirstHost = 10;

    /// <summary>The IPv4 address of this machine in the lab.</summary>
    public IPAddress OperatorIpv4 => IPAddress.Parse($"10.231.{Lab}.1");

    /// <summary>The IPv6 address of this machine in the lab.</summary>
    public IPAddress OperatorIpv6 => IPAddress.Parse($"fd0e:7cda:{Lab:x}::1");

    /// <summary>The IPv4 address of a host.</summary>
    public IPAddress Ipv4(int host) => IPAddress.Parse($"10.231.{Lab}.{FirstHost + host}");

    /// <summary>The IPv6 address of a host.</summary>
    public IPAddress Ipv6(int host) => IPAddress.Parse($"fd0e:7cda:{Lab:x}::{FirstHost + host}");

    /// <summary>The hardware address of a host; cuts identify hosts by it.</summary>
    public string Mac(int host) => string.Create(CultureInfo.InvariantCulture, $"52:54:00:ea:{Lab:x2}:{host:x2}");

    /// <summary>The hardware address of this machine in the lab.</summary>
    public string OperatorMac => Mac(0);

    /// <summary>Whether no interface of this machine has an address in the lab's network and the bridge's name is free.</summary>
    public static bool AreFree(int lab)
    {
        var addresses = new LabAddresses(lab);
        byte[] network = addresses.OperatorIpv4.GetAddressBytes()[..3];
        return NetworkInterface.GetAllNetworkInterfaces().All(found =>
            found.Name != Machines.MachineNames.BridgeOf(lab)
            && !found.GetIPProperties().UnicastAddresses.Any(own => own.Address.GetAddressBytes().AsSpan().StartsWith(network)));
    }
}
