using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Security;

/// <summary>The host names and addresses of a certificate: checked, without duplicates.</summary>
internal sealed class HostNameList
{
    private static readonly string[] Localhost = ["localhost", "127.0.0.1", "::1"];

    private readonly List<string> _names = [];
    private readonly List<IPAddress> _addresses = [];

    private HostNameList()
    {
    }

    public bool IsEmpty => _names.Count == 0 && _addresses.Count == 0;

    /// <summary>The names, then the addresses.</summary>
    public IReadOnlyList<string> All => [.. _names, .. _addresses.Select(address => address.ToString())];

    /// <exception cref="ArgumentException">A name that is not allowed in a certificate.</exception>
    public static HostNameList From(CertificateSpec spec)
    {
        var list = new HostNameList();
        foreach (string name in spec.HostNames) list.Add(name);
        if (list.IsEmpty && spec.Profile is not CertificateProfile.Client)
        {
            throw new ArgumentException(
                $"A {spec.Profile} certificate needs at least one host name or address: clients and members compare the name they connect to with "
                    + "these.", nameof(spec));
        }

        if (spec.IncludeLocalhost) foreach (string name in Localhost) list.Add(name);
        return list;
    }

    public X509Extension ToExtension()
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (string name in _names) builder.AddDnsName(name);
        foreach (IPAddress address in _addresses) builder.AddIpAddress(address);
        return builder.Build();
    }

    private void Add(string name)
    {
        if (ParseAddress(name) is { } address)
        {
            if (!_addresses.Contains(address)) _addresses.Add(address);
            return;
        }

        RequireDnsName(name);
        string lower = name.ToLowerInvariant();
        if (!_names.Contains(lower, StringComparer.Ordinal)) _names.Add(lower);
    }

    private static IPAddress? ParseAddress(string name)
    {
        bool looksLikeV6 = name.Contains(':', StringComparison.Ordinal);
        bool looksLikeV4 = name.Length > 0 && name.All(c => char.IsAsciiDigit(c) || c == '.');
        if (!looksLikeV6 && !looksLikeV4) return null;

        // IPAddress reads "10.1" as 10.0.0.1 and "[::1]:2379" as ::1; such input is ambiguous.
        if (!IPAddress.TryParse(name, out IPAddress? address)
            || (looksLikeV4 && address.ToString() != name)
            || (looksLikeV6 && (name.AsSpan().ContainsAny('[', '%') || address.AddressFamily != AddressFamily.InterNetworkV6)))
        {
            throw Invalid(name, "write an IP address like 10.0.0.7 or fd00::7, without port, brackets or zone");
        }

        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            throw Invalid(name, "it is an address to listen on, not one to connect to; use the host's real addresses");
        }

        return address;
    }

    private static void RequireDnsName(string name)
    {
        string labels = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        // 253 characters, and 63 per label: RFC 1035, 2.3.4. The underscore violates RFC 1123, but it is in use, and Go accepts it.
        bool valid = labels.Length is > 0 and <= 253 && labels.Split('.').All(label => label.Length is > 0 and <= 63
            && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
        if (!valid)
        {
            throw Invalid(name, "a host name has labels of letters, digits and hyphens, separated by dots; names in other scripts "
                + "must be in their xn-- format");
        }
    }

    private static ArgumentException Invalid(string name, string reason) =>
        new($"'{name}' cannot be used in a certificate: {reason}.");
}
