using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Plans;

/// <summary>Runs plans: stage after stage, the steps of a stage side by side, with a rollback when a step fails.</summary>
public static class PlanExecutor
{
    /// <summary>The default number of steps of a stage that run at once.</summary>
    public const int DefaultThrottleLimit = 16;

    /// <summary>Runs a plan to its end.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="events">Gets progress, a message for every step, and a warning for each step that was not rolled back.</param>
    /// <param name="throttleLimit">How many steps of a stage run at once, at least 1.</param>
    /// <param name="cancellationToken">Stops the plan. The steps begun so far are rolled back.</param>
    /// <exception cref="EtcdException">A step failed. The error has the id of the cause; the message says what was rolled back.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the steps that were begun are rolled back.</exception>
    public static async Task RunAsync(
        Plan plan, IProgress<EtcdEvent>? events, int throttleLimit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(throttleLimit, 1);
        var run = new PlanRun(plan, events, throttleLimit);
        try
        {
            await run.ActAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            if (run.IsTidyingUp && plan.Unsaid?.Invoke() is { } unsaid) events.Warning(unsaid);
            using var limit = new CancellationTokenSource(plan.UndoLimit);
            Rollback rollback = await run.UndoAsync(limit.Token).ConfigureAwait(false);
            if (e is OperationCanceledException cancelled && cancellationToken.IsCancellationRequested)
                throw new PlanStoppedException(rollback, cancelled, cancellationToken);
            throw Failure(run, e, rollback);
        }
        finally
        {
            events.Progress(plan.Title, "Done", 1);
        }
    }

    // The output of a program may end without a full stop.
    private static string Message(Exception cause, Rollback rollback)
    {
        string first = cause.Message.TrimEnd();
        if (rollback.Text.Length == 0 || first.Length == 0) return first;
        return first[^1] is '.' or '!' or '?' or ':' ? $"{first} {rollback.Text}" : $"{first}. {rollback.Text}";
    }

    private static EtcdException Failure(PlanRun run, Exception cause, Rollback rollback)
    {
        var known = cause as EtcdException;
        string nextStep = known?.NextStep ?? (run.IsTidyingUp
            ? "Fix the cause, then remove by hand only what is named here as not rolled back. Do not delete etcd data before all members serve "
                + "(Get-EtcdHealth)."
            : "Fix the cause and run the same command again; it carries on from here.");
        return new EtcdException(
            known?.ErrorId ?? EtcdErrorIds.StepFailed, Message(cause, rollback), cause)
        {
            Target = known?.Target ?? run.Cluster,
            NextStep = rollback.NextStep is { } left ? $"{nextStep} {left}" : nextStep,
        };
    }
}
