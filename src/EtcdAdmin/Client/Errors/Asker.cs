using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Client.Errors;

/// <summary>The identity of a client, for messages about refused calls.</summary>
/// <param name="UserName">The user; null if none was given.</param>
/// <param name="CommonName">The common name of the client certificate; empty if it has none, null without a certificate.</param>
/// <param name="CertificateSource">The origin of that certificate.</param>
internal sealed record Asker(string? UserName, string? CommonName, string? CertificateSource)
{
    private const string AuthService = "/etcdserverpb.Auth/";

    // These services need the role root, whatever the key permissions: etcd server/etcdserver/api/v3rpc/maintenance.go (v3.3 to v3.5; from v3.6 on
    // Status and MoveLeader too), server/etcdserver/server.go (checkMembershipOperationPermission) and apply_auth.go (needAdminPermission).
    private static readonly string[] RootServices = ["/etcdserverpb.Maintenance/", "/etcdserverpb.Cluster/", AuthService];

    public static Asker Of(EtcdClientOptions options) => new(
        options.Credential?.UserName,
        options.Tls?.ClientCertificate is { } certificate ? CommonNameOf(certificate) : null,
        options.Tls?.Sources.ClientCertificate);

    /// <summary>The background of etcd's message and the next step; nulls if the message is enough.</summary>
    public (string? Who, string? NextStep) Explain(EtcdError error, string path) => error switch
    {
        EtcdError.PermissionDenied => (Who, Permission(path)),
        // From 3.6 on these calls report a missing user of their own this way; in the Auth service it is the user that was asked for.
        EtcdError.UserNotFound when !path.StartsWith(AuthService, StringComparison.Ordinal) => (Who, Permission(path)),
        EtcdError.UserEmpty => (NoUser, NoUserNextStep),
        EtcdError.AuthFailed => ($"user '{UserName}'", "Check the user name and password."),
        _ => (null, null),
    };

    private bool ByCertificate => UserName is null && CommonName is { Length: > 0 };

    private string? Who => UserName is not null ? $"as user '{UserName}'"
        : ByCertificate ? $"no user was given, so etcd uses the common name '{CommonName}' of the client certificate in '{CertificateSource}' "
            + "as the user"
        : null;

    private string? NoUser => CommonName switch
    {
        null => null,
        "" => $"no user was given, and the client certificate in '{CertificateSource}' has no common name",
        _ => $"no user was given, and the server does not use the common name '{CommonName}' of the client certificate in '{CertificateSource}' "
            + "as the user (it runs without --client-cert-auth)",
    };

    private string NoUserNextStep => CommonName is ""
        ? "Supply user and password with -Credential, or use a certificate whose common name is the name of an etcd user."
        : "Supply user and password with -Credential.";

    private string Permission(string path)
    {
        bool needsRoot = Array.Exists(RootServices, service => path.StartsWith(service, StringComparison.Ordinal));
        string user = ByCertificate
            ? $" If etcd has no user '{CommonName}', add it (etcdctl user add {CommonName} --no-password)"
                + (needsRoot
                ? $" and grant it the root role (etcdctl user grant-role {CommonName} root)."
                : $" and grant it a role with that permission (etcdctl user grant-role {CommonName} ROLE).")
            : "";
        return (needsRoot
            ? "This call needs a user that has the root role: supply that user with -Credential."
            : "Supply -Credential for a user whose role has the permission for these keys, or grant the permission "
                + "(etcdctl role grant-permission).") + user;
    }

    private static string CommonNameOf(X509Certificate2 certificate)
    {
        // Of several common names the last one counts, as in Go's pkix.Name.
        return certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false)
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3") // id-at-commonName, X.520
            .Select(part => part.GetSingleElementValue())
            .LastOrDefault() ?? "";
    }
}
