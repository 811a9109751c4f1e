using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Alarms;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>The request to change settings of a cluster. Null leaves a setting as it is.</summary>
public sealed record ConfigurationRequest
{
    /// <summary>The client port of all members; only where each member has its own host.</summary>
    public int? ClientPort { get; init; }

    /// <summary>The peer port of all members; only where each member has its own host.</summary>
    public int? PeerPort { get; init; }

    /// <summary>
    /// IP addresses to listen on, separated by commas; <c>0.0.0.0</c> or <c>::</c> is all addresses. All members get the same value.
    /// </summary>
    public string? BindAddress { get; init; }

    /// <summary>Whether clients need a certificate of the cluster's authority.</summary>
    public bool? RequiresClientCertificates { get; init; }

    /// <summary>Settings; null values are not changed.</summary>
    public EtcdTuning Tuning { get; init; } = new();

    /// <summary>Other entries of etcd's configuration file; a null value resets an entry to etcd's default.</summary>
    public IReadOnlyDictionary<string, object?>? Extra { get; init; }

    /// <summary>Allows settings that can lose data, such as <c>unsafe-no-fsync</c>.</summary>
    public bool Force { get; init; }

    /// <summary>What to do with settings that were changed by hand in the files of members; null refuses if there are any.</summary>
    public HandEditAction? HandEdit { get; init; }

    /// <summary>First copies members and their addresses from the cluster to the profile.</summary>
    public bool FromCluster { get; init; }

    /// <summary>Sets or releases the version hold; null leaves it as it is.</summary>
    public VersionHoldChange? VersionHold { get; init; }

    /// <summary>How long each member has to serve again.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether only the version hold is to change, for which neither the members nor the hosts are needed.</summary>
    internal bool IsOnlyHold
    {
        get
        {
            var nothing = new ConfigurationRequest();
            return VersionHold is not null && this with { VersionHold = null, HealthTimeout = nothing.HealthTimeout } == nothing;
        }
    }
}

/// <summary>Changes the settings of a running cluster, one member after the other. On failure it puts the old settings back.</summary>
/// <param name="context">The context.</param>
public sealed class ConfigurationChanger(AdminContext context)
{
    /// <summary>Plans the change; reads the cluster and the hosts, and changes nothing.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where every host has these settings already.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged, SpecInvalid, PortInUse, QuorumAtRisk, NotHealthy, and any problem of a host.</exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public async Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, ConfigurationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireSpec();
        if (request.IsOnlyHold) return await PlanHoldAsync(cluster, request, cancellationToken).ConfigureAwait(false);
        cluster.RequireConverted();
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        membership.Cluster.RequireNoTlsChange();
        var truth = new ClusterTruth(context, membership.Cluster, membership.Members);
        EtcdCluster saved = membership.Cluster;
        if (request.FromCluster)
        {
            ClusterSpec spec = await truth.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (truth.Changes.Count > 0) membership = membership with { Cluster = saved.WithSpec(spec) };
        }
        else ProfileComparison.RequireSame(saved, membership.Members);
        cluster = membership.Cluster;
        await ClientCertificateChange.CheckAsync(cluster, request, cancellationToken).ConfigureAwait(false);
        ClusterSpec wanted = SettingChanges.Apply(cluster.RequireSpec(), request);
        InstallState state = await InstallState.ReadAsync(context, cluster.Name, cluster, wanted, cancellationToken).ConfigureAwait(false);
        state.RequireOurs(context);
        IReadOnlyList<HandEdit> edits = await HandEdits.ReadAsync(context, cluster, state, wanted.Members, cancellationToken).ConfigureAwait(false);
        wanted = SettingChanges.Apply(cluster.RequireSpec(), HandEditChoice.Apply(cluster, request, edits));
        state = state with { Wanted = wanted };
        // An earlier run may have ended between writing a file and the restart, so the file alone is not enough.
        MemberSpec[] changed = [.. wanted.Members.Where(member =>
            state.ConfigDiffers(member) || !state.Running.Contains(member.Name) || state.FactsOf(member).IsOutdated)];
        new RollingRestart(membership).Require(changed, "Changing settings");
        if (changed.FirstOrDefault(member => !state.FactsOf(member).HasData) is { } lost) throw MemberDataCheck.Lost(lost);
        CheckPorts(cluster.RequireSpec(), state, changed);
        RestartSpace.Require(state, changed);

