using System.Collections;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>etcdctl's variables. Each one is either applied or refused: if one were ignored, the command could go to the cluster on this machine
/// instead of the intended one.</summary>
/// <param name="variables">The process's variables with etcdctl's prefix.</param>
internal sealed class EtcdctlEnvironment(IReadOnlyDictionary<string, string> variables)
{
    // strconv.ParseBool, which etcdctl uses for flags.
    private static readonly string[] True = ["1", "t", "T", "TRUE", "true", "True"];
    private static readonly string[] False = ["0", "f", "F", "FALSE", "false", "False"];

    /// <summary>The variables of this process.</summary>
    public static EtcdctlEnvironment OfProcess() => new(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(entry => ((string)entry.Key).StartsWith(EtcdctlVariable.Prefix, StringComparison.OrdinalIgnoreCase)
        && entry.Value is string { Length: > 0 })
        .ToDictionary(
            entry => OperatingSystem.IsWindows() ? ((string)entry.Key).ToUpperInvariant() : (string)entry.Key,
            entry => (string)entry.Value!, StringComparer.Ordinal)); // not null, see above

    /// <summary>Comma-separated, as in etcdctl; null if not set.</summary>
    public IReadOnlyList<string>? Endpoints => Value(EtcdctlPart.Endpoints) is { } list ? [list] : null;

    /// <summary>The variable with the endpoints.</summary>
    public string? EndpointsName => Set(EtcdctlPart.Endpoints);

    public string? CaFile => Get("ETCDCTL_CACERT") ?? Get("ETCDCTL_CA_FILE");

    /// <summary>The variable with the file.</summary>
    public string? CaFileName => CaFile is null ? null : Set(EtcdctlPart.Authority); // these two are the first of their part

    public string? CertificateFile => Value(EtcdctlPart.Certificate);

    /// <summary>The variable with the file.</summary>
    public string? CertificateFileName => Set(EtcdctlPart.Certificate);

    public string? KeyFile => Value(EtcdctlPart.Key);

    /// <summary>The variable with the file.</summary>
    public string? KeyFileName => Set(EtcdctlPart.Key);

    /// <summary>Whether endpoints without a scheme are https even without an authority.</summary>
    public bool RequiresTls => Get("ETCDCTL_INSECURE_TRANSPORT") is { } value && False.Contains(value);

    /// <summary> <c>ETCDCTL_USER</c> (of the v2 API: <c>ETCDCTL_USERNAME</c>) as <c>name:password</c>, or the name alone together with
    /// <c>ETCDCTL_PASSWORD</c> (since 3.5). </summary>
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
                $"{name} has a user without a password", $"Supply user and password with -Credential, or set {name} to name:password.");
        }
    }

    /// <summary>Refuses variables that would be ignored.</summary>
    /// <param name="isOpen">Whether a part was not given otherwise, so that variables apply to it.</param>
    /// <param name="usesDefault">Whether the default endpoint is used, because none was given.</param>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public void Check(Func<EtcdctlPart, bool> isOpen, bool usesDefault)
    {
        if (isOpen(EtcdctlPart.Endpoints) && Get("ETCDCTL_DISCOVERY_SRV") is { } domain)
        {
            throw Refused("ETCDCTL_DISCOVERY_SRV",
                $"ETCDCTL_DISCOVERY_SRV is set to '{domain}', but EtcdAdmin does not look up endpoints in DNS",
                $"Supply the endpoints as arguments; 'dig +short SRV _etcd-client-ssl._tcp.{domain} SRV _etcd-client._tcp.{domain}' shows them.");
        }

        if (isOpen(EtcdctlPart.Authority) && Get("ETCDCTL_INSECURE_SKIP_TLS_VERIFY") is { } skip && True.Contains(skip))
        {
            throw Refused("ETCDCTL_INSECURE_SKIP_TLS_VERIFY",
                "ETCDCTL_INSECURE_SKIP_TLS_VERIFY turns off the check of the server's certificate, which EtcdAdmin does not support",
                "Unset it, and supply the CA file with -CaFile or ETCDCTL_CACERT.");
        }

        if (isOpen(EtcdctlPart.User) && Get("ETCDCTL_AUTH_JWT_TOKEN") is not null)
        {
            throw Refused("ETCDCTL_AUTH_JWT_TOKEN", "ETCDCTL_AUTH_JWT_TOKEN has a token, but EtcdAdmin logs in with user and password",
                "Unset it, and supply user and password with -Credential.");
        }

        foreach (string name in variables.Keys.Where(name => EtcdctlVariable.Find(name) is null).Order(StringComparer.Ordinal))
        {
            EtcdctlVariable? meant = EtcdctlVariable.Nearest(name);
            if (meant is null ? !usesDefault : !isOpen(meant.Part) || Get(meant.Name) is not null) continue;
            throw Refused(name, $"etcdctl has no variable {name}" + (meant is null ? ", and no endpoint is given" : ""),
                meant is null
                    ? "Supply the endpoints as an argument, or set ETCDCTL_ENDPOINTS."
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
