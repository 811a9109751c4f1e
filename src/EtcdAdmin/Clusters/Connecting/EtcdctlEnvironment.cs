using EtcdAdmin.Client;

namespace EtcdAdmin.Clusters;

/// <summary>The variables that etcdctl understands, for those who have set them for it.</summary>
/// <param name="Get">Reads a variable; null where it is not set.</param>
internal sealed record EtcdctlEnvironment(Func<string, string?> Get)
{
    public static EtcdctlEnvironment OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>Comma-separated, as etcdctl takes them; null where not set.</summary>
    public IReadOnlyList<string>? Endpoints => Value("ETCDCTL_ENDPOINTS")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public string? CaFile => Value("ETCDCTL_CACERT");

    public string? CertificateFile => Value("ETCDCTL_CERT");

    public string? KeyFile => Value("ETCDCTL_KEY");

    /// <summary><c>ETCDCTL_USER</c> as <c>name:password</c>, or the name with <c>ETCDCTL_PASSWORD</c> beside it (since 3.5).</summary>
    public EtcdCredential? Credential
    {
        get
        {
            if (Value("ETCDCTL_USER") is not { } user) return null;
            if (Value("ETCDCTL_PASSWORD") is { } password) return new EtcdCredential(user, password);
            int colon = user.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 ? new EtcdCredential(user[..colon], user[(colon + 1)..]) : null;
        }
    }

    private string? Value(string name) => Get(name) is { Length: > 0 } value ? value : null;
}
