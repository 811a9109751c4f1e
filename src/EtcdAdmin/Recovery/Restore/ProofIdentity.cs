using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The user that reads a restored cluster to prove it. Its users and passwords are those of the snapshot.</summary>
/// <param name="Credential">User and password; null where a certificate says who asks, or nobody wants to know.</param>
/// <param name="Warning">What the operator should know before agreeing; null for nothing.</param>
internal sealed record ProofIdentity(EtcdCredential? Credential, string? Warning)
{
    /// <summary>Decides before the first change: without a user of the snapshot's who may read all, nothing could be proved, and the restore would be rolled back.</summary>
    /// <param name="cluster">The cluster to restore into, with the credential that it was given.</param>
    /// <param name="info">The snapshot.</param>
    /// <param name="given">A credential for the restored cluster; null where none was given.</param>
    /// <param name="databasePath">Where its database is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">AuthFailed: a credential is needed. UserNotFound, PermissionDenied: this one is of no use there.</exception>
    public static async Task<ProofIdentity> ChooseAsync(
        EtcdCluster cluster, SnapshotInfo info, EtcdCredential? given, string databasePath, CancellationToken cancellationToken)
    {
        if (!info.AuthEnabled)
        {
            return new ProofIdentity(null, given is null && cluster.Credential is null
                ? null
                : $"Authentication is not enabled in '{info.Path}': after the restore cluster '{cluster.Name}' asks nobody who they are.");
        }

        IReadOnlyDictionary<string, bool> users = await SnapshotUsers.ReadAsync(databasePath, cancellationToken).ConfigureAwait(false);
        string warning = $"Authentication is enabled in '{info.Path}': after the restore clients log in with the users and passwords of then.";
        if (given is not null)
            return users.GetValueOrDefault(given.UserName) ? new ProofIdentity(given, warning) : throw Useless(given, users, info);
        if (cluster.Credential is { } present && users.GetValueOrDefault(present.UserName)) return new ProofIdentity(present, warning);
        // etcd takes the common name of a client certificate for the user where it asks for one.
        if (cluster.Tls?.CertificatePem is { } pem && users.GetValueOrDefault(CertificateInfo.FromPem(pem).CommonName)) return new ProofIdentity(null, warning);
        throw Needed(users, info);
    }

    /// <summary>The cluster as it is asked.</summary>
    public EtcdCluster Of(EtcdCluster cluster) => Equals(cluster.Credential, Credential) ? cluster : cluster.WithCredential(Credential);

    private static EtcdException Needed(IReadOnlyDictionary<string, bool> users, SnapshotInfo info) => new(
        EtcdErrorIds.AuthFailed,
        $"Authentication is enabled in '{info.Path}', and no user is given that could read the restored cluster to prove it.")
    {
        Target = info.Path,
        NextStep = $"Supply -Credential for a root user that exists in the snapshot: {Administrators(users)}. Passwords are as they were when it was taken.",
    };

    private static EtcdException Useless(EtcdCredential given, IReadOnlyDictionary<string, bool> users, SnapshotInfo info)
    {
        bool isKnown = users.ContainsKey(given.UserName);
        return new EtcdException(
            isKnown ? EtcdErrorIds.PermissionDenied : EtcdErrorIds.UserNotFound,
            $"'{info.Path}' {(isKnown ? $"has a user '{given.UserName}' without the role root" : $"has no user '{given.UserName}'")}, so this user could not read the restored cluster to prove it.")
        {
            Target = given.UserName,
            NextStep = $"Supply -Credential for a root user that exists in the snapshot: {Administrators(users)}. Passwords are as they were when it was taken.",
        };
    }

    private static string Administrators(IReadOnlyDictionary<string, bool> users) => string.Join(", ", users.Where(user => user.Value).Select(user => user.Key));
}
