using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Provisioning.Tls;

/// <summary>Brings all members to one stage of TLS, one after the other. It is undone as a whole until all members have reached it, and then
/// kept.</summary>
/// <param name="context">The environment.</param>
/// <param name="membership">The members and their health now.</param>
/// <param name="state">The facts of the hosts.</param>
/// <param name="issuer">The certificates.</param>
/// <param name="timeout">How long the members may take to serve again.</param>
internal sealed class TlsRoll(AdminContext context, Membership membership, InstallState state, TlsIssuer issuer, TimeSpan timeout)
{
    private readonly List<MemberRestart> _restarts = [];
    private bool _isDone;

    /// <summary>The specification before the first member changes.</summary>
    public required ClusterSpec Before { get; init; }

    /// <summary>The specification while members change.</summary>
    public required ClusterSpec During { get; init; }

    /// <summary>The specification when all members have changed.</summary>
    public required ClusterSpec After { get; init; }

    /// <summary>The peer URLs that the cluster has for each member before, by name.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<Uri>> PeerUrls { get; init; }

    private TlsStage Stage => During.TlsStage;

    private string Name => membership.Cluster.Name;

    private bool IsUp => During.TlsChange is { } change && change.Lowest < change.Target;

    private bool Issues => Stage == TlsStage.Prepared && IsUp;

    /// <summary>The members that are not in the stage yet, or were not restarted since their files were written.</summary>
    public IReadOnlyList<MemberSpec> Changed
    {
        get
        {
            InstallState wanted = state with { Wanted = After };
            return [.. After.Members.Where(member =>
                wanted.ConfigDiffers(member) || !state.Running.Contains(member.Name) || state.FactsOf(member).IsOutdated)];
        }
    }

    /// <summary>The peer URLs that the cluster has for each member afterwards.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Uri>> PeerUrlsAfter =>
        After.Members.ToDictionary(member => member.Name, member => (IReadOnlyList<Uri>)[member.PeerUrl(After.Tls)], StringComparer.Ordinal);

    /// <summary>Adds the steps.</summary>
    public void AddTo(PlanBuilder plan)
    {
        plan.NextStage().Add(
            StepText.Here(StepKind.SaveProfile, Issues
                ? $"Prepare TLS in the profile of cluster {Name}{issuer.Introduction}"
                : $"Note in the profile of cluster {Name} that its members change until they all {TlsText.Of(Stage)}") with
            { Subject = $"begin-{Stage}" },
            (_, token) => BeginAsync(token),
            (_, token) => UndoBeginAsync(token));
        foreach (MemberSpec member in new RollingRestart(membership).Order(Changed)) AddMember(plan, member);
        MemberSpec[] moved = [.. After.Members.Where(member => HasOldUrl(member) || LacksUrl(member))];
        if (moved.Length > 0) AddLastUrls(plan, moved);
        plan.NextStage().Add(
            StepText.Here(StepKind.ProveCluster, $"Prove that all {After.Members.Count} member(s) serve and {TlsText.Of(Stage)}, and record it") with
            { Subject = $"end-{Stage}" },
            (_, token) => EndAsync(token));
    }

    private void AddMember(PlanBuilder plan, MemberSpec member)
    {
        MemberRestart? restart = null;
        if (LacksUrl(member))
        {
            Uri url = member.PeerUrl(After.Tls);
            IReadOnlyList<Uri> before = PeerUrls[member.Name];
            plan.NextStage().Add(
                StepText.Here(StepKind.UpdatePeerUrls, $"Add the peer URL {EtcdConfiguration.Text(url)} of member {member.Name} to the cluster",
                    member.Name) with
                { Subject = $"{member.Name}-{Stage}", Detail = EtcdConfiguration.Text(url) },
                (_, token) => UpdateAsync(member, [.. before, url], token),
                // Both URLs do no harm while the member cannot be put back.
                (_, token) => _isDone || restart is { KeepsNew: true } ? throw Kept() : UpdateAsync(member, before, token));
        }

        plan.NextStage().Add(
            member.Step(StepKind.ChangeTls, TlsText.Restart(member.Name, Stage, IsUp)) with
            {
                Subject = $"{member.Name}-{Stage}",
                Interrupts = membership.Voters == 1 ? Interruption.Cluster : Interruption.Member,
                VotersUp = membership.VotersUp,
            },
            async (_, token) =>
            {
                restart = await RestartAsync(member, token).ConfigureAwait(false);
                _restarts.Add(restart);
                await restart.ApplyAsync(token).ConfigureAwait(false);
                await ScheduleTargets.WriteAsync(context, Name, After, member, token).ConfigureAwait(false);
            },
            (_, token) => _isDone ? throw Kept() : UndoAsync(member, restart, token));
    }

