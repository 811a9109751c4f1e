using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>
/// The steps that replace the authority of a running cluster without losing the quorum: all members trust both authorities, then this machine
/// and the members get certificates of the new one, then all members trust only the new one.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="membership">The members and their health now.</param>
/// <param name="state">The facts of the hosts.</param>
/// <param name="trust">Which authorities the members trust now.</param>
/// <param name="next">The new authority.</param>
/// <param name="timeout">How long the members may take to serve again.</param>
internal sealed class AuthorityRotation(
    AdminContext context, Membership membership, InstallState state, IReadOnlyDictionary<string, TrustFacts> trust, NextAuthority next,
    TimeSpan timeout)
{
    private readonly EtcdCluster _before = membership.Cluster;

    /// <summary>The members that are restarted.</summary>
    /// <param name="authority">See <see cref="NextAuthority.FindAsync"/>.</param>
    public IReadOnlyList<MemberSpec> Restarted(string? authority) =>
        [.. _before.RequireSpec().Members.Where(member => trust[member.Name].LacksTrust(authority) || trust[member.Name].TrustsOthers(authority))];

    /// <summary>Adds the steps that are still needed.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="authority">See <see cref="Restarted"/>.</param>
    public void AddTo(PlanBuilder plan, string? authority)
    {
        ClusterSpec spec = _before.RequireSpec();
        if (authority is null)
        {
            plan.Add(
                StepText.Here(
                    StepKind.CreateAuthority, $"{next.Introduction} for cluster {_before.Name}, and trust it beside the present one"),
                (_, token) => next.CreateAsync(token),
                (_, token) => next.RemoveAsync(token));
        }

        MemberSpec[] ordered = [.. new RollingRestart(membership).Order(spec.Members)];
        foreach (MemberSpec member in ordered.Where(member => trust[member.Name].LacksTrust(authority))) AddTrust(plan, member);
        bool isOperatorDone = authority is not null && CertificateBundle.IsIssuedBy(_before.Tls?.CertificatePem, authority);
        if (!isOperatorDone)
        {
            plan.NextStage().Add(
                StepText.Here(StepKind.ReplaceCertificates, $"Replace the operator's client certificate in the profile of cluster {_before.Name}"),
                (_, token) => next.ReplaceClientAsync(token),
                (_, token) => next.PutClientBackAsync(token));
        }

        foreach (MemberSpec member in ordered.Where(member => trust[member.Name].LacksCertificates(authority))) AddCertificates(plan, member);
        foreach (MemberSpec member in ordered.Where(member => trust[member.Name].TrustsOthers(authority))) AddDrop(plan, member);
        plan.NextStage().Add(
            ProveCluster.Text(spec),
            async (_, token) => await new HealthGate(context).WaitAsync(await next.OnlyAsync(token).ConfigureAwait(false), timeout, token)
                .ConfigureAwait(false));
        plan.TidyUp().Add(
            StepText.Here(StepKind.SaveProfile, $"Make the new authority the only one in the profile of cluster {_before.Name}"),
            async (_, token) =>
            {
                await next.TakeAsync(token).ConfigureAwait(false);
                foreach (MemberSpec member in spec.Members)
                {
                    await KeptPki.Authorities(context, member).ForgetAsync(token).ConfigureAwait(false);
                    await KeptPki.Certificates(context, member).ForgetAsync(token).ConfigureAwait(false);
                }
            });
    }

    private void AddTrust(PlanBuilder plan, MemberSpec member)
    {
        MemberRestart? restart = null;
        plan.NextStage().Add(
            Text(member, StepKind.TrustAuthority, $"Make member {member.Name} trust the present and the new authority, and restart it"),
            async (_, token) =>
            {
                string authority = await next.CertificateAsync(token).ConfigureAwait(false);
                restart = Restart(
                    member, await next.BothAsync(token).ConfigureAwait(false), "the trust in both authorities",
                    old => CertificateBundle.With(old, authority));
                await restart.ApplyAsync(token).ConfigureAwait(false);
            },
            (_, token) => restart?.UndoAsync(token) ?? Task.CompletedTask);
    }

    private void AddDrop(PlanBuilder plan, MemberSpec member)
    {
        MemberRestart? restart = null;
        plan.NextStage().Add(
            Text(member, StepKind.DropAuthority, $"Make member {member.Name} trust only the new authority, and restart it"),
            async (_, token) =>
            {
                string authority = await next.CertificateAsync(token).ConfigureAwait(false);
                restart = Restart(member, await next.OnlyAsync(token).ConfigureAwait(false), "the trust in the new authority only", _ => authority);
                await restart.ApplyAsync(token).ConfigureAwait(false);
            },
            (_, token) => restart?.UndoAsync(token) ?? Task.CompletedTask);
    }

    // No restart: etcd reads its own certificates at each new connection.
    private void AddCertificates(PlanBuilder plan, MemberSpec member)
    {
        KeptPki kept = KeptPki.Certificates(context, member);
        bool isKept = false;
        plan.NextStage().Add(
            member.Step(StepKind.ReplaceCertificates, $"Replace the certificates and keys of member {member.Name} by those of the new authority"),
            async (_, token) =>
            {
                MemberCertificates certificates = await next.IssueAsync(member, state, token).ConfigureAwait(false);
                await kept.KeepAsync(token).ConfigureAwait(false);
                isKept = true;
                await new MemberFiles(context.HostOf(member), member).WriteCertificatesAsync(certificates, token).ConfigureAwait(false);
                // A client that trusts only the new authority: it accepts no other certificate.
                await new MemberGate(context).WaitAsync(await next.OnlyAsync(token).ConfigureAwait(false), member, timeout, token)
                    .ConfigureAwait(false);
            },
            (_, token) => isKept ? kept.PutBackAsync(token) : Task.CompletedTask);
    }

    private MemberRestart Restart(MemberSpec member, EtcdCluster cluster, string name, Func<string, string> change) => new(
        context, cluster, member, timeout, new QuorumSpare(context, cluster), files: new TrustedAuthorities(context, member, name, change));

    private StepText Text(MemberSpec member, StepKind kind, string action) => member.Step(kind, action) with
    {
        Interrupts = membership.Voters == 1 ? Interruption.Cluster : Interruption.Member,
        VotersUp = membership.VotersUp,
    };
}
