using System.Collections.Concurrent;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>
/// The steps that replace a compromised authority: all members stop at once, and start with the new authority only. Restarts one after the other
/// would be no shorter: members of the two authorities refuse each other, so that a quorum is missing until the second half of them has changed.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="before">The cluster, as its profile has it now.</param>
/// <param name="state">The facts of the hosts. The cluster need not serve.</param>
/// <param name="next">The new authorities.</param>
/// <param name="timeout">How long the members may take to serve again.</param>
internal sealed class EmergencyReplacement(
    AdminContext context, EtcdCluster before, InstallState state, NextAuthorities next, TimeSpan timeout)
{
    private readonly ConcurrentDictionary<string, MemberCertificates> _issued = new(StringComparer.Ordinal);

    /// <summary>Adds the steps that are still needed.</summary>
    public void AddTo(PlanBuilder plan)
    {
        ClusterSpec spec = before.RequireSpec();
        AuthorityRotation.AddCreation(plan, next, before);
        AuthorityRotation.AddOperator(plan, next, before);
        MemberSpec[] changed = [.. spec.Members.Where(member => !IsDone(member))];
        AddSwitch(plan, changed);
        var proof = new RotationProof(context, before, next, timeout);
        plan.NextStage().Add(
            ProveCluster.Text(spec),
            async (events, token) =>
            {
                await new HealthGate(context).WaitAsync(await next.OnlyAsync(token).ConfigureAwait(false), timeout, token).ConfigureAwait(false);
                await proof.RequireFormerRefusedAsync(events, token).ConfigureAwait(false);
            });
        AuthorityRotation.AddEnd(plan, context, next, before);
    }

    private bool IsDone(MemberSpec member) => state.Running.Contains(member.Name)
        && !next.LackCertificates(member) && !next.HaveOthers(member);

    private void AddSwitch(PlanBuilder plan, MemberSpec[] members)
    {
        plan.NextStage();
        int up = state.Running.Count;
        var all = new WholeClusterStop(context, before, members);
        foreach (MemberSpec member in members)
        {
            bool runs = state.Running.Contains(member.Name);
            StepText text = runs
                ? member.Step(StepKind.StopMember, $"Stop member {member.Name}") with { Interrupts = Interruption.Cluster, VotersUp = --up }
                : member.Step(StepKind.StopMember, $"Stop member {member.Name}, if it runs");
            plan.Add(
                text,
                async (_, token) =>
                {
                    await MemberDataCheck.RequireBeforeStopAsync(context, member, token).ConfigureAwait(false);
                    // Before it stops, because making keys takes its time.
                    _issued[member.Name] = await next.IssueAsync(member, state, token).ConfigureAwait(false);
                    await all.StopAsync(member, token).ConfigureAwait(false);
                },
                (_, token) => runs ? StartAsync(member, token) : Task.CompletedTask);
        }

        plan.NextStage();
        foreach (MemberSpec member in members) AddFiles(plan, member);
        plan.NextStage();
        foreach (MemberSpec member in members)
        {
            plan.Add(
                member.Step(StepKind.StartMember, $"Start member {member.Name}") with { VotersUp = ++up },
                (_, token) => StartAsync(member, token),
                (_, token) => context.ServiceOf(member).StopAsync(member, token));
        }
    }

    private void AddFiles(PlanBuilder plan, MemberSpec member)
    {
        KeptPki kept = KeptPki.All(context, member, next);
        bool isKept = false;
        plan.Add(
            member.Step(StepKind.ReplaceCertificates,
                $"Replace the authority, the certificates and the keys of member {member.Name} by those of {next.Text}"),
            async (_, token) =>
            {
                await kept.KeepAsync(token).ConfigureAwait(false);
                isKept = true;
                await new MemberFiles(context.HostOf(member), member)
                    .WritePkiAsync(_issued[member.Name], token, next.Clients, next.Peers).ConfigureAwait(false);
            },
            (_, token) => isKept ? kept.PutBackAsync(token) : Task.CompletedTask);
    }

    private Task StartAsync(MemberSpec member, CancellationToken cancellationToken) => context.ServiceOf(member).StartAsync(
        member, before.RequireSpec().InstalledVersionOf(member), DataAtStart.Required, cancellationToken);
}
