using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Revocation;

/// <summary>
/// Proves that members use a list: they refuse a certificate that was issued and revoked only for this proof, and accept that of this machine. The
/// keys of the certificates that matter are not here.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="revoked">The certificate for the proof.</param>
internal sealed class RevocationProof(AdminContext context, EtcdCluster cluster, IssuedCertificate revoked)
{
    private readonly ClientTrial _own = new(context, cluster, "the certificate of this machine");
    private readonly ClientTrial _revoked = new(
        context, cluster.WithTls(cluster.Tls! with { CertificatePem = revoked.CertificatePem, KeyPem = revoked.KeyPem }), // a cluster with TLS
        "a revoked certificate");

    /// <summary>The lifetime of the certificate for the proof, after which a later list leaves it out.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>The common name of the certificate for the proof.</summary>
    public const string CommonName = "etcdadmin-revocation-proof";

    /// <summary>Looks at the URLs of a member.</summary>
    /// <exception cref="EtcdException">CertificateInvalid: it accepts the revoked certificate, or refuses that of this machine.</exception>
    public async Task RequireAsync(MemberSpec member, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        IReadOnlyList<TrialResult> accepted = await _own.MakeAsync([member], cancellationToken).ConfigureAwait(false);
        IReadOnlyList<TrialResult> refused = await _revoked.MakeAsync([member], cancellationToken).ConfigureAwait(false);
        foreach ((TrialResult own, TrialResult other) in accepted.Zip(refused))
        {
            if (own.IsPeer && own.IsUnreachable)
                events.Message($"This machine cannot reach the peer port of member {member.Name}, so only its client port was tried.");
            else if (!own.IsAccepted) throw Refused(member, own);
            // Without client certificates there is nothing to refuse.
            else if (other.Handshake.Answered && (own.IsPeer || cluster.RequireSpec().RequiresClientCertificates)) throw Accepted(member, other);
        }
    }

    private EtcdException Accepted(MemberSpec member, TrialResult trial) => new(EtcdErrorIds.CertificateInvalid,
        $"Member {member.Name} accepts {_revoked.Name} at {trial.Place}. The list was written, but the member does not use it.")
    {
        Target = member.Name,
        NextStep = $"Check whether another program answers at this address, and the file {member.Layout.RevocationFile} on "
            + $"{member.HostName}; then run the same command again.",
    };

    private EtcdException Refused(MemberSpec member, TrialResult trial) => new(EtcdErrorIds.CertificateInvalid,
        $"Member {member.Name} does not accept {_own.Name} at {trial.Place}: {trial.Reason}.")
    {
        Target = member.Name,
        NextStep = "Read the member's log, then run the same command again.",
    };
}
