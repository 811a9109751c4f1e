using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>etcd's own part of a downgrade: while it is enabled, members of the older version may join, and the data is written in its
/// format.</summary>
/// <remarks>Source: etcd <c>server/etcdserver/version/monitor.go</c> and <c>downgrade.go</c> (3.6). etcd ends the downgrade by itself when all
/// members run the older version.</remarks>
/// <param name="state">How far the change has come.</param>
/// <param name="change">A downgrade.</param>
/// <param name="timeout">How long the members have to convert their data.</param>
internal sealed class DowngradeSteps(UpdateState state, VersionChange change, TimeSpan timeout)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);

    private string Target => MinorLine.Of(change.To).ClusterVersion.ToString();

    /// <summary>Asks etcd whether the downgrade is possible; changes nothing.</summary>
    /// <exception cref="EtcdException">UpgradeRefused.</exception>
    public async Task ValidateAsync(CancellationToken cancellationToken)
    {
        if (await IsEnabledAsync(cancellationToken).ConfigureAwait(false)) return;
        try
        {
            await state.Cluster.Client.Maintenance.DowngradeAsync(DowngradeAction.Validate, Target, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e)
        {
            throw new EtcdException(
                EtcdErrorIds.UpgradeRefused, $"Cluster '{state.Cluster.Name}' refuses the downgrade to etcd {change.To}: {e.Message}", e)
            {
                Target = state.Cluster.Name,
                NextStep = e.NextStep,
            };
        }
    }

    /// <summary>Adds the step before the first member.</summary>
    public void AddTo(PlanBuilder plan) => plan.NextStage().Add(
        StepText.Here(
            StepKind.EnableDowngrade, $"Enable the downgrade to {MinorLine.Of(change.To)}, and wait until all members have converted their data") with
        {
            Subject = Target,
        },
        (_, token) => EnableAsync(token),
        (_, token) => UndoEnableAsync(token)).NextStage();

    /// <summary>Adds the step that cancels a downgrade in progress, because the members go to a newer version again.</summary>
    public void AddCancelTo(PlanBuilder plan) => plan.NextStage().Add(
        StepText.Here(StepKind.CancelDowngrade, "Cancel the downgrade in progress"), (_, token) => CancelAsync(token)).NextStage();

    /// <summary>Returns when etcd has ended the downgrade: until then, no member may be upgraded.</summary>
    /// <exception cref="EtcdException">StepFailed: not in time.</exception>
    public Task WaitUntilOverAsync(CancellationToken cancellationToken) => UntilAsync(
        all => all.All(status => status.DowngradeTarget is null), act: null, "have not ended the downgrade", cancellationToken);

    private Task EnableAsync(CancellationToken cancellationToken) => UntilAsync(
        all => all.Any(IsEnabled) && all.All(IsConverted),
        async (all, token) =>
        {
            if (!all.Any(IsEnabled)) await CallAsync(DowngradeAction.Enable, Target, token).ConfigureAwait(false);
        },
        $"have not converted their data for etcd {MinorLine.Of(change.To)}",
        cancellationToken);

    private Task CancelAsync(CancellationToken cancellationToken) => UntilAsync(
        all => all.All(status => status.DowngradeTarget is null), (_, token) => CallAsync(DowngradeAction.Cancel, null, token),
        "have not cancelled the downgrade", cancellationToken);

    private async Task UndoEnableAsync(CancellationToken cancellationToken)
    {
        if (state.HasChanged)
        {
            throw new StepNotUndoneException("members run the older version already, which they may only while the downgrade is enabled",
                $"Run the same command again to continue. To roll back, run Update-EtcdCluster {state.Cluster.Name} -Version {change.From}.");
        }

        await CancelAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task UntilAsync(
        Func<MemberStatus[], bool> isDone, Func<MemberStatus[], CancellationToken, Task>? act, string problem, CancellationToken cancellationToken)
    {
        long start = state.Context.Clock.GetTimestamp();
        while (true)
        {
            MemberStatus[] all = await StatusesAsync(cancellationToken).ConfigureAwait(false);
            if (isDone(all)) return;
            if (state.Context.Clock.GetElapsedTime(start) >= timeout)
            {
                throw new EtcdException(EtcdErrorIds.StepFailed,
                    $"The members of cluster '{state.Cluster.Name}' {problem} within {timeout.TotalSeconds:0} s.")
                {
                    Target = state.Cluster.Name,
                    NextStep = "Read the leader's log, then run the same command again, with a longer -Timeout.",
                };
            }

            if (act is not null) await act(all, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, state.Context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CallAsync(DowngradeAction action, string? version, CancellationToken cancellationToken)
    {
        try
        {
            await state.Cluster.Client.Maintenance.DowngradeAsync(action, version, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.Unavailable or EtcdErrorKind.Timeout or EtcdErrorKind.Connection
            || e.Error is EtcdError.DowngradeInProcess or EtcdError.NoInflightDowngrade)
        {
            // The members' status shows whether it was applied; if not, it is asked for again.
        }
    }

    private async Task<bool> IsEnabledAsync(CancellationToken cancellationToken) =>
        (await StatusesAsync(cancellationToken).ConfigureAwait(false)).Any(IsEnabled);

    private bool IsEnabled(MemberStatus status) => IsTarget(status.DowngradeTarget);

    // Members of the older version, which are done, do not report the version of their data.
    private bool IsConverted(MemberStatus status) => status.StorageVersion is null || IsTarget(status.StorageVersion);

    private bool IsTarget(string? text) => EtcdVersion.TryParse(text, out EtcdVersion version) && MinorLine.Of(version) == MinorLine.Of(change.To);

    /// <summary>The status of all members that answer: one may be down, because an earlier run was interrupted.</summary>
    private async Task<MemberStatus[]> StatusesAsync(CancellationToken cancellationToken)
    {
        Task<MemberStatus>[] asked =
        [
            .. state.Cluster.Endpoints.Select(endpoint => state.Cluster.Client.ForEndpoint(endpoint).WithCalls(CallTimeout, retry: false)
                .Maintenance.StatusAsync(cancellationToken)),
        ];
        await Task.WhenAny(Task.WhenAll(asked)).ConfigureAwait(false); // failures are looked at one by one
        cancellationToken.ThrowIfCancellationRequested();
        return asked.Any(one => one.IsCompletedSuccessfully)
            ? [.. asked.Where(one => one.IsCompletedSuccessfully).Select(one => one.Result)]
            : [await asked[0].ConfigureAwait(false)];
    }
}
