using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Security;

/// <summary>Client URLs as ETCDCTL_ENDPOINTS has them: parted by commas, each with its port.</summary>
internal static partial class EndpointList
{
    /// <exception cref="ArgumentException">None, or one with a path, a user or without a host.</exception>
    /// <exception cref="EtcdException">TlsNotEnabled: an http endpoint.</exception>
    public static string Format(IReadOnlyList<Uri> endpoints)
    {
        if (endpoints.Count == 0) throw new ArgumentException("A credential package needs at least one endpoint.", nameof(endpoints));
        return string.Join(',', endpoints.Select(Format));
    }

    /// <summary>Finds the endpoints in an env file, of sh or PowerShell; null where the variable is not set there.</summary>
    /// <exception cref="FormatException">What is set is not a list of https URLs.</exception>
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
                $"There are no credentials to package for {endpoint}: the cluster speaks plain http, so clients need none.")
            {
                Target = endpoint,
            };
        }

        // The port always: etcdctl 3.3 and 3.4 know no default.
        if (EndpointUrl.HasZone(endpoint)) return $"https://[{EndpointUrl.HostOf(endpoint).Replace("%", "%25", StringComparison.Ordinal)}]:{endpoint.Port}";
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