    private void AddLastUrls(PlanBuilder plan, MemberSpec[] moved) => plan.NextStage().Add(
        StepText.Here(
            StepKind.UpdatePeerUrls,
            $"Remove the {(After.Tls ? "http" : "https")}:// peer URLs of member(s) {string.Join(", ", moved.Select(member => member.Name))} "
                + "from the cluster") with
        { Subject = $"end-{Stage}" },
        async (_, token) =>
        {
            foreach (MemberSpec member in moved) await UpdateAsync(member, PeerUrlsAfter[member.Name], token).ConfigureAwait(false);
        },
        async (_, token) =>
        {
            if (_isDone) throw Kept();
            foreach (MemberSpec member in moved)
                await UpdateAsync(member, [.. PeerUrls[member.Name].Union(PeerUrlsAfter[member.Name])], token).ConfigureAwait(false);
        });

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (Issues) await issuer.PrepareAsync(During, cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(await AtAsync(During, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async Task UndoBeginAsync(CancellationToken cancellationToken)
    {
        if (_isDone || _restarts.Any(restart => restart.KeepsNew)) throw Kept();
        await context.Profiles.SaveAsync(await AtAsync(Before, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        EtcdCluster after = await AtAsync(After, cancellationToken).ConfigureAwait(false);
        // An interrupted run may have restarted a member and not come to its schedules.
        foreach (MemberSpec member in After.Members)
            await ScheduleTargets.WriteAsync(context, Name, After, member, cancellationToken).ConfigureAwait(false);
        await new HealthGate(context).WaitAsync(after, timeout, cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(after, cancellationToken).ConfigureAwait(false);
        _isDone = true;
        await MemberFiles.ForgetConfigsAsync(context, After.Members, cancellationToken).ConfigureAwait(false);
    }

    private async Task<MemberRestart> RestartAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        EtcdCluster during = await AtAsync(During, cancellationToken).ConfigureAwait(false);
        var files = new TlsFiles(
            new MemberFiles(context.HostOf(member), member), during, member,
            Issues ? token => issuer.IssueAsync(During, member, state, token) : null);
        return new MemberRestart(context, during, member, timeout, new QuorumSpare(context, during), files: files);
    }

    private async Task UndoAsync(MemberSpec member, MemberRestart? restart, CancellationToken cancellationToken)
    {
        if (restart is null) return;
        await restart.UndoAsync(cancellationToken).ConfigureAwait(false);
        await ScheduleTargets.WriteAsync(context, Name, Before, member, cancellationToken).ConfigureAwait(false);
    }

    private async Task UpdateAsync(MemberSpec member, IReadOnlyList<Uri> urls, CancellationToken cancellationToken)
    {
        EtcdCluster during = await AtAsync(During, cancellationToken).ConfigureAwait(false);
        // All members were found in the cluster when the plan was made.
        await new MembershipSteps(context, during).UpdateAsync(membership.Find(member)!.Id, urls, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The cluster for a client of this machine.</summary>
    private async Task<EtcdCluster> AtAsync(ClusterSpec spec, CancellationToken cancellationToken)
    {
        Uri[] endpoints = [.. spec.Members.SelectMany(spec.PossibleClientUrlsOf)];
        bool usesTls = endpoints.Any(url => url.Scheme == Uri.UriSchemeHttps);
        return new EtcdCluster(Name, endpoints)
        {
            Tls = usesTls ? await issuer.ReadClientAsync(spec, cancellationToken).ConfigureAwait(false) : null,
            Credential = membership.Cluster.Credential,
            Spec = spec,
        };
    }

    private bool LacksUrl(MemberSpec member) => !ProfileComparison.Has(PeerUrls[member.Name], member.PeerUrl(After.Tls));

    private bool HasOldUrl(MemberSpec member) => ProfileComparison.Has(PeerUrls[member.Name], member.PeerUrl(!After.Tls));

    private StepNotUndoneException Kept() => new(
        $"the members that {TlsText.Of(Stage)} stay so",
        $"Run the same command again to continue. To go back, run {(IsUp ? "Disable" : "Enable")}-EtcdTls {Name}.");
}
