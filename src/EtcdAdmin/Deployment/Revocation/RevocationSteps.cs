using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Revocation;

/// <summary>The steps of a revocation. None is undone: a revoked certificate stays revoked, and the same command continues.</summary>
/// <param name="context">The environment.</param>
/// <param name="membership">The members.</param>
/// <param name="pki">The files of the profile.</param>
/// <param name="added">The certificates to revoke that are not on the list yet.</param>
/// <param name="timeout">How long all members may take to serve again after a restart.</param>
internal sealed class RevocationSteps(
    AdminContext context, Membership membership, ProfilePki pki, IReadOnlyList<RevokedCertificate> added, TimeSpan timeout)
{
    private readonly EtcdCluster _before = membership.Cluster;
    private EtcdCluster? _after;
    private RevocationProof? _proof;

    /// <summary>The cluster with the new list.</summary>
    private EtcdCluster After => _after ?? throw new InvalidOperationException("The list is not signed yet.");

    /// <summary>Adds the steps.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="restarted">The members that are restarted.</param>
    public void AddTo(PlanBuilder plan, IReadOnlyList<MemberSpec> restarted)
    {
        IReadOnlyList<MemberSpec> members = _before.RequireSpec().Members;
        plan.Add(
            StepText.Here(StepKind.RevokeCertificates, added.Count > 0
                ? $"Sign a list with {added.Count} more revoked certificate(s), and save it in the profile of cluster {_before.Name}"
                : $"Sign the list of revoked certificates of cluster {_before.Name} again, and save it in its profile") with
            {
                Detail = string.Join(' ', added.Select(one => one.SerialNumber)),
            },
            (_, token) => SignAsync(token));
        plan.NextStage();
        foreach (MemberSpec member in members)
        {
            plan.Add(
                member.Step(StepKind.WriteRevocations, $"Write the list of revoked certificates to member {member.Name}"),
                (_, token) => new MemberFiles(context.HostOf(member), member).WriteRevocationAsync(After.RequireSpec(), token));
        }

        foreach (MemberSpec member in new RollingRestart(membership).Order(restarted)) AddRestart(plan, member);
        plan.NextStage().Add(
            StepText.Here(
                StepKind.ProveCluster,
                $"Prove that the {members.Count} member(s) refuse a revoked certificate, accept the others, and serve"),
            (events, token) => ProveAsync(members, events, token));
        plan.TidyUp().Add(
            StepText.Here(StepKind.SaveProfile, "Remove the saved copies of the former configurations"),
            (_, token) => MemberFiles.ForgetConfigsAsync(context, restarted, token));
    }

    private void AddRestart(PlanBuilder plan, MemberSpec member)
    {
        MemberRestart? restart = null;
        StepText text = RestartMember.Text(member, membership.Voters, membership.VotersUp);
        plan.NextStage().Add(
            text with { Action = $"Restart member {member.Name} with the list, which ends its connections" },
            async (events, token) =>
            {
                restart = new MemberRestart(context, After, member, timeout, new QuorumSpare(context, After));
                await restart.ApplyAsync(token).ConfigureAwait(false);
                // After the first restart already, so that a list that is not in use does not cost the others theirs.
                await _proof!.RequireAsync(member, events, token).ConfigureAwait(false); // signed
            },
            (_, token) => restart?.UndoAsync(token) ?? Task.CompletedTask);
    }

    private async Task SignAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = context.Clock.GetUtcNow();
        ClusterSpec spec = _before.RequireSpec();
        IReadOnlyList<RevocationTrial> trials = await RevocationTrial.MakeAsync(_before, pki, cancellationToken).ConfigureAwait(false);
        RevokedCertificate[] all =
        [
            .. (spec.Revocation?.Certificates ?? []).Where(one => one.NotAfter is not { } end || end > now),
            .. added,
            .. trials.Select(trial => trial.Entry(now)),
        ];
        using CertificateAuthority authority = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        long number = (spec.Revocation?.Number ?? 0) + 1;
        var revocation = new CertificateRevocation
        {
            Number = number,
            Certificates = all,
            List = Convert.ToBase64String(authority.SignRevocationList(number, all)),
        };
        _after = _before.WithSpec(spec with { Revocation = revocation });
        _proof = new RevocationProof(context, _after, trials);
        await context.Profiles.SaveAsync(_after, cancellationToken).ConfigureAwait(false);
    }

    private async Task ProveAsync(IReadOnlyList<MemberSpec> members, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        await new HealthGate(context).WaitAsync(After, timeout, cancellationToken).ConfigureAwait(false);
        foreach (MemberSpec member in members) await _proof!.RequireAsync(member, events, cancellationToken).ConfigureAwait(false); // signed
    }
}
