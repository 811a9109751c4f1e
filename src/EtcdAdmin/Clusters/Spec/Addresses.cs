using System.Net;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>The rules for addresses and ports of members.</summary>
internal static class Addresses
{
    /// <summary>The highest TCP port.</summary>
    public const int LastPort = 65535;

    /// <summary>Whether others could reach somebody at it: a name, or an IP address that does not stand for all and is not bound to one link.</summary>
    public static bool IsReachable(string address) =>
        Uri.CheckHostName(address) != UriHostNameType.Unknown && !IsAny(address) && !IsLinkLocal(address);

    /// <summary>
    /// Whether it is reached through one network interface only (<c>fe80::1%eth0</c>): each machine has another name for that, so it
    /// can be no member's address, and etcd listens on none (<c>server/embed/config.go</c>, checkBindURLs).
    /// </summary>
    public static bool IsLinkLocal(string address) => address.Contains(':', StringComparison.Ordinal)
        && (address.Contains('%', StringComparison.Ordinal) || (IPAddress.TryParse(address, out IPAddress? ip) && ip.IsIPv6LinkLocal));

    /// <summary>What to add to a refusal of an address that is not reachable.</summary>
    public static string WhyNot(string address) =>
        IsLinkLocal(address) ? ": it is a link-local address, which means another host on each machine; give a global or unique local one" : "";

    /// <summary>Whether it stands for all addresses of a host.</summary>
    public static bool IsAny(string address) => address is "0.0.0.0" or "::";

    /// <summary>Whether it is an IP address and no name.</summary>
    public static bool IsIp(string address) => IPAddress.TryParse(address, out _);

    /// <summary>Refuses what is not a list of IP addresses separated by commas.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void CheckBind(string addresses)
    {
        string[] parts = addresses.Split(',', StringSplitOptions.TrimEntries);
        foreach (string part in parts.Where(part => !IsIp(part)))
            throw SpecRules.Invalid($"'{part}' is no IP address to listen on; etcd takes no names there");
        if (Array.Find(parts, IsLinkLocal) is { } local)
            throw SpecRules.Invalid($"'{local}' is a link-local address, and etcd cannot listen on one, with or without its zone; give a global or unique local address, or ::");
        if (parts.Length > 1 && parts.Any(IsAny)) throw SpecRules.Invalid($"'{addresses}' holds one that stands for all, and others beside it");
    }

    /// <summary>Refuses ports that are none, or too few or many.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void CheckPorts(IReadOnlyList<int> ports, int size, string kind)
    {
        if (ports.Count != size) throw SpecRules.Invalid($"{size} member(s) need {size} {kind} port(s), {ports.Count} given");
        foreach (int port in ports) CheckPort(port);
    }

    /// <summary>Refuses what is not a port.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void CheckPort(int port)
    {
        if (port is < 1 or > LastPort) throw SpecRules.Invalid($"{port} is no TCP port");
    }
}
