using System.Net;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>etcd's own checks of some settings at its start: a wrong value is refused before a member is stopped for it.</summary>
/// <remarks> Sources, 3.3.27, 3.4.0 to 3.4.45, 3.5.16, 3.6.5 and 3.7.1: <c>auth/store.go</c> (decomposeOpts, NewTokenProvider), <c>auth/jwt.go</c>,
/// <c>auth/options.go</c>; <c>pkg/flags/unique_urls.go</c> with <c>types/urls.go</c> (NewURLs); <c>embed/config.go</c> (checkBindURLs);
/// <c>tlsutil/cipher_suites.go</c>; <c>server/features/etcd_features.go</c> with <c>pkg/featuregate</c>. A test passes accepted and refused values to
/// the real servers. Each method returns the expected value, to follow "must be", or null. </remarks>
internal static class TextRules
{
    private static readonly EtcdVersion FirstWithDurations = new(3, 3, 0);
    private static readonly EtcdVersion FirstOfDebian = new(3, 3, 0);
    private static readonly EtcdVersion FirstWithOptions = new(3, 4, 0);
    private static readonly EtcdVersion FirstWithGoSuites = new(3, 4, 22);
    private static readonly EtcdVersion FirstWithEdDsa = new(3, 6, 0);
    private static readonly EtcdVersion FirstWithFastLeases = new(3, 7, 0);

    private static readonly string[] Methods =
    [
        "HS256",
        "HS384",
        "HS512",
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "ES512",
    ];

    // Before 3.4.22 etcd has its own list, to which Debian's builds add the last two of these; later it uses Go's crypto/tls. A suite that any build
    // of a release accepts is not refused here.
    private static readonly string[] Suites =
    [
        "TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBC_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_RC4_128_SHA", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    ];

    private static readonly string[] GoSuites = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

    private static readonly string[] Gates =
    [
        "AllAlpha", "AllBeta", "StopGRPCServiceOnDefrag", "InitialCorruptCheck", "CompactHashCheck", "TxnModeWriteWithSharedBuffer",
        "LeaseCheckpoint", "LeaseCheckpointPersist", "SetMemberLocalAddr",
    ];

    private static readonly string[] NewGates = ["FastLeaseKeepAlive", "PriorityRequest"];

    /// <summary><c>auto-compaction-retention</c>: before 3.3 a number of hours (<c>embed/config.go</c>: int).</summary>
    public static string? Retention(object kept, EtcdVersion? version) =>
        version is { } older && older < FirstWithDurations && SettingValues.WholeHours(kept) is null
            ? $"a whole number of hours in etcd {older}, such as 8 or 8h"
            : null;

    /// <summary><c>auth-token</c>: the type of user tokens.</summary>
    public static string? AuthToken(object kept, EtcdVersion? version)
    {
        const string Expected = "simple, or jwt with options such as jwt,sign-method=ES256,priv-key=/path/to/key.pem,ttl=10m";
        string[] parts = ((string)kept).Split(',');
        string[][] pairs = [.. parts[1..].Select(part => part.Split('='))];
        if (parts[0] is not ("simple" or "jwt") || pairs.Any(pair => pair.Length != 2)) return Expected;
        if (pairs.GroupBy(pair => pair[0]).Any(same => same.Count() > 1)) return $"{Expected}, with each option once";
        if (parts[0] == "simple") return null;
        Dictionary<string, string> options = pairs.ToDictionary(pair => pair[0], pair => pair[1]);
        string Option(string name) => options.GetValueOrDefault(name, "");
        if (version < FirstWithOptions)
        {
            bool isWhole = options.Keys.All(name => name is "sign-method" or "pub-key" or "priv-key") && Option("sign-method").Length > 0
                && Option("pub-key").Length > 0 && Option("priv-key").Length > 0;
            return isWhole ? null : "simple, or jwt with three options: jwt,sign-method=RS256,pub-key=/path/to/public.pem,priv-key=/path/to/key.pem";
        }

        string[] methods = version < FirstWithEdDsa ? Methods : [.. Methods, "EdDSA"];
        if (!methods.Contains(Option("sign-method"))) return $"{Expected}; sign-method is one of {string.Join(", ", methods)}";
        if (Option("ttl").Length > 0 && !GoDuration.TryParse(Option("ttl"), out _)) return $"{Expected}; ttl is a duration such as 10m";
        bool hasKey = Option("priv-key").Length > 0
            || (Option("pub-key").Length > 0 && !Option("sign-method").StartsWith("HS", StringComparison.Ordinal));
        return hasKey ? null : $"{Expected}; the key file is missing";
    }

    /// <summary><c>cors</c>: the allowed origins of browsers.</summary>
    public static string? Origins(object kept, EtcdVersion? version) =>
        version < FirstWithOptions || (string)kept == "*" || ((string)kept).Split(',').All(url => IsAddress(url, isBound: false)) ? null
            : "a single *, or URLs with a port and no path, such as https://app.example.com:443";

    /// <summary>Addresses that etcd listens on.</summary>
    public static string? Listening(object kept, EtcdVersion? version) => ((string)kept).Split(',').All(url => IsAddress(url, isBound: true)) ? null
        : "URLs with an IP address and a port, such as http://10.0.0.1:2381; etcd cannot listen on DNS names";

    /// <summary><c>cipher-suites</c>.</summary>
    public static string? CipherSuites(object kept, EtcdVersion? version)
    {
        if (version >= EtcdSettingTable.FirstUnknown) return null;
        string[] known = version < FirstOfDebian ? Suites[..^2] : version < FirstWithGoSuites ? Suites : [.. Suites, .. GoSuites];
        string[] others = [.. ((IEnumerable<object?>)kept).OfType<string>().Except(known)];
        return others.Length == 0 ? null : $"cipher suites that etcd supports, and {string.Join(", ", others)} is not one; "
            + $"it supports {string.Join(", ", known)}";
    }

    /// <summary><c>feature-gates</c>.</summary>
    public static string? FeatureGates(object kept, EtcdVersion? version)
    {
        if (version >= EtcdSettingTable.FirstUnknown) return null;
        string[] known = version < FirstWithFastLeases ? Gates : [.. Gates, .. NewGates];
        string[] others = [.. ((string)kept).Split(',').Select(gate => gate.Split('=')[0]).Except(known)];
        return others.Length == 0
            ? null
            : $"feature gates of {(version is { } given ? $"etcd {given.Major}.{given.Minor}" : "etcd")}, and {string.Join(", ", others)} is not "
                + $"one; it has {string.Join(", ", known)}";
    }

    // Go parses the port separately from the host, and .NET would add the scheme's default.
    private static bool IsAddress(string text, bool isBound)
    {
        string url = text.Trim();
        int mark = url.IndexOf("://", StringComparison.Ordinal);
        if (mark < 0) return false;
        string scheme = url[..mark].ToLowerInvariant(), address = url[(mark + 3)..];
        if (scheme is "unix" or "unixs") return true;
        int colon = address.LastIndexOf(':');
        if (scheme is not ("http" or "https") || colon < 0 || address.Contains('/', StringComparison.Ordinal)
            || !ushort.TryParse(address[(colon + 1)..], out _)) return false;
        string host = address[..colon];
        bool isV6 = host.StartsWith('[') && host.EndsWith(']');
        if (!isV6 && host.Contains(':', StringComparison.Ordinal)) return false;
        return !isBound || host == "localhost" || IPAddress.TryParse(isV6 ? host[1..^1] : host, out _);
    }
}
