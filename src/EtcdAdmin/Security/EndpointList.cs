using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Security;

/// <summary>Client URLs in the format of ETCDCTL_ENDPOINTS: separated by commas, each with its port.</summary>
internal static partial class EndpointList
{
    /// <exception cref="ArgumentException">No endpoint, or one with a path or a user, or without a host.</exception>
    /// <exception cref="EtcdException">TlsNotEnabled: an http endpoint.</exception>
    public static string Format(IReadOnlyList<Uri> endpoints)
    {
        if (endpoints.Count == 0) throw new ArgumentException("A credential package needs at least one endpoint.", nameof(endpoints));
        return string.Join(',', endpoints.Select(Format));
    }

    /// <summary>Finds the endpoints in an env file of sh or PowerShell; null if the file does not set the variable.</summary>
    /// <exception cref="FormatException">The value is not a list of https URLs.</exception>
    public static IReadOnlyList<Uri>? FromEnvironmentFile(string text)
    {
        Match match = Assignment().Match(text);
        return match.Success ? [.. match.Groups["list"].Value.Split(',').Select(Parse)] : null;
    }

    private static string Format(Uri endpoint)
    {
        if (!endpoint.IsAbsoluteUri || endpoint.PathAndQuery != "/" || endpoint.UserInfo.Length > 0
            || endpoint.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
        {
            throw new ArgumentException($"'{endpoint}' is not a client URL like https://10.0.0.1:2379.", nameof(endpoint));
        }

        if (endpoint.Scheme != Uri.UriSchemeHttps)
        {
            throw new EtcdException(EtcdErrorIds.TlsNotEnabled,
                $"The endpoint {endpoint} uses plain http, so there are no credentials to package: clients need none.")
            {
                Target = endpoint,
            };
        }

        // The port is always written, because etcdctl 3.3 and 3.4 have no default port.
        if (EndpointUrl.HasZone(endpoint))
            return $"https://[{EndpointUrl.HostOf(endpoint).Replace("%", "%25", StringComparison.Ordinal)}]:{endpoint.Port}";
        string host = endpoint.HostNameType is UriHostNameType.IPv6 ? endpoint.Host : endpoint.IdnHost;
        return $"https://{host}:{endpoint.Port}";
    }

    private static Uri Parse(string text) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme == Uri.UriSchemeHttps
            ? endpoint
            : throw new FormatException($"'{text}' is not an https URL");

    // export ETCDCTL_ENDPOINTS='...'   or   $env:ETCDCTL_ENDPOINTS = '...'
    [GeneratedRegex("""^[ \t]*(export[ \t]+|\$env:)?ETCDCTL_ENDPOINTS[ \t]*=[ \t]*['"]?(?<list>[^'"\s]+)['"]?[ \t]*\r?$""",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Assignment();
}
