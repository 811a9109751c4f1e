using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

/// <summary>Reads and writes the client URLs of members as operators, etcdctl and etcd's settings have them.</summary>
/// <remarks>
/// .NET keeps the zone of a link-local address (<c>fe80::1%eth0</c>, in URLs <c>[fe80::1%25eth0]</c>: RFC 6874) in some properties
/// of a <see cref="Uri"/> and drops it from others, so whoever dials or shows an endpoint goes through here.
/// </remarks>
internal static class EndpointUrl
{
    /// <summary>etcd's own client port, for endpoints that say nothing but a host.</summary>
    public const int DefaultPort = 2379;

    private const string SchemeMark = "://";

    // Below, the last group of an IPv6 address is more likely that than a port that was meant.
    private const int LeastLikelyPort = 1000;

    /// <summary>Reads an endpoint.</summary>
    /// <param name="text">
    /// A URL, or <c>host:port</c>, <c>host</c>, <c>[ipv6]:port</c>, <c>[ipv6]</c> or a bare IPv6 address; without a URL's scheme the
    /// port may be left out.
    /// </param>
    /// <param name="secure">Whether TLS material is given, so that what has no scheme is https.</param>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static Uri Parse(string text, bool secure)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        if (trimmed.Length == 0) throw Invalid(text, "it is empty");
        int mark = trimmed.IndexOf(SchemeMark, StringComparison.Ordinal);
        string scheme = mark < 0 ? (secure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp) : trimmed[..mark].ToLowerInvariant();
        if (scheme != Uri.UriSchemeHttp && scheme != Uri.UriSchemeHttps) throw Invalid(text, $"its scheme is '{scheme}', not http or https");
        string authority = mark < 0 ? trimmed : trimmed[(mark + SchemeMark.Length)..];
        if (authority.EndsWith('/')) authority = authority[..^1];
        if (authority.IndexOfAny(['/', '?', '#', '\\']) >= 0) throw Invalid(text, "it has a path, and an endpoint has none");
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            throw Invalid(Hidden(trimmed), "it holds a user",
                "Leave the user out of the endpoint and give it as a credential.");
        }

        (string host, string? port) = Split(authority, text);
        if (port is null && mark < 0) port = DefaultPort.ToString(CultureInfo.InvariantCulture);
        return Make(scheme, host, port, text);
    }

    /// <summary>The host to dial or to look for in a certificate: a name or address without brackets, with its zone.</summary>
    public static string HostOf(Uri endpoint) => endpoint.IdnHost.Replace("%25", "%", StringComparison.Ordinal);

    /// <summary>Whether its address has a zone, which means something on this machine alone.</summary>
    public static bool HasZone(Uri endpoint) => endpoint.HostNameType == UriHostNameType.IPv6 && endpoint.IdnHost.Contains('%', StringComparison.Ordinal);

    /// <summary>The endpoint as operators write it, without a trailing slash: <c>https://10.0.0.1:2379</c>.</summary>
    public static string Show(Uri endpoint) => HasZone(endpoint)
        ? $"{endpoint.Scheme}{SchemeMark}{ShowAuthority(endpoint)}"
        : endpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>Its host and port alone.</summary>
    public static string ShowAuthority(Uri endpoint) => HasZone(endpoint)
        ? $"[{HostOf(endpoint).Replace("%", "%25", StringComparison.Ordinal)}]{(endpoint.IsDefaultPort ? "" : FormattableString.Invariant($":{endpoint.Port}"))}"
        : endpoint.Authority;

    private static (string Host, string? Port) Split(string authority, string text)
    {
        if (authority.StartsWith('['))
        {
            int close = authority.IndexOf(']', StringComparison.Ordinal);
            if (close < 0) throw Invalid(text, "the bracket is not closed");
            string after = authority[(close + 1)..];
            if (!IsIPv6(authority[1..close])) throw Invalid(text, "what is in brackets is not an IPv6 address");
            if (after.Length > 0 && after[0] != ':') throw Invalid(text, "after the bracket comes a colon and the port, or nothing");
            return (authority[1..close], after.Length == 0 ? null : after[1..]);
        }

        int colon = authority.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return (authority, null);
        if (colon == authority.LastIndexOf(':')) return (authority[..colon], authority[(colon + 1)..]);
        if (!IsIPv6(authority)) throw OfManyColons(authority, text);
        if (MayEndWithPort(authority, out string address, out string port))
        {
            throw Invalid(text, $"it can be read as the address {authority}, or as the address {address} with the port {port}",
                $"Put the address into brackets: [{address}]:{port} or [{authority}]:{DefaultPort}.");
        }

        return (authority, null);
    }

    private static EtcdException OfManyColons(string authority, string text)
    {
        int last = authority.LastIndexOf(':');
        return IsIPv6(authority[..last])
            ? Invalid(text, "an IPv6 address with a port needs brackets", $"Write [{authority[..last]}]:{authority[(last + 1)..]}.")
            : Invalid(text, "it has several colons but is not an IPv6 address");
    }

    private static bool MayEndWithPort(string authority, out string address, out string port)
    {
        int last = authority.LastIndexOf(':');
        (address, port) = (authority[..last], authority[(last + 1)..]);
        if (address.EndsWith(':')) address += ":"; // "::1:…" begins with "::1", and "::2379" with "::"
        return !authority.Contains('%', StringComparison.Ordinal) && IsIPv6(address)
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= LeastLikelyPort and <= ushort.MaxValue;
    }

    private static Uri Make(string scheme, string host, string? port, string text)
    {
        if (host.Length == 0) throw Invalid(text, "it names no host");
        if (port is not null && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= ushort.MaxValue))
            throw Invalid(text, $"'{port}' is not a port: one is a number from 1 to 65535");
        string place = host;
        if (IsIPv6(host))
        {
            place = $"[{host.Replace("%25", "%", StringComparison.Ordinal)}]";
            if (IPAddress.Parse(WithoutZone(host)) is { IsIPv6LinkLocal: true } && !host.Contains('%', StringComparison.Ordinal))
            {
                throw Invalid(text, "it is a link-local address, which is reached through one network interface only, and it does not name that",
                    $"Append the interface as the zone: [{host}%eth0]:{port ?? DefaultPort.ToString(CultureInfo.InvariantCulture)}.");
            }
        }
        else if (LooksLikeIPv4(host) && !(IPAddress.TryParse(host, out IPAddress? address) && address.ToString() == host))
        {
            // .NET, like C's inet_aton, reads 10.1 as 10.0.0.1 and 010.0.0.1 as 8.0.0.1; Go, hence etcdctl, does not.
            throw Invalid(text, $"'{host}' is not an IPv4 address: one has four numbers from 0 to 255, without leading zeros");
        }

        string url = $"{scheme}{SchemeMark}{place}{(port is null ? "" : ":" + port)}";
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? endpoint) && endpoint.PathAndQuery == "/" && endpoint.HostNameType is not (UriHostNameType.Unknown or UriHostNameType.Basic)
            ? endpoint
            : throw Invalid(text, $"'{host}' is not a host name or address");
    }

    private static bool LooksLikeIPv4(string host) => host.All(c => char.IsAsciiDigit(c) || c == '.');

    private static bool IsIPv6(string text) => text.Contains(':', StringComparison.Ordinal)
        && IPAddress.TryParse(WithoutZone(text), out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
        && IsZone(text) && !text.AsSpan().ContainsAny('[', ']');

    private static bool IsZone(string address) => address.IndexOf('%', StringComparison.Ordinal) is var mark
        && (mark < 0 || (mark < address.Length - 1 && !address.AsSpan(mark).Contains(':')));

    private static string WithoutZone(string address) => address.Split('%')[0];

    // A password may stand before the @.
    private static string Hidden(string text) => "…@" + text[(text.LastIndexOf('@') + 1)..];

    private static EtcdException Invalid(string text, string why, string? nextStep = null) => new(
        EtcdErrorIds.SpecInvalid,
        $"'{text}' is not an endpoint: {why}.")
    {
        Target = text,
        NextStep = nextStep ?? "Write an endpoint like https://10.0.0.1:2379, n1.example:2379 or [fd00::1]:2379.",
    };
}
