using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Provisioning.Authority;

namespace EtcdAdmin.Deployment.Revocation;

/// <summary>
/// Proves that members use a list: they refuse a certificate that was issued and revoked only for this proof, and accept that of this machine. The
/// keys of the certificates that matter are not here.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="trials">The certificates for the proof.</param>
internal sealed class RevocationProof(AdminContext context, EtcdCluster cluster, IReadOnlyList<RevocationTrial> trials)
{
    private const string Own = "the certificate of this machine";
    private const string Revoked = "a revoked certificate";

    /// <summary>Looks at the URLs of a member.</summary>
    /// <exception cref="EtcdException">CertificateInvalid: it accepts the revoked certificate, or refuses that of this machine.</exception>
    public async Task RequireAsync(MemberSpec member, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        foreach (RevocationTrial trial in trials) await RequireAsync(trial, member, events, cancellationToken).ConfigureAwait(false);
    }

    private async Task RequireAsync(
        RevocationTrial trial, MemberSpec member, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        IReadOnlyList<TrialResult> accepted = await new ClientTrial(context, trial.Accepted, Own, trial.Scope)
            .MakeAsync([member], cancellationToken).ConfigureAwait(false);
        IReadOnlyList<TrialResult> refused =
            await new ClientTrial(context, trial.Scope.Visit(cluster, trial.Revoked), Revoked, trial.Scope)
                .MakeAsync([member], cancellationToken).ConfigureAwait(false);
        foreach ((TrialResult own, TrialResult other) in accepted.Zip(refused))
        {
            if (own.IsPeer && own.IsUnreachable)
                events.Message($"This machine cannot reach the peer port of member {member.Name}, so only its client port was tried.");
            else if (!own.IsAccepted) throw Refused(member, own);
            // Without client certificates there is nothing to refuse.
            else if (other.Handshake.Answered && (own.IsPeer || cluster.RequireSpec().RequiresClientCertificates)) throw Accepted(member, other);
        }
    }

    private static EtcdException Accepted(MemberSpec member, TrialResult trial) => new(EtcdErrorIds.CertificateInvalid,
        $"Member {member.Name} accepts {Revoked} at {trial.Place}. The list was written, but the member does not use it.")
    {
        Target = member.Name,
        NextStep = $"Check whether another program answers at this address, and the file {member.Layout.RevocationFile} on "
            + $"{member.HostName}; then run the same command again.",
    };

    private static EtcdException Refused(MemberSpec member, TrialResult trial) => new(EtcdErrorIds.CertificateInvalid,
        $"Member {member.Name} does not accept {Own} at {trial.Place}: {trial.Reason}.")
    {
        Target = member.Name,
        NextStep = "Read the member's log, then run the same command again.",
    };
}
