using EtcdAdmin.Events;

namespace EtcdAdmin.Plans;

/// <summary>What would be done to a cluster, in order. Making one changes nothing; <see cref="PlanExecutor"/> carries it out.</summary>
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

    /// <summary>The whole undertaking: "Installing cluster demo".</summary>
    public string Title { get; }

    /// <summary>What it is done with, to be read before agreeing: the snapshot that is restored and what is in it; null where the title says all.</summary>
    public string? Subject { get; init; }

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; }

    /// <summary>All steps in order; empty where there is nothing to do.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Steps.Count == 0;

    /// <summary>How long rolling back may take, by default 5 min: the Ctrl+C that caused it must not cut it short, and a dead host not keep it for ever.</summary>
    public TimeSpan UndoLimit { get; internal init; } = UsualUndoLimit;

    internal IReadOnlyList<PlannedStep> Planned { get; }

    /// <summary>A warning for when it ends early while it tidies up: what an operator would have been told at its end; null where that is nothing.</summary>
    internal Func<string?>? Unsaid { get; init; }
}

/// <summary>What a step does, or how it is taken back.</summary>
/// <param name="events">Gets what there is to tell on the way.</param>
/// <param name="cancellationToken">Stops it.</param>
internal delegate Task StepAction(IProgress<EtcdEvent>? events, CancellationToken cancellationToken);

/// <summary>A step with the code that carries it out.</summary>
/// <param name="Step">What is shown.</param>
/// <param name="Text">What it is, by which it is known in another plan.</param>
/// <param name="Act">Does it. May be run again after a failure, so it must carry on from whatever it finds.</param>
/// <param name="Undo">
/// Takes it back, also when <paramref name="Act"/> stopped half way; null where nothing needs to be. Throws
/// <see cref="StepNotUndoneException"/> where it leaves things as they are on purpose: what was not undone must be said.
/// </param>
internal sealed record PlannedStep(PlanStep Step, StepText Text, StepAction Act, StepAction? Undo)
{
    /// <summary>True for a step that only tidies up: once it begins, nothing that was done before is taken back any more.</summary>
    public bool TidiesUp { get; init; }
}
