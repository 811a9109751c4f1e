using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>The part of the connection that an <c>ETCDCTL_*</c> variable sets.</summary>
internal enum EtcdctlPart
{
    /// <summary>The endpoints.</summary>
    Endpoints,

    /// <summary>The discovery of endpoints.</summary>
    Discovery,

    /// <summary>The trusted authorities.</summary>
    Authority,

    /// <summary>The client certificate.</summary>
    Certificate,

    /// <summary>Its private key.</summary>
    Key,

    /// <summary>The user.</summary>
    User,

    /// <summary>Waiting and output of the program, which EtcdAdmin ignores.</summary>
    Program,
}

/// <summary>A variable that etcdctl reads.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Part">The part that it sets.</param>
/// <param name="Current">The v3 API's name, if this is the v2 API's; otherwise null.</param>
internal sealed record EtcdctlVariable(string Name, EtcdctlPart Part, string? Current = null)
{
    public const string Prefix = "ETCDCTL_";

    private const int FarthestTypo = 2;

    /// <summary>All variables, from etcd 3.3 to 3.7.</summary>
    /// <remarks>etcd <c>etcdctl/ctlv2/command/util.go</c> and <c>READMEv2.md</c> (v3.3.27) for the v2 API, where only some flags had a variable; the
    /// global flags of <c>etcdctl/ctlv3/ctl.go</c> (v3.3.27 to v3.7) for the v3 API, where each flag has one (<c>pkg/flags/flag.go</c>). Earlier
    /// names come first: of several with the same meaning, etcdctl uses the first that is set.</remarks>
    public static IReadOnlyList<EtcdctlVariable> All { get; } =
    [
        new("ETCDCTL_ENDPOINTS", EtcdctlPart.Endpoints),
        new("ETCDCTL_ENDPOINT", EtcdctlPart.Endpoints, "ETCDCTL_ENDPOINTS"),
        new("ETCDCTL_PEERS", EtcdctlPart.Endpoints, "ETCDCTL_ENDPOINTS"),
        new("ETCDCTL_DISCOVERY_SRV", EtcdctlPart.Discovery),
        new("ETCDCTL_DISCOVERY_SRV_NAME", EtcdctlPart.Discovery),
        new("ETCDCTL_INSECURE_DISCOVERY", EtcdctlPart.Discovery),
        new("ETCDCTL_CACERT", EtcdctlPart.Authority),
        new("ETCDCTL_CA_FILE", EtcdctlPart.Authority, "ETCDCTL_CACERT"),
        new("ETCDCTL_INSECURE_SKIP_TLS_VERIFY", EtcdctlPart.Authority),
        new("ETCDCTL_INSECURE_TRANSPORT", EtcdctlPart.Authority),
        new("ETCDCTL_CERT", EtcdctlPart.Certificate),
        new("ETCDCTL_CERT_FILE", EtcdctlPart.Certificate, "ETCDCTL_CERT"),
        new("ETCDCTL_KEY", EtcdctlPart.Key),
        new("ETCDCTL_KEY_FILE", EtcdctlPart.Key, "ETCDCTL_KEY"),
        new("ETCDCTL_USER", EtcdctlPart.User),
        new("ETCDCTL_USERNAME", EtcdctlPart.User, "ETCDCTL_USER"),
        new("ETCDCTL_PASSWORD", EtcdctlPart.User),
        new("ETCDCTL_AUTH_JWT_TOKEN", EtcdctlPart.User),
        .. new[]
        {
            "API", "ARGS", "COMMAND_TIMEOUT", "DEBUG", "DIAL_TIMEOUT", "HEX", "KEEPALIVE_TIME", "KEEPALIVE_TIMEOUT", "MAX_RECV_BYTES",
            "MAX_REQUEST_BYTES", "NO_SYNC", "OUTPUT", "TIMEOUT", "TOTAL_TIMEOUT", "WATCH_KEY", "WATCH_RANGE_END", "WRITE_OUT",
        }.Select(name => new EtcdctlVariable(Prefix + name, EtcdctlPart.Program)),
    ];

    /// <summary>The variable with a name; null if etcdctl has none.</summary>
    public static EtcdctlVariable? Find(string name) => All.FirstOrDefault(variable => variable.Name == name);

    /// <summary>The variable that was probably meant by a name that etcdctl does not have; null if none is close.</summary>
    public static EtcdctlVariable? Nearest(string name)
    {
        string upper = name.ToUpperInvariant();
        EtcdctlVariable nearest = All.MinBy(variable => Distance(upper, variable.Name))!; // the list is not empty
        return Distance(upper, nearest.Name) <= FarthestTypo ? nearest : null;
    }

    /// <summary>The same error, with the variable that has the wrong value.</summary>
    public static EtcdException Naming(string variable, EtcdException error, object? target) =>
        new(error.ErrorId, $"{variable}: {error.Message}", error) { Target = target, NextStep = error.NextStep };

    /// <summary>The number of letters to insert, delete or replace between two names (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
