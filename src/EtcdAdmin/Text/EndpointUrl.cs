using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

/// <summary>Reads and writes client URLs of members in the notation of operators, etcdctl and etcd's settings.</summary>
/// <remarks>.NET keeps the zone of a link-local address (<c>fe80::1%eth0</c>, in URLs <c>[fe80::1%25eth0]</c>: RFC 6874) in some properties of a <see
/// cref="Uri"/> and drops it from others, so all code that dials or shows an endpoint uses this class.</remarks>
internal static class EndpointUrl
{
    /// <summary>etcd's client port, for endpoints without a port.</summary>
    public const int DefaultPort = 2379;

    private const string SchemeMark = "://";

    // Below this number, the last group of an IPv6 address is more likely part of the address than a port.
    private const int LeastLikelyPort = 1000;

    /// <summary>Reads an endpoint.</summary>
    /// <param name="text">A URL, or <c>host:port</c>, <c>host</c>, <c>[ipv6]:port</c>, <c>[ipv6]</c> or a bare IPv6 address; without a scheme the
    /// port may be left out.</param>
    /// <param name="secure">True reads an endpoint without a scheme as https.</param>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static Uri Parse(string text, bool secure)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        if (trimmed.Length == 0) throw Invalid(text, "it is empty");
        int mark = trimmed.IndexOf(SchemeMark, StringComparison.Ordinal);
        string scheme = mark < 0 ? (secure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp) : trimmed[..mark].ToLowerInvariant();
        if (scheme != Uri.UriSchemeHttp && scheme != Uri.UriSchemeHttps) throw Invalid(text, $"the scheme is '{scheme}', not http or https");
        string authority = mark < 0 ? trimmed : trimmed[(mark + SchemeMark.Length)..];
        if (authority.EndsWith('/')) authority = authority[..^1];
        if (authority.IndexOfAny(['/', '?', '#', '\\']) >= 0) throw Invalid(text, "an endpoint has no path");
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            throw Invalid(Hidden(trimmed), "it contains a user name",
                "Remove the user from the endpoint and supply it with -Credential.");
        }

        (string host, string? port) = Split(authority, text);
        if (port is null && mark < 0) port = DefaultPort.ToString(CultureInfo.InvariantCulture);
        return Make(scheme, host, port, text);
    }

    /// <summary>The host to dial or to look for in a certificate: a name, or an address without brackets and with its zone.</summary>
    public static string HostOf(Uri endpoint) => endpoint.IdnHost.Replace("%25", "%", StringComparison.Ordinal);

    /// <summary>Whether the address has a zone, which is valid on this machine only.</summary>
    public static bool HasZone(Uri endpoint) =>
        endpoint.HostNameType == UriHostNameType.IPv6 && endpoint.IdnHost.Contains('%', StringComparison.Ordinal);

    /// <summary>Whether it has a host and a port. etcd 3.7 lists Unix sockets too (<c>unix:</c>, <c>unixs:</c>), which only its own host can reach.
    /// </summary>
    public static bool IsNetwork(Uri endpoint) => endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps;

    /// <summary>The endpoint in the notation of operators, without a trailing slash: <c>https://10.0.0.1:2379</c>.</summary>
    public static string Show(Uri endpoint) => !IsNetwork(endpoint) ? endpoint.OriginalString
        : HasZone(endpoint)
        ? $"{endpoint.Scheme}{SchemeMark}{ShowAuthority(endpoint)}"
        : endpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>The host and port of an endpoint.</summary>
    public static string ShowAuthority(Uri endpoint) => HasZone(endpoint)
        ? $"[{HostOf(endpoint).Replace("%", "%25", StringComparison.Ordinal)}]"
            + $"{(endpoint.IsDefaultPort ? "" : FormattableString.Invariant($":{endpoint.Port}"))}"
        : endpoint.Authority;

    private static (string Host, string? Port) Split(string authority, string text)
    {
        if (authority.StartsWith('['))
        {
            int close = authority.IndexOf(']', StringComparison.Ordinal);
            if (close < 0) throw Invalid(text, "the bracket is not closed");
            string after = authority[(close + 1)..];
            if (!IsIPv6(authority[1..close])) throw Invalid(text, "the text in brackets is not an IPv6 address");
            if (after.Length > 0 && after[0] != ':') throw Invalid(text, "only a colon and a port may follow the bracket");
            return (authority[1..close], after.Length == 0 ? null : after[1..]);
        }

        int colon = authority.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return (authority, null);
        if (colon == authority.LastIndexOf(':')) return (authority[..colon], authority[(colon + 1)..]);
        if (!IsIPv6(authority)) throw OfManyColons(authority, text);
        if (MayEndWithPort(authority, out string address, out string port))
        {
            throw Invalid(text, $"it is ambiguous: it can mean the address {authority}, or the address {address} with the port {port}",
                $"Put the address into brackets: [{address}]:{port} or [{authority}]:{DefaultPort}.");
        }

        return (authority, null);
    }

    private static EtcdException OfManyColons(string authority, string text)
    {
        int last = authority.LastIndexOf(':');
        return IsIPv6(authority[..last])
            ? Invalid(text, "an IPv6 address with a port must be in brackets", $"Write [{authority[..last]}]:{authority[(last + 1)..]}.")
            : Invalid(text, "it has several colons but is not an IPv6 address");
    }

    private static bool MayEndWithPort(string authority, out string address, out string port)
    {
        int last = authority.LastIndexOf(':');
        (address, port) = (authority[..last], authority[(last + 1)..]);
        if (address.EndsWith(':')) address += ":"; // "::1:…" starts with "::1", and "::2379" with "::"
        return !authority.Contains('%', StringComparison.Ordinal) && IsIPv6(address)
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number is >= LeastLikelyPort and <= ushort.MaxValue;
    }

    private static Uri Make(string scheme, string host, string? port, string text)
    {
        if (host.Length == 0) throw Invalid(text, "it has no host");
        if (port is not null
            && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= ushort.MaxValue))
            throw Invalid(text, $"the port '{port}' is not a number from 1 to 65535");
        string place = host;
        if (IsIPv6(host))
        {
            place = $"[{host.Replace("%25", "%", StringComparison.Ordinal)}]";
            if (IPAddress.Parse(WithoutZone(host)) is { IsIPv6LinkLocal: true } && !host.Contains('%', StringComparison.Ordinal))
            {
                throw Invalid(text, "it is a link-local address and does not name the network interface",
                    $"Append the interface as a zone: [{host}%eth0]:{port ?? DefaultPort.ToString(CultureInfo.InvariantCulture)}.");
            }
        }
        else if (LooksLikeIPv4(host) && !(IPAddress.TryParse(host, out IPAddress? address) && address.ToString() == host))
        {
            // .NET, like C's inet_aton, reads 10.1 as 10.0.0.1 and 010.0.0.1 as 8.0.0.1; Go, hence etcdctl, does not.
            throw Invalid(text, $"'{host}' is not an IPv4 address (four numbers from 0 to 255, without leading zeros)");
        }

        string url = $"{scheme}{SchemeMark}{place}{(port is null ? "" : ":" + port)}";
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? endpoint) && endpoint.PathAndQuery == "/"
            && endpoint.HostNameType is not (UriHostNameType.Unknown or UriHostNameType.Basic)
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

    // The text before the @ may contain a password.
    private static string Hidden(string text) => "…@" + text[(text.LastIndexOf('@') + 1)..];

    private static EtcdException Invalid(string text, string why, string? nextStep = null) => new(
        EtcdErrorIds.SpecInvalid,
        $"'{text}' is not an endpoint: {why}.")
    {
        Target = text,
        NextStep = nextStep ?? "Use an endpoint like https://10.0.0.1:2379, n1.example:2379 or [fd00::1]:2379.",
    };
}
