using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The user that proves a restored cluster. Its users and passwords are those of the snapshot.</summary>
/// <param name="Credential">User and password; null if a client certificate names the user, or authentication is not enabled.</param>
/// <param name="Warning">What the operator should know before confirming; null for nothing.</param>
internal sealed record ProofIdentity(EtcdCredential? Credential, string? Warning)
{
    /// <summary>
    /// Decides before the first change: without a root user of the snapshot, the proof would fail and the restore would be rolled back.
    /// </summary>
    /// <param name="cluster">The cluster to restore into, with the given credential.</param>
    /// <param name="info">The snapshot.</param>
    /// <param name="given">A credential for the restored cluster; null if not given.</param>
    /// <param name="databasePath">The path of the snapshot's database.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">AuthFailed: a credential is needed. UserNotFound, PermissionDenied: the credential cannot be used.</exception>
    public static async Task<ProofIdentity> ChooseAsync(
        EtcdCluster cluster, SnapshotInfo info, EtcdCredential? given, string databasePath, CancellationToken cancellationToken)
    {
        if (!info.AuthEnabled)
        {
            return new ProofIdentity(null, given is null && cluster.Credential is null
                ? null
                : $"Authentication is not enabled in '{info.Path}': after the restore every client that reaches cluster '{cluster.Name}' can read "
                    + "and change all keys, until you enable authentication.");
        }

        IReadOnlyDictionary<string, bool> users = await SnapshotUsers.ReadAsync(databasePath, cancellationToken).ConfigureAwait(false);
        string warning = $"Authentication is enabled in '{info.Path}': after the restore, clients log in "
            + "with the users and passwords of the snapshot.";
        if (given is not null)
            return users.GetValueOrDefault(given.UserName) ? new ProofIdentity(given, warning) : throw Useless(given, users, info);
        if (cluster.Credential is { } present && users.GetValueOrDefault(present.UserName)) return new ProofIdentity(present, warning);
        // If authentication is enabled, etcd takes the common name of a client certificate as the user.
        if (cluster.Tls?.CertificatePem is { } pem && users.GetValueOrDefault(CertificateInfo.FromPem(pem).CommonName))
            return new ProofIdentity(null, warning);
        throw Needed(users, info);
    }

    /// <summary>The cluster with this credential.</summary>
    public EtcdCluster Of(EtcdCluster cluster) => Equals(cluster.Credential, Credential) ? cluster : cluster.WithCredential(Credential);

    private static EtcdException Needed(IReadOnlyDictionary<string, bool> users, SnapshotInfo info) => new(
        EtcdErrorIds.AuthFailed,
        $"Authentication is enabled in '{info.Path}', and no user was given to prove the restored cluster.")
    {
        Target = info.Path,
        NextStep = $"Supply -Credential for a root user that exists in the snapshot: {Administrators(users)}. Passwords are those of the snapshot.",
    };

    private static EtcdException Useless(EtcdCredential given, IReadOnlyDictionary<string, bool> users, SnapshotInfo info)
    {
        bool isKnown = users.ContainsKey(given.UserName);
        return new EtcdException(
            isKnown ? EtcdErrorIds.PermissionDenied : EtcdErrorIds.UserNotFound,
            $"'{info.Path}' {(isKnown ? $"has a user '{given.UserName}' without the role root" : $"has no user '{given.UserName}'")}, "
                + "so this user cannot prove the restored cluster.")
        {
            Target = given.UserName,
            NextStep =
                $"Supply -Credential for a root user that exists in the snapshot: {Administrators(users)}. Passwords are those of the snapshot.",
        };
    }

    private static string Administrators(IReadOnlyDictionary<string, bool> users) =>
        string.Join(", ", users.Where(user => user.Value).Select(user => user.Key));
}
