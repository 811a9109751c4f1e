using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Client.Errors;

/// <summary>As whom a client asks, so that a refusal can say who is refused and who would not be.</summary>
/// <param name="UserName">The user that was given; null where none was.</param>
/// <param name="CommonName">The common name of the certificate that is shown; empty where it has none, null where none is shown.</param>
/// <param name="CertificateSource">Where that certificate comes from.</param>
internal sealed record Asker(string? UserName, string? CommonName, string? CertificateSource)
{
    private const string AuthService = "/etcdserverpb.Auth/";

    // etcd server/etcdserver/api/v3rpc/maintenance.go (v3.3 to v3.5; from v3.6 on Status and MoveLeader too), server/etcdserver/server.go
    // (checkMembershipOperationPermission) and apply_auth.go (needAdminPermission): all of these, and no key permission helps.
    private static readonly string[] RootServices = ["/etcdserverpb.Maintenance/", "/etcdserverpb.Cluster/", AuthService];

    public static Asker Of(EtcdClientOptions options) => new(
        options.Credential?.UserName,
        options.Tls?.ClientCertificate is { } certificate ? CommonNameOf(certificate) : null,
        options.Tls?.Sources.ClientCertificate);

    /// <summary>What stands behind etcd's sentence, and what to do; nulls where the sentence says it all.</summary>
    public (string? Who, string? NextStep) Explain(EtcdError error, string path) => error switch
    {
        EtcdError.PermissionDenied => (Who, Permission(path)),
        // From 3.6 on these say so where the user itself is missing; in Auth it is one that was asked for.
        EtcdError.UserNotFound when !path.StartsWith(AuthService, StringComparison.Ordinal) => (Who, Permission(path)),
        EtcdError.UserEmpty => (Nobody, NobodyNextStep),
        EtcdError.AuthFailed => ($"user '{UserName}'", "Check user name and password."),
        _ => (null, null),
    };

    private bool ByCertificate => UserName is null && CommonName is { Length: > 0 };

    private string? Who => UserName is not null ? $"asked as user '{UserName}'"
        : ByCertificate ? $"asked without a user, so etcd takes the common name '{CommonName}' of the client certificate in '{CertificateSource}' for one"
        : null;

    private string? Nobody => CommonName switch
    {
        null => null,
        "" => $"no user was given, and the client certificate in '{CertificateSource}' has no common name that could be one",
        _ => $"no user was given, and the server does not take the common name '{CommonName}' of the client certificate in '{CertificateSource}' for one (it runs without --client-cert-auth)",
    };

    private string NobodyNextStep => CommonName is ""
        ? "Give user and password with -Credential, or use a certificate whose common name is a user."
        : "Give user and password with -Credential.";

    private string Permission(string path)
    {
        bool needsRoot = Array.Exists(RootServices, service => path.StartsWith(service, StringComparison.Ordinal));
        string user = ByCertificate
            ? $" If etcd has no user '{CommonName}', add it (etcdctl user add {CommonName} --no-password)"
                + (needsRoot ? $" and grant it the role root (etcdctl user grant-role {CommonName} root)." : $" and grant it a role with that permission (etcdctl user grant-role {CommonName} ROLE).")
            : "";
        return (needsRoot
            ? "This call needs a user with the role root: give one with -Credential."
            : "Give a user with -Credential that has a role with the permission for these keys, or grant it (etcdctl role grant-permission).") + user;
    }

    private static string CommonNameOf(X509Certificate2 certificate)
    {
        // Of several the last counts, as in Go's pkix.Name.
        return certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false)
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3") // id-at-commonName, X.520
            .Select(part => part.GetSingleElementValue())
            .LastOrDefault() ?? "";
    }
}
