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
/// The steps that replace authorities of a running cluster without losing the quorum: all members trust both authorities, then this machine
/// and the members get certificates of the new one, then all members trust only the new one. Those for clients and for peers are replaced together.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="membership">The members and their health now.</param>
/// <param name="state">The facts of the hosts.</param>
/// <param name="next">The new authorities.</param>
/// <param name="timeout">How long the members may take to serve again.</param>
/// <param name="separation">What gives peers an authority of their own; null if they have one, or share it with clients.</param>
internal sealed class AuthorityRotation(
    AdminContext context, Membership membership, InstallState state, NextAuthorities next, TimeSpan timeout, PeerSeparation? separation = null)
{
    private readonly EtcdCluster _before = separation?.Target ?? membership.Cluster;
    private readonly RotationProof _proof = new(context, separation?.Target ?? membership.Cluster, next, timeout);

    /// <summary>The members that are restarted.</summary>
    public IReadOnlyList<MemberSpec> Restarted =>
        [.. _before.RequireSpec().Members.Where(member => LacksTrust(member) || next.HaveOthers(member))];

    /// <summary>Adds the steps that are still needed.</summary>
    public void AddTo(PlanBuilder plan)
    {
        ClusterSpec spec = _before.RequireSpec();
        AddCreation(plan, next, _before);
        MemberSpec[] ordered = [.. new RollingRestart(membership).Order(spec.Members)];
        foreach (MemberSpec member in ordered.Where(LacksTrust)) AddTrust(plan, member);
        separation?.AddRecord(plan);
        MemberSpec[] lacking = [.. ordered.Where(next.LackCertificates)];
        MemberSpec[] trusting = [.. ordered.Where(next.HaveOthers)];
        if (lacking.Length > 0)
            AddProof(plan, "both", "Prove that all members accept certificates of both authorities", _proof.RequireBothTrustedAsync);
        AddOperator(plan, next, _before);
        foreach (MemberSpec member in lacking) AddCertificates(plan, member);
        if (trusting.Length > 0)
        {
            AddProof(
                plan, "new", $"Prove that all members show certificates of {next.Text}",
                (events, token) => _proof.RequireNewShownAsync(trusting, events, token));
        }

        foreach (MemberSpec member in trusting) AddDrop(plan, member);
        plan.NextStage().Add(
            ProveCluster.Text(spec),
            async (events, token) =>
            {
                await new HealthGate(context).WaitAsync(await next.OnlyAsync(token).ConfigureAwait(false), timeout, token).ConfigureAwait(false);
                await _proof.RequireFormerRefusedAsync(events, token).ConfigureAwait(false);
            });
        AddEnd(plan, context, next, _before);
        separation?.AddEnd(plan);
    }

    private bool LacksTrust(MemberSpec member) => next.LackTrust(member) || separation?.IsLackedBy(member) == true;

    /// <summary>Adds the step that makes the new authority, unless an interrupted run has made it.</summary>
    public static void AddCreation(PlanBuilder plan, NextAuthorities next, EtcdCluster cluster)
    {
        foreach (NextAuthority one in next.Missing)
        {
            plan.NextStage().Add(
                StepText.Here(StepKind.CreateAuthority, $"{one.Introduction} {cluster.Name}, and trust it beside the present one") with
                {
                    Subject = one.Scope.Use.Split(' ')[^1],
                },
                (_, token) => one.CreateAsync(token),
                (_, token) => one.RemoveAsync(token));
        }
    }

    /// <summary>Adds the step that gives the operator a certificate of the new authority, unless it has one.</summary>
    public static void AddOperator(PlanBuilder plan, NextAuthorities all, EtcdCluster cluster)
    {
        if (all.LackedBy(cluster) is not { } next) return;
        plan.NextStage().Add(
            StepText.Here(StepKind.ReplaceCertificates, $"Replace the operator's client certificate in the profile of cluster {cluster.Name}"),
            (_, token) => next.ReplaceClientAsync(token),
            (_, token) => next.PutClientBackAsync(token));
    }

    /// <summary>Adds the step after which only the new authority is left.</summary>
    public static void AddEnd(PlanBuilder plan, AdminContext context, NextAuthorities next, EtcdCluster cluster)
    {
        plan.TidyUp().Add(
            StepText.Here(StepKind.SaveProfile, $"Make {next.Text} the only {next.EndText} in the profile of cluster {cluster.Name}"),
            async (_, token) =>
            {
                await next.TakeAsync(token).ConfigureAwait(false);
                foreach (MemberSpec member in cluster.RequireSpec().Members)
                    await KeptPki.All(context, member, next).ForgetAsync(token).ConfigureAwait(false);
            });
    }

    private static void AddProof(PlanBuilder plan, string subject, string action, StepAction proof) => plan.NextStage().Add(
        StepText.Here(StepKind.ProveHandshakes, $"{action}, by connections from this machine and from every member") with { Subject = subject },
        proof);

    private void AddTrust(PlanBuilder plan, MemberSpec member)
    {
        MemberRestart? restart = null;
        plan.NextStage().Add(
            Text(member, StepKind.TrustAuthority, separation is not null
                ? PeerSeparation.Text(member)
                : $"Make member {member.Name} trust {next.PresentText}, and restart it"),
            async (_, token) =>
            {
                restart = Restart(
                    member, await next.BothAsync(token).ConfigureAwait(false),
                    separation?.FilesOf(member) ?? await TrustedAsync(member, "the trust in both authorities", CertificateBundle.With, token)
                        .ConfigureAwait(false));
                await restart.ApplyAsync(token).ConfigureAwait(false);
            },
            (_, token) => restart?.UndoAsync(token) ?? Task.CompletedTask);
    }

    private void AddDrop(PlanBuilder plan, MemberSpec member)
    {
        MemberRestart? restart = null;
        plan.NextStage().Add(
            Text(member, StepKind.DropAuthority, $"Make member {member.Name} trust only {next.Text}, and restart it"),
            async (_, token) =>
            {
                restart = Restart(
                    member, await next.OnlyAsync(token).ConfigureAwait(false),
                    await TrustedAsync(member, $"the trust in {next.Text} only", (_, authority) => authority, token).ConfigureAwait(false));
                await restart.ApplyAsync(token).ConfigureAwait(false);
            },
            (_, token) => restart?.UndoAsync(token) ?? Task.CompletedTask);
    }

    // No restart: etcd reads its own certificates at each new connection.
    private void AddCertificates(PlanBuilder plan, MemberSpec member)
    {
        KeptPki kept = KeptPki.Certificates(context, member, next.Clients, next.Peers);
        bool isKept = false;
        plan.NextStage().Add(
            member.Step(StepKind.ReplaceCertificates, $"Replace the certificates and keys of member {member.Name} by those of {next.Text}"),
            async (_, token) =>
            {
                MemberCertificates certificates = await next.IssueAsync(member, state, token).ConfigureAwait(false);
                await kept.KeepAsync(token).ConfigureAwait(false);
                isKept = true;
                await new MemberFiles(context.HostOf(member), member)
                    .WriteCertificatesAsync(certificates, token, next.Clients, next.Peers).ConfigureAwait(false);
                // A client that trusts only the new authority: it accepts no other certificate.
                await new MemberGate(context).WaitAsync(await next.OnlyAsync(token).ConfigureAwait(false), member, timeout, token)
                    .ConfigureAwait(false);
            },
            (_, token) => isKept ? kept.PutBackAsync(token) : Task.CompletedTask);
    }

    private async Task<IRestartFiles> TrustedAsync(
        MemberSpec member, string name, Func<string, string, string> change, CancellationToken cancellationToken)
    {
        var changes = new Dictionary<string, Func<string, string>>(StringComparer.Ordinal);
        foreach (NextAuthority one in next.All)
        {
            string authority = await one.CertificateAsync(cancellationToken).ConfigureAwait(false);
            changes[one.Scope.FileOf(member)] = old => change(old, authority);
        }

        return new TrustedAuthorities(context, member, name, changes);
    }

    private MemberRestart Restart(MemberSpec member, EtcdCluster cluster, IRestartFiles files) =>
        new(context, cluster, member, timeout, new QuorumSpare(context, cluster), files: files);

    private StepText Text(MemberSpec member, StepKind kind, string action) => member.Step(kind, action) with
    {
        Interrupts = membership.Voters == 1 ? Interruption.Cluster : Interruption.Member,
        VotersUp = membership.VotersUp,
    };
}
