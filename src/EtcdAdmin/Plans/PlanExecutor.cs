using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Plans;

/// <summary>Carries out plans: stage after stage, the steps of one stage side by side, with rollback when one fails.</summary>
public static class PlanExecutor
{
    /// <summary>How many steps of a stage run at once unless told otherwise.</summary>
    public const int DefaultThrottleLimit = 16;

    /// <summary>Runs a plan to its end.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="events">Gets progress, a message for every step, and a warning for each step that was not rolled back.</param>
    /// <param name="throttleLimit">How many steps of a stage run at once, at least 1.</param>
    /// <param name="cancellationToken">Stops after which the steps begun so far are undone.</param>
    /// <exception cref="EtcdException">A step failed. The id is that of its cause; the message says what was undone.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what had been begun is undone.</exception>
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
            if (e is OperationCanceledException cancelled && cancellationToken.IsCancellationRequested) throw new PlanStoppedException(rollback, cancelled, cancellationToken);
            throw Describe(run, e, rollback);
        }
        finally
        {
            events.Progress(plan.Title, "Done", 1);
        }
    }

    // What a program said may end without a full stop.
    private static string Message(Exception cause, Rollback rollback)
    {
        string first = cause.Message.TrimEnd();
        if (rollback.Text.Length == 0 || first.Length == 0) return first;
        return first[^1] is '.' or '!' or '?' or ':' ? $"{first} {rollback.Text}" : $"{first}. {rollback.Text}";
    }

    private static EtcdException Describe(PlanRun run, Exception cause, Rollback rollback)
    {
        var known = cause as EtcdException;
        string nextStep = known?.NextStep ?? (run.IsTidyingUp
            ? "Fix the cause, and remove by hand what is left to be removed."
            : "Fix the cause and run the same command again; it carries on from here.");
        return new EtcdException(
            known?.ErrorId ?? EtcdErrorIds.StepFailed, Message(cause, rollback), cause)
        {
            Target = known?.Target ?? run.Cluster,
            NextStep = rollback.NextStep is { } left ? $"{nextStep} {left}" : nextStep,
        };
    }
}
