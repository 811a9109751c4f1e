using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Plans;

/// <summary>A change that has been planned and may be carried out: look at <see cref="Plan"/>, then <see cref="RunAsync"/>.</summary>
/// <typeparam name="TResult">What it leaves behind.</typeparam>
public sealed class Operation<TResult>
{
    private readonly Func<CancellationToken, Task<Operation<TResult>>> _planAgain;
    private readonly TakeLock _lock;
    private readonly Func<CancellationToken, Task<TResult>> _result;
    private bool _hasRun;

    /// <summary>Makes an operation.</summary>
    /// <param name="plan">What it would do.</param>
    /// <param name="warnings">What the operator should know before agreeing.</param>
    /// <param name="takeLock">Keeps others from changing the same cluster meanwhile.</param>
    /// <param name="planAgain">Plans anew, under the lock.</param>
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

    /// <summary>What it does, in order. Making it changed nothing.</summary>
    public Plan Plan { get; }

    /// <summary>What the operator should know before agreeing.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Carries the plan out.</summary>
    /// <param name="events">Gets progress, messages and warnings.</param>
    /// <param name="cancellationToken">Stops it; what had been begun is undone or can be carried on.</param>
    /// <param name="throttleLimit">How many steps of a stage run at once, at least 1.</param>
    /// <exception cref="EtcdException">
    /// ClusterBusy: somebody else is changing the cluster. PlanOutdated: it is no longer as it was when this was planned, and something would
    /// be done that was not agreed to; nothing was done. Otherwise that of the step that failed.
    /// </exception>
    public async Task<TResult> RunAsync(
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken, int throttleLimit = PlanExecutor.DefaultThrottleLimit)
    {
        IOperationLock held = await _lock(Plan.Title, events, cancellationToken).ConfigureAwait(false);
        await using var letGo = held.ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
        try
        {
            return await RunLockedAsync(events, throttleLimit, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (held.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Lost(e);
        }
    }

    private EtcdException Lost(OperationCanceledException cause)
    {
        Rollback? rollback = (cause as PlanStoppedException)?.Rollback;
        string outcome = rollback switch
        {
            null when _hasRun => "All steps are done.",
            null => "Nothing was changed.",
            { IsTidyingUp: true } => "All changes are made and stay; the proof that follows them was broken off.",
            { Text.Length: 0 } => "What was done so far stays.",
            { Text: var text } => text,
        };
        const string Again = "See that all hosts can be reached, then run the same command again; it carries on.";
        return new EtcdException(EtcdErrorIds.ConnectionLost,
            $"A host of cluster '{Plan.Cluster}' could no longer be reached, so others may change the cluster now, and the operation was stopped. {outcome}", cause)
        {
            Target = Plan.Cluster,
            NextStep = rollback?.NextStep is { } left ? $"{Again} {left}" : Again,
        };
    }

    private async Task<TResult> RunLockedAsync(IProgress<EtcdEvent>? events, int throttleLimit, CancellationToken cancellationToken)
    {
        // What was agreed to is what is done, or less: between planning and agreeing, hosts and members may have changed.
        Operation<TResult> now = await _planAgain(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PlanStep>? dropped = AgreedSteps.FindDropped(Plan, now.Plan);
        // A step may also be gone because it can no longer be done, as on a host that was lost. The planner warns of that.
        string[] unseen = dropped is [] ? [] : [.. now.Warnings.Except(Warnings, StringComparer.Ordinal)];
        if (dropped is null || unseen.Length > 0) throw OutdatedPlan.Of(Plan, now.Plan, unseen);
        foreach (PlanStep step in dropped) events.Message($"No longer to be done: {step.HostName}: {step.Action}");
        await PlanExecutor.RunAsync(now.Plan, events, throttleLimit, cancellationToken).ConfigureAwait(false);
        _hasRun = true;
        return await now._result(cancellationToken).ConfigureAwait(false);
    }
}
