using EtcdAdmin.Client;
using EtcdAdmin.Clusters;
using EtcdAdmin.Security;

namespace EtcdAdmin.Snapshots;

/// <summary>As whom a restored cluster is asked what it holds. Users and passwords are those of the snapshot by then.</summary>
/// <param name="Credential">User and password; null where a certificate or nothing says who asks.</param>
/// <param name="MayReadAll">False where authentication is enabled and nobody is known who may read all.</param>
internal sealed record ProofIdentity(EtcdCredential? Credential, bool MayReadAll)
{
    /// <summary>What the operator should know before agreeing; null for nothing.</summary>
    public string? Warning { get; private init; }

    /// <summary>Decides before the first change.</summary>
    /// <param name="cluster">The cluster to restore into, with the credential that it was given.</param>
    /// <param name="info">The snapshot.</param>
    /// <param name="given">A credential for the restored cluster; null where none was given.</param>
    /// <param name="databasePath">Where its database is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">UserNotFound, PermissionDenied: the credential is of no use there.</exception>
    public static async Task<ProofIdentity> ChooseAsync(
        EtcdCluster cluster, SnapshotInfo info, EtcdCredential? given, string databasePath, CancellationToken cancellationToken)
    {
        if (!info.AuthEnabled)
        {
            return new ProofIdentity(null, MayReadAll: true)
            {
                Warning = given is null && cluster.Credential is null ? null : $"Authentication is not enabled in '{info.Path}': after the restore cluster '{cluster.Name}' asks nobody who they are.",
            };
        }

        IReadOnlyDictionary<string, bool> users = await SnapshotUsers.ReadAsync(databasePath, cancellationToken).ConfigureAwait(false);
        if (given is not null) return Check(given, users, info);
        if (cluster.Credential is { } present && users.GetValueOrDefault(present.UserName)) return new ProofIdentity(present, MayReadAll: true) { Warning = Note(info) };
        // etcd takes the common name of a client certificate for the user where it asks for one.
        if (cluster.Tls?.CertificatePem is { } pem && users.GetValueOrDefault(CertificateInfo.FromPem(pem).CommonName))
            return new ProofIdentity(null, MayReadAll: true) { Warning = Note(info) };
        return new ProofIdentity(null, MayReadAll: false)
        {
            Warning = Note(info) + " No user of it was given, so only what needs none is proved: quorum, members and revision, but not the number of keys, "
                + "nor equal data, nor that writes are accepted. -Credential with a user of the snapshot's that has the role root (one of "
                + $"{string.Join(", ", users.Where(user => user.Value).Select(user => user.Key))}) proves all.",
        };
    }

    /// <summary>The cluster as it is asked.</summary>
    public EtcdCluster Of(EtcdCluster cluster) => Equals(cluster.Credential, Credential) ? cluster : cluster.WithCredential(Credential);

    private static ProofIdentity Check(EtcdCredential given, IReadOnlyDictionary<string, bool> users, SnapshotInfo info)
    {
        if (users.GetValueOrDefault(given.UserName)) return new ProofIdentity(given, MayReadAll: true) { Warning = Note(info) };
        string administrators = string.Join(", ", users.Where(user => user.Value).Select(user => user.Key));
        bool isKnown = users.ContainsKey(given.UserName);
        throw new EtcdException(
            isKnown ? EtcdErrorIds.PermissionDenied : EtcdErrorIds.UserNotFound,
            isKnown ? EtcdErrorKind.PermissionDenied : EtcdErrorKind.NotFound,
            $"'{info.Path}' {(isKnown ? $"has a user '{given.UserName}' without the role root" : $"has no user '{given.UserName}'")}, so that the restored cluster could not be asked as that one what it holds.")
        {
            Target = given.UserName,
            NextStep = $"Give one of its users that have the role root: {administrators}; passwords are as they were when it was taken.",
        };
    }

    private static string Note(SnapshotInfo info) =>
        $"Authentication is enabled in '{info.Path}': after the restore clients log in with the users and passwords of then.";
}
