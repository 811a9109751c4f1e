using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Revocation;

/// <summary>Two certificates of one authority: members must accept one, and refuse the other, which is issued and revoked for this.</summary>
/// <param name="Scope">What the authority is for.</param>
/// <param name="Accepted">The cluster with a certificate that members accept.</param>
/// <param name="Revoked">The certificate that they refuse.</param>
internal sealed record RevocationTrial(AuthorityScope Scope, EtcdCluster Accepted, IssuedCertificate Revoked)
{
    // The list leaves them out afterwards.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>The common name of the certificate that members refuse.</summary>
    public const string CommonName = "etcdadmin-revocation-proof";

    /// <summary>The revoked certificate on the list.</summary>
    public RevokedCertificate Entry(DateTimeOffset now) => new(RevocationList.Normalize(Revoked.SerialNumber), now)
    {
        Subject = Revoked.Subject,
        NotAfter = Revoked.NotAfter,
        Reason = RevocationReason.CessationOfOperation,
    };

    /// <summary>Makes one for each authority of the cluster. A separate authority of peers that is not on this machine is left out: the list at
    /// the peer ports is the same file.</summary>
    public static async Task<IReadOnlyList<RevocationTrial>> MakeAsync(EtcdCluster cluster, ProfilePki pki, CancellationToken cancellationToken)
    {
        var trials = new List<RevocationTrial>();
        foreach (AuthorityScope scope in AuthorityScope.Of(cluster.RequireSpec()).Where(scope => scope.Clients || scope.FilesIn(pki).Exist))
        {
            using CertificateAuthority authority = await scope.FilesIn(pki).ReadAsync(cancellationToken).ConfigureAwait(false);
            CertificateSpec spec = CertificateSpec.Client(CommonName) with { Validity = Lifetime };
            // The operator's certificate is one for clients.
            EtcdCluster accepted = scope.Clients ? cluster : scope.Visit(cluster, authority.Issue(spec));
            trials.Add(new RevocationTrial(scope, accepted, authority.Issue(spec)));
        }

        return trials;
    }
}
