using System.Net;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>The rules for addresses and ports of members.</summary>
internal static class Addresses
{
    /// <summary>The highest TCP port.</summary>
    public const int LastPort = 65535;

    /// <summary>Whether other machines can reach it: a name, or an IP address that is neither the any-address nor link-local.</summary>
    public static bool IsReachable(string address) =>
        Uri.CheckHostName(address) != UriHostNameType.Unknown && !IsAny(address) && !IsLinkLocal(address);

    /// <summary>Whether it is a link-local address (<c>fe80::1%eth0</c>), reached through one network interface only. Each machine has another name
    /// for the interface, so it cannot be a member's address, and etcd cannot listen on it (<c>server/embed/config.go</c>, checkBindURLs).</summary>
    public static bool IsLinkLocal(string address) => address.Contains(':', StringComparison.Ordinal)
        && (address.Contains('%', StringComparison.Ordinal) || (IPAddress.TryParse(address, out IPAddress? ip) && ip.IsIPv6LinkLocal));

    /// <summary>The reason to add to the refusal of an unreachable address.</summary>
    public static string WhyNot(string address) =>
        IsLinkLocal(address) ? ": it is a link-local address, which is not the same host on each machine; use a global or unique local address" : "";

    /// <summary>Whether it is the any-address.</summary>
    public static bool IsAny(string address) => address is "0.0.0.0" or "::";

    /// <summary>Whether it is an IP address, not a name.</summary>
    public static bool IsIp(string address) => IPAddress.TryParse(address, out _);

    /// <summary>Refuses a text that is not a list of IP addresses separated by commas.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void CheckBind(string addresses)
    {
        string[] parts = addresses.Split(',', StringSplitOptions.TrimEntries);
        foreach (string part in parts.Where(part => !IsIp(part)))
            throw SpecRules.Invalid($"'{part}' is not an IP address; etcd cannot listen on a name");
        if (Array.Find(parts, IsLinkLocal) is { } local)
            throw SpecRules.Invalid($"'{local}' is a link-local address, and etcd cannot listen on it, with or without a zone; "
                + "use a global or unique local address, or ::");
        if (parts.Length > 1 && parts.Any(IsAny))
            throw SpecRules.Invalid($"'{addresses}' mixes a wildcard address (0.0.0.0 or ::) with specific addresses; use one or the other");
    }

    /// <summary>Refuses invalid ports, and a wrong number of ports.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void CheckPorts(IReadOnlyList<int> ports, int size, string kind)
    {
        if (ports.Count != size) throw SpecRules.Invalid($"{size} member(s) need {size} {kind} port(s), but {ports.Count} were given");
        foreach (int port in ports) CheckPort(port);
    }

    /// <summary>Refuses an invalid port.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void CheckPort(int port)
    {
        if (port is < 1 or > LastPort) throw SpecRules.Invalid($"{port} is not a TCP port (1 to {LastPort})");
    }
}
