using System.Net;

namespace EtcdAdmin.Deployment;

/// <summary>The rules for addresses and ports of members.</summary>
internal static class Addresses
{
    /// <summary>The highest TCP port.</summary>
    public const int LastPort = 65535;

    /// <summary>Whether others could reach somebody at it: a name, or an IP address that does not stand for all.</summary>
    public static bool IsReachable(string address) =>
        Uri.CheckHostName(address) != UriHostNameType.Unknown && !IsAny(address);

    /// <summary>Whether it stands for all addresses of a host.</summary>
    public static bool IsAny(string address) => address is "0.0.0.0" or "::";

    /// <summary>Whether it is an IP address and no name.</summary>
    public static bool IsIp(string address) => IPAddress.TryParse(address, out _);

    /// <summary>Refuses what is no list of IP addresses separated by commas.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void CheckBind(string addresses)
    {
        string[] parts = addresses.Split(',', StringSplitOptions.TrimEntries);
        foreach (string part in parts.Where(part => !IsIp(part)))
            throw SpecBuilder.Invalid($"'{part}' is no IP address to listen on; etcd takes no names there");
        if (parts.Length > 1 && parts.Any(IsAny)) throw SpecBuilder.Invalid($"'{addresses}' holds one that stands for all, and others beside it");
    }

    /// <summary>Refuses ports that are none, or too few or many.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void CheckPorts(IReadOnlyList<int> ports, int size, string kind)
    {
        if (ports.Count != size) throw SpecBuilder.Invalid($"{size} member(s) need {size} {kind} port(s), {ports.Count} given");
        foreach (int port in ports) CheckPort(port);
    }

    /// <summary>Refuses what is no port.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void CheckPort(int port)
    {
        if (port is < 1 or > LastPort) throw SpecBuilder.Invalid($"{port} is no TCP port");
    }
}
