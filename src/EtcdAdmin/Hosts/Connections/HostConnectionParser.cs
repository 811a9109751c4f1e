using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Connections;

/// <summary>Reads the operator's notation of a host.</summary>
internal static class HostConnectionParser
{
    private const string Scheme = "ssh://";

    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static HostConnection Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string rest = text;
        if (rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[Scheme.Length..];
            if (rest.EndsWith('/')) rest = rest[..^1];
        }

        // The last @: user names of directory services contain an @ themselves.
        int at = rest.LastIndexOf('@');
        string? user = at < 0 ? null : rest[..at];
        (string host, string? port) = SplitPort(rest[(at + 1)..], text);
        return new HostConnection { HostName = host, UserName = user, Port = port is null ? null : ParsePort(port, text) };
    }

    private static (string Host, string? Port) SplitPort(string rest, string text)
    {
        if (rest.StartsWith('[')) return SplitBracketed(rest, text);
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return (rest, null);
        if (colon == rest.LastIndexOf(':')) return (rest[..colon], rest[(colon + 1)..]);
        return IsIPv6(rest) ? (rest, null) : throw HostConnectionRules.Invalid(text, "it has several colons but is not an IPv6 address");
    }

    private static (string Host, string? Port) SplitBracketed(string rest, string text)
    {
        int close = rest.IndexOf(']', StringComparison.Ordinal);
        if (close < 0 || !IsIPv6(rest[1..close])) throw HostConnectionRules.Invalid(text, "the text in brackets is not an IPv6 address");
        string after = rest[(close + 1)..];
        if (after.Length == 0) return (rest[1..close], null);
        return after[0] == ':'
            ? (rest[1..close], after[1..])
            : throw HostConnectionRules.Invalid(text, "only a colon and a port may follow the bracket");
    }

    // A zone may be an interface name of another machine, which IPAddress does not accept on every system.
    private static bool IsIPv6(string text) =>
        IPAddress.TryParse(text.Split('%')[0], out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static int ParsePort(string port, string text) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= ushort.MaxValue
            ? number
            : throw HostConnectionRules.Invalid(text, "the port must be a number from 1 to 65535");
}
