using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Plans;

/// <summary>A planned change. Look at <see cref="Plan"/>, then call <see cref="RunAsync"/>.</summary>
/// <typeparam name="TResult">The result of the operation.</typeparam>
public sealed class Operation<TResult>
{
    private readonly Func<CancellationToken, Task<Operation<TResult>>> _planAgain;
    private readonly TakeLock _lock;
    private readonly Func<CancellationToken, Task<TResult>> _result;
    private bool _hasRun;

    /// <summary>Makes an operation.</summary>
    /// <param name="plan">The steps.</param>
    /// <param name="warnings">What the operator should know before agreeing.</param>
    /// <param name="takeLock">Takes the lock that keeps other operations away from the cluster.</param>
    /// <param name="planAgain">Makes the plan again, under the lock.</param>
    /// <param name="result">Makes the result when all steps are done.</param>
    internal Operation(
        Plan plan,
        IReadOnlyList<string> warnings,
        TakeLock takeLock,
        Func<CancellationToken, Task<Operation<TResult>>> planAgain,
        Func<CancellationToken, Task<TResult>> result)
    {
        Plan = plan;
        Warnings = warnings;
        _lock = takeLock;
        _planAgain = planAgain;
        _result = result;
    }

    /// <summary>The steps of the operation, in order. Planning changed nothing.</summary>
    public Plan Plan { get; }

    /// <summary>What the operator should know before agreeing.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Runs the plan.</summary>
    /// <param name="events">Gets progress, messages and warnings.</param>
    /// <param name="cancellationToken">Stops the operation. Steps that were begun are rolled back, or the same command continues them.</param>
    /// <param name="throttleLimit">How many steps of a stage run at once, at least 1.</param>
    /// <exception cref="EtcdException">
    /// ClusterBusy: another operation is changing the cluster. PlanOutdated: the cluster has changed since the plan was made, and the new plan
    /// does something that was not agreed to; nothing was done. Otherwise the error of the step that failed.
    /// </exception>
    public async Task<TResult> RunAsync(
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken, int throttleLimit = PlanExecutor.DefaultThrottleLimit)
    {
        IOperationLock held = await _lock(Plan.Title, events, cancellationToken).ConfigureAwait(false);
        await using var release = held.ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
        try
        {
            return await RunLockedAsync(events, throttleLimit, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (held.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Lost(e, await held.WhyLostAsync().ConfigureAwait(false));
        }
    }

    private EtcdException Lost(OperationCanceledException cause, string? reason)
    {
        Rollback? rollback = (cause as PlanStoppedException)?.Rollback;
        string outcome = rollback switch
        {
            null when _hasRun => "All steps are done.",
            null => "Nothing was changed.",
            { IsTidyingUp: true } =>
                "All changes are made and are kept. Only the check at the end was interrupted; check the members with Get-EtcdHealth.",
            { Text.Length: 0 } => "The steps done so far are kept.",
            { Text: var text } => text,
        };
        const string Again = "Check that all hosts can be reached, then run the same command again; it carries on where it stopped.";
        return new EtcdException(EtcdErrorIds.ConnectionLost,
            $"The operation on cluster '{Plan.Cluster}' was stopped: {reason ?? "one of its hosts can no longer be reached"}. "
            + $"So the lock of that host is lost, and another operation could change the cluster at the same time. {outcome}", cause)
        {
            Target = Plan.Cluster,
            NextStep = rollback?.NextStep is { } left ? $"{Again} {left}" : Again,
        };
    }

    private async Task<TResult> RunLockedAsync(IProgress<EtcdEvent>? events, int throttleLimit, CancellationToken cancellationToken)
    {
        // Only agreed steps are run: hosts and members may have changed between planning and agreeing.
        Operation<TResult> now = await _planAgain(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PlanStep>? dropped = AgreedSteps.FindDropped(Plan, now.Plan);
        // A step may also be missing because it can no longer be run, for example on a lost host. The planner then adds a warning.
        string[] unseen = dropped is [] ? [] : [.. now.Warnings.Except(Warnings, StringComparer.Ordinal)];
        if (dropped is null || unseen.Length > 0) throw OutdatedPlan.Of(Plan, now.Plan, unseen);
        foreach (PlanStep step in dropped) events.Message($"No longer needed: {step.HostName}: {step.Action}");
        await PlanExecutor.RunAsync(now.Plan, events, throttleLimit, cancellationToken).ConfigureAwait(false);
        _hasRun = true;
        return await now._result(cancellationToken).ConfigureAwait(false);
    }
}
