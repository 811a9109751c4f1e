using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Applies the wanted settings to running members, one after the other.</summary>
internal sealed class RestartMember(ProvisioningWork work) : Phase(work)
{
    private readonly Dictionary<string, MemberRestart> _restarts = new(StringComparer.Ordinal);
    private string? _leader;

    /// <inheritdoc/>
    public override bool IsOneByOne => true;

    /// <inheritdoc/>
    public override async Task PrepareAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        if (Work.Cluster is { } cluster && members.Any(member => IsNeeded(member, null)))
            _leader = await MemberQuery.FindLeaderNameAsync(cluster, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The leader comes last: each restart of a leader takes an election, and one is enough.</summary>
    public override IEnumerable<MemberSpec> Order(IReadOnlyList<MemberSpec> members) => members.OrderBy(member => member.Name == _leader);

    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => join is null && Work.Runs(member) && Work.State.ConfigDiffers(member);

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) =>
        Text(member, Work.State.Wanted.Members.Count, Work.State.Wanted.Members.Count);

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        Work.HasRestarted = true;
        return Restart(member).ApplyAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override StepAction? Undo(MemberSpec member, MemberJoin? join) => (_, token) => Restart(member).UndoAsync(token);

    /// <summary>The text of the step.</summary>
    /// <param name="member">The member.</param>
    /// <param name="voters">The number of voters of the cluster.</param>
    /// <param name="votersUp">The number of voters that are up after the step.</param>
    public static StepText Text(MemberSpec member, int voters, int votersUp) =>
        member.Step(StepKind.RestartMember, $"Apply the changed settings to member {member.Name} and restart it") with
        {
            Interrupts = voters == 1 ? Interruption.Cluster : Interruption.Member,
            VotersUp = votersUp,
        };

    private MemberRestart Restart(MemberSpec member)
    {
        if (_restarts.TryGetValue(member.Name, out MemberRestart? begun)) return begun;
        // It runs, so there is one.
        return _restarts[member.Name] = new MemberRestart(Work.Context, Work.Cluster!.WithSpec(Work.Spec), member, Work.Options.Timeout, Work.Spare);
    }
}
