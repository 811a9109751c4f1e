using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Starts a member that does not run.</summary>
internal sealed class StartMember(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => !Work.Runs(member);

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) => member.Step(StepKind.StartMember, $"Start member {member.Name}") with
    {
        VotersUp = join is null
            ? Work.State.Running.Count + 1 + Work.State.Wanted.Members.TakeWhile(other => other.Name != member.Name).Count(other => !Work.Runs(other))
            : null,
    };

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        Work.Context.ServiceOf(member).StartAsync(member, Work.VersionOf(member), Data(join), cancellationToken);

    /// <inheritdoc/>
    public override StepAction? Undo(MemberSpec member, MemberJoin? join) => join is null or { Undo: JoinUndo.Nothing } ? null : async (_, token) =>
    {
        // The member leaves the cluster before it stops: if it is promoted just now, its vote is needed until it has left.
        await join.LeaveAsync(member, token).ConfigureAwait(false);
        await Work.Context.ServiceOf(member).StopAsync(member, token).ConfigureAwait(false);
    };

    // A member that has never started has confirmed nothing. Until an installation is proved, a member without data has not started.
    private DataAtStart Data(MemberJoin? join) =>
        (join is null ? Work.State.IsInstalled : join.Present is { IsStarted: true }) ? DataAtStart.Required : DataAtStart.MayBeCreated;
}
