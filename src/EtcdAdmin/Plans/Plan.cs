using EtcdAdmin.Events;

namespace EtcdAdmin.Plans;

/// <summary>The steps of a change to a cluster, in order. Making a plan changes nothing; <see cref="PlanExecutor"/> runs it.</summary>
public sealed class Plan
{
    internal static readonly TimeSpan UsualUndoLimit = TimeSpan.FromMinutes(5);

    internal Plan(string title, string cluster, IReadOnlyList<PlannedStep> planned)
    {
        Title = title;
        Cluster = cluster;
        Planned = planned;
        Steps = [.. planned.Select(step => step.Step)];
    }

    /// <summary>What the plan does: "Installing cluster demo".</summary>
    public string Title { get; }

    /// <summary>What the plan uses, to be read before agreeing: the restored snapshot and its contents; null where the title says all.</summary>
    public string? Subject { get; init; }

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; }

    /// <summary>All steps in order; empty where there is nothing to do.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Steps.Count == 0;

    /// <summary>
    /// How long rolling back may take; default 5 min. The Ctrl+C that caused the rollback does not cut it short, and a dead host does not
    /// keep it waiting for ever.
    /// </summary>
    public TimeSpan UndoLimit { get; internal init; } = UsualUndoLimit;

    internal IReadOnlyList<PlannedStep> Planned { get; }

    /// <summary>The warning to give when the plan ends early during cleanup: what its end would have reported. Null where there is nothing.</summary>
    internal Func<string?>? Unsaid { get; init; }
}

/// <summary>The code of a step, or of its rollback.</summary>
/// <param name="events">Gets messages, warnings and progress.</param>
/// <param name="cancellationToken">Stops the step.</param>
internal delegate Task StepAction(IProgress<EtcdEvent>? events, CancellationToken cancellationToken);

/// <summary>A step with its code.</summary>
/// <param name="Step">The step as it is shown.</param>
/// <param name="Text">The identity of the step, by which another plan is compared.</param>
/// <param name="Act">Runs the step. It may be run again after a failure, so it must carry on from any state.</param>
/// <param name="Undo">
/// Rolls the step back, also when <paramref name="Act"/> stopped half way; null where no rollback is needed. Throws
/// <see cref="StepNotUndoneException"/> where it changes nothing on purpose, so that this is reported.
/// </param>
internal sealed record PlannedStep(PlanStep Step, StepText Text, StepAction Act, StepAction? Undo)
{
    /// <summary>Whether the step only checks or cleans up. Once such a step begins, earlier steps are no longer rolled back.</summary>
    public bool TidiesUp { get; init; }
}
