using System.Collections;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>
/// The variables that etcdctl understands, for those who have set them for it. What they say is either done or refused: where a
/// variable were passed over, the cluster on this machine would be taken for the one that was meant.
/// </summary>
/// <param name="variables">Those of the process whose names begin like etcdctl's.</param>
internal sealed class EtcdctlEnvironment(IReadOnlyDictionary<string, string> variables)
{
    // strconv.ParseBool, with which etcdctl reads flags.
    private static readonly string[] True = ["1", "t", "T", "TRUE", "true", "True"];
    private static readonly string[] False = ["0", "f", "F", "FALSE", "false", "False"];

    /// <summary>Those that are set now.</summary>
    public static EtcdctlEnvironment OfProcess() => new(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(entry => ((string)entry.Key).StartsWith(EtcdctlVariable.Prefix, StringComparison.OrdinalIgnoreCase) && entry.Value is string { Length: > 0 })
        .ToDictionary(
            entry => OperatingSystem.IsWindows() ? ((string)entry.Key).ToUpperInvariant() : (string)entry.Key,
            entry => (string)entry.Value!, StringComparer.Ordinal)); // looked at above

    /// <summary>Comma-separated, as etcdctl takes them; null where not set.</summary>
    public IReadOnlyList<string>? Endpoints => Value(EtcdctlPart.Endpoints) is { } list ? [list] : null;

    /// <summary>The variable they come from.</summary>
    public string? EndpointsName => Set(EtcdctlPart.Endpoints);

    public string? CaFile => Get("ETCDCTL_CACERT") ?? Get("ETCDCTL_CA_FILE");

    /// <summary>The variable that names it.</summary>
    public string? CaFileName => CaFile is null ? null : Set(EtcdctlPart.Authority); // the two of it are the first of their part

    public string? CertificateFile => Value(EtcdctlPart.Certificate);

    /// <summary>The variable that names it.</summary>
    public string? CertificateFileName => Set(EtcdctlPart.Certificate);

    public string? KeyFile => Value(EtcdctlPart.Key);

    /// <summary>The variable that names it.</summary>
    public string? KeyFileName => Set(EtcdctlPart.Key);

    /// <summary>Endpoints without a scheme are https, also where no authority is given.</summary>
    public bool RequiresTls => Get("ETCDCTL_INSECURE_TRANSPORT") is { } value && False.Contains(value);

    /// <summary>
    /// <c>ETCDCTL_USER</c> (of the v2 API: <c>ETCDCTL_USERNAME</c>) as <c>name:password</c>, or the name with
    /// <c>ETCDCTL_PASSWORD</c> beside it (since 3.5).
    /// </summary>
    /// <exception cref="EtcdException">SpecInvalid: a user without a password.</exception>
    public EtcdCredential? Credential
    {
        get
        {
            string? name = Get("ETCDCTL_USER") is not null ? "ETCDCTL_USER" : Get("ETCDCTL_USERNAME") is not null ? "ETCDCTL_USERNAME" : null;
            if (name is null) return null;
            string user = Get(name)!; // set, as found just now
            if (Get("ETCDCTL_PASSWORD") is { } password) return new EtcdCredential(user, password);
            int colon = user.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 ? new EtcdCredential(user[..colon], user[(colon + 1)..]) : throw Refused(name,
                $"{name} names a user without a password", $"Give user and password with -Credential, or set {name} to name:password.");
        }
    }

    /// <summary>Refuses what is set and would be passed over.</summary>
    /// <param name="isOpen">Whether a part has not been given otherwise, so that variables count for it.</param>
    /// <param name="usesDefault">Whether the endpoint is the default one, because nothing names another.</param>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public void Check(Func<EtcdctlPart, bool> isOpen, bool usesDefault)
    {
        if (isOpen(EtcdctlPart.Endpoints) && Get("ETCDCTL_DISCOVERY_SRV") is { } domain)
        {
            throw Refused("ETCDCTL_DISCOVERY_SRV",
                $"ETCDCTL_DISCOVERY_SRV asks for the endpoints of '{domain}' in DNS, which EtcdAdmin does not look up",
                $"Give the endpoints as arguments; 'dig +short SRV _etcd-client-ssl._tcp.{domain} SRV _etcd-client._tcp.{domain}' shows them.");
        }

        if (isOpen(EtcdctlPart.Authority) && Get("ETCDCTL_INSECURE_SKIP_TLS_VERIFY") is { } skip && True.Contains(skip))
        {
            throw Refused("ETCDCTL_INSECURE_SKIP_TLS_VERIFY",
                "ETCDCTL_INSECURE_SKIP_TLS_VERIFY turns the check of the server's certificate off, which EtcdAdmin never does",
                "Unset it, and give the file of the authority with -CaFile or ETCDCTL_CACERT.");
        }

        if (isOpen(EtcdctlPart.User) && Get("ETCDCTL_AUTH_JWT_TOKEN") is not null)
        {
            throw Refused("ETCDCTL_AUTH_JWT_TOKEN", "ETCDCTL_AUTH_JWT_TOKEN holds a token, and EtcdAdmin logs in with user and password",
                "Unset it, and give user and password with -Credential.");
        }

        foreach (string name in variables.Keys.Where(name => EtcdctlVariable.Find(name) is null).Order(StringComparer.Ordinal))
        {
            EtcdctlVariable? meant = EtcdctlVariable.Nearest(name);
            if (meant is null ? !usesDefault : !isOpen(meant.Part) || Get(meant.Name) is not null) continue;
            throw Refused(name, $"etcdctl has no variable {name}" + (meant is null ? ", and nothing else names an endpoint" : ""),
                meant is null
                    ? "Give the endpoints as an argument, or set ETCDCTL_ENDPOINTS."
                    : $"Set {meant.Current ?? meant.Name} instead, or unset it.");
        }
    }

    private string? Value(EtcdctlPart part) => Set(part) is { } name ? Get(name) : null;

    private string? Set(EtcdctlPart part) =>
        EtcdctlVariable.All.FirstOrDefault(variable => variable.Part == part && Get(variable.Name) is not null)?.Name;

    private string? Get(string name) => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private static EtcdException Refused(string name, string why, string nextStep) =>
        new(EtcdErrorIds.SpecInvalid, $"{why}.") { Target = name, NextStep = nextStep };
}
