using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Plans;

/// <summary>One execution of a plan. It records the steps that were begun, to undo them on failure.</summary>
internal sealed class PlanRun(Plan plan, IProgress<EtcdEvent>? events, int throttleLimit)
{
    private readonly List<PlannedStep> _begun = [];
    private int _done;

    public string Cluster => plan.Cluster;

    /// <summary>Whether only checks and cleanup are left to do.</summary>
    public bool IsTidyingUp { get; private set; }

    public async Task ActAsync(CancellationToken cancellationToken)
    {
        foreach (IGrouping<int, PlannedStep> stage in plan.Planned.GroupBy(step => step.Step.Stage))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (stage.Any(step => step.TidiesUp))
            {
                // Cleanup may remove what a rollback needs, so nothing is rolled back from here on.
                IsTidyingUp = true;
                _begun.Clear();
            }

            await RunStageAsync([.. stage], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Rolls back the steps that were begun, last first. A step that cannot be undone does not stop the rollback.</summary>
    /// <returns>What was rolled back, what was not, and why.</returns>
    public async Task<Rollback> UndoAsync(CancellationToken cancellationToken)
    {
        bool undone = false;
        var left = new List<NotUndone>();
        foreach (PlannedStep planned in _begun.OrderByDescending(step => step.Step.Number))
        {
            if (planned.Undo is null) continue;
            events.Message($"Undoing: {planned.Step.HostName}: {planned.Step.Action}");
            try
            {
                await planned.Undo(events, cancellationToken).ConfigureAwait(false);
                undone = true;
            }
            catch (Exception e) when (e is EtcdException or OperationCanceledException or IOException or UnauthorizedAccessException)
            {
                var failed = new NotUndone(planned.Step, e.Message, (e as EtcdException)?.NextStep);
                left.Add(failed);
                string verb = e is StepNotUndoneException ? "Not undone:" : "Could not undo";
                events.Warning($"{verb} '{planned.Step.Action}' on {planned.Step.HostName}: {e.Message.TrimEnd('.')}. {failed.NextStep}".TrimEnd());
            }
        }

        string[] kept =
        [
            .. _begun.Where(step => step.Undo is null).OrderBy(step => step.Step.Number).Select(step => step.Text.Leaves).OfType<string>(),
        ];
        return new Rollback(undone, left, kept, IsTidyingUp);
    }

    private async Task RunStageAsync(IReadOnlyList<PlannedStep> steps, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(throttleLimit);
        Task[] running = [.. steps.Select(step => RunStepAsync(step, places, cancellationToken))];
        Task all = Task.WhenAll(running);
        try
        {
            // Wait for all steps even when one has failed: a step must have ended before it can be undone.
            await all.ConfigureAwait(false);
        }
        catch (Exception) when (all.Exception is { InnerExceptions.Count: > 1 } several)
        {
            throw Combine(several.InnerExceptions);
        }
    }

    private async Task RunStepAsync(PlannedStep planned, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            PlanStep step = planned.Step;
            lock (_begun) _begun.Add(planned);
            events.Message($"{step.Number}/{plan.Steps.Count} {step.HostName}: {step.Action}");
            events.Progress(plan.Title, $"{step.HostName}: {step.Action}", Fraction());
            await planned.Act(events, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _done);
        }
        finally
        {
            places.Release();
        }
    }

    // Never 1: that closes the activity, and the plan's end does that.
    private double Fraction() => Math.Min(0.99, (double)Volatile.Read(ref _done) / plan.Steps.Count);

    private static Exception Combine(IReadOnlyList<Exception> errors)
    {
        EtcdException[] known = [.. errors.OfType<EtcdException>()];
        if (known.Length == 0) return errors[0];
        string message = string.Join(" ", known.Select(e => e.Message).Distinct(StringComparer.Ordinal));
        return new EtcdException(known[0].ErrorId, message, new AggregateException(errors))
        {
            Target = known[0].Target,
            NextStep = known[0].NextStep,
        };
    }
}