        EtcdCluster after = cluster.WithSpec(wanted with { Former = null });
        var plan = new PlanBuilder($"Changing the settings of cluster {cluster.Name}", cluster.Name);
        VersionHoldStep.AddTo(plan, context, cluster, request.VersionHold);
        var unit = new RefreshUnit(new ProvisioningWork(context, new ProvisioningOptions(), state));
        foreach (MemberSpec member in wanted.Members.Except(changed).Where(state.HasEarlierUnit))
            plan.Add(unit.Text(member, null), (events, token) => unit.RunAsync(member, null, events, token));
        var restarts = new List<MemberRestart>();
        if (truth.Changes.Count > 0) AddTruth(plan, saved, cluster, truth, restarts);
        // The only change may be the removal of a setting that was never in force.
        bool isRecorded = wanted.Tuning == cluster.RequireSpec().Tuning && after.Endpoints.ToHashSet().SetEquals(cluster.Endpoints);
        if (truth.Changes.Count > 0 || changed.Length > 0 || !isRecorded) AddSteps(plan, membership, after, changed, restarts, edits, request);
        // Also where the quota is set already: an earlier run may have ended before its last step.
        bool disarms = request.Tuning.QuotaBytes is not null && QuotaAlarm.CanBeDisarmed(membership, wanted);
        if (disarms) QuotaAlarm.AddTo(plan, context, after);
        return new Operation<EtcdCluster>(
            plan.Build(),
            warnings:
            [
                .. disarms ? [] : QuotaAlarm.Warnings(cluster, wanted, membership.Health.Alarms),
                .. ClientCertificateChange.Warnings(cluster.Name, cluster.RequireSpec(), wanted),
            ],
            OperationLock.Of(context, cluster.Name, wanted.Members),
            again => PlanAsync(cluster, request, again),
            _ => Task.FromResult(after));
    }

    // The hold is in the profile only, so the members may be down.
    private async Task<Operation<EtcdCluster>> PlanHoldAsync(EtcdCluster cluster, ConfigurationRequest request, CancellationToken cancellationToken)
    {
        EtcdCluster saved = await context.Profiles.AsSavedAsync(cluster, cancellationToken).ConfigureAwait(false);
        var plan = new PlanBuilder($"Changing the settings of cluster {cluster.Name}", cluster.Name);
        VersionHoldStep.AddTo(plan, context, saved, request.VersionHold);
        return new Operation<EtcdCluster>(
            plan.Build(),
            warnings: [],
            OperationLock.Of(context, cluster.Name, members: []),
            again => PlanAsync(cluster, request, again),
            token => context.Profiles.AsSavedAsync(cluster, token));
    }

    private void AddTruth(PlanBuilder plan, EtcdCluster saved, EtcdCluster cluster, ClusterTruth truth, IReadOnlyList<MemberRestart> restarts) =>
        plan.Add(
        StepText.Here(StepKind.SaveProfile,
            $"Save the profile of cluster {saved.Name} with members and addresses as the cluster has them ({string.Join("; ", truth.Changes)})") with
        {
            Detail = string.Join("; ", truth.Changes),
        },
        (_, token) => context.Profiles.SaveAsync(cluster, token),
        (_, token) => SaveBackAsync(saved, restarts, token)).NextStage();

    private Task SaveBackAsync(EtcdCluster before, IReadOnlyList<MemberRestart> restarts, CancellationToken cancellationToken) =>
        restarts.Any(restart => restart.KeepsNew)
            ? throw new StepNotUndoneException("the profile keeps the new settings, because at least one member runs with them")
            : context.Profiles.SaveAsync(before, cancellationToken);

    private void AddSteps(
        PlanBuilder plan, Membership membership, EtcdCluster after, MemberSpec[] changed, List<MemberRestart> restarts, IReadOnlyList<HandEdit> edits,
        ConfigurationRequest request)
    {
        EtcdCluster before = membership.Cluster;
        // While members change one by one, some have their old addresses and some their new addresses.
        EtcdCluster both = after.WithSpec(after.RequireSpec() with { Former = before.RequireSpec().Former ?? before.RequireSpec().Members })
            .Reaching([.. before.Endpoints.Union(after.Endpoints)]);
        KeepHandEdits.AddTo(plan, context, edits);
        var spare = new QuorumSpare(context, both);
        if (changed.Length > 0)
        {
            string kept = request.HandEdit == HandEditAction.Keep && edits.Any(edit => edit.Settings.Count > 0)
                ? ", including those changed by hand, which then apply to all members,"
                : "";
            plan.Add(
                StepText.Here(StepKind.SaveProfile, $"Save the new settings{kept} in the profile of cluster {before.Name}") with
                {
                    Detail = $"settings{kept}",
                },
                (_, token) => context.Profiles.SaveAsync(both, token),
                (_, token) => SaveBackAsync(before, restarts, token));
        }

        foreach (MemberSpec member in new RollingRestart(membership).Order(changed))
        {
            var restart = new MemberRestart(context, both, member, request.HealthTimeout, spare);
            restarts.Add(restart);
            AddPeerUpdate(plan, membership, both, member, restart);
            plan.NextStage()
                .Add(RestartMember.Text(member, membership.Voters, membership.VotersUp), (_, token) => restart.ApplyAsync(token), (_, token) =>
                    restart.UndoAsync(token));
        }

        plan.NextStage().Add(
            ProveCluster.Text(after.RequireSpec()),
            async (_, token) =>
            {
                await new HealthGate(context).WaitAsync(after, request.HealthTimeout, token).ConfigureAwait(false);
                await context.Profiles.SaveAsync(after, token).ConfigureAwait(false);
                await MemberFiles.ForgetConfigsAsync(context, after.RequireSpec().Members, token).ConfigureAwait(false);
            });
    }

    private void AddPeerUpdate(PlanBuilder plan, Membership membership, EtcdCluster both, MemberSpec member, MemberRestart restart)
    {
        bool tls = both.RequireSpec().Tls;
        if (membership.Find(member) is not { } present || present.PeerUrls.Contains(member.PeerUrl(tls))) return;
        var calls = new MembershipSteps(context, both);
        string url = EtcdConfiguration.Text(member.PeerUrl(tls));
        plan.NextStage().Add(
            StepText.Here(StepKind.UpdatePeerUrls, $"Set the peer URL of member {member.Name} in the cluster to {url}", member.Name) with
            {
                Detail = url,
            },
            (_, token) => calls.UpdateAsync(present.Id, [member.PeerUrl(tls)], token),
            (_, token) => restart.KeepsNew
                ? throw new StepNotUndoneException($"member {member.Name} still listens for peers at its new address")
                : calls.UpdateAsync(present.Id, present.PeerUrls, token));
    }

    private static void CheckPorts(ClusterSpec old, InstallState state, MemberSpec[] changed)
    {
        EtcdException[] taken = [.. changed.SelectMany(member =>
        {
            MemberSpec before = old.Members.First(known => known.Name == member.Name);
            return new[] { member.ClientPort, member.PeerPort }.Except([before.ClientPort, before.PeerPort])
                .Where(state.SurveyOf(member).Host.ListeningPorts.Contains)
                // A member that already runs with the new settings listens on the port itself.
                .Where(_ => !MemberFiles.IsConfig(state.FactsOf(member).ConfigSha256, state.Wanted, member))
                .Select(port => new EtcdException(EtcdErrorIds.PortInUse, $"{member.HostName} already has a process that listens on port {port}.")
                {
                    Target = member.HostName,
                    NextStep = "Find out what it is (ss -ltnp on the host). Stop it only if nothing needs it, or choose another port.",
                });
        })];
        if (taken.Length == 1) throw taken[0];
        if (taken.Length > 1) throw new AggregateException(taken);
    }
}
