namespace EtcdAdmin.Plans;

/// <summary>Collects the steps of a plan, stage by stage.</summary>
internal sealed class PlanBuilder(string title, string cluster)
{
    private readonly List<PlannedStep> _steps = [];
    private int _stage = 1;
    private bool _tidiesUp;

    /// <summary>See <see cref="Plan.Subject"/>.</summary>
    public string? Subject { get; init; }

    /// <summary>How long rolling back may take.</summary>
    public TimeSpan UndoLimit { get; init; } = Plan.UsualUndoLimit;

    /// <summary>See <see cref="Plan.Unsaid"/>.</summary>
    public Func<string?>? Unsaid { get; init; }

    /// <summary>Whether nothing has been added yet.</summary>
    public bool IsEmpty => _steps.Count == 0;

    /// <summary>Begins a stage: the next steps start only when all earlier steps are done.</summary>
    public PlanBuilder NextStage()
    {
        if (_steps.Count > 0 && _steps[^1].Step.Stage == _stage) _stage++;
        return this;
    }

    /// <summary>Begins the last part: the next steps only check or clean up, and nothing is rolled back from here on.</summary>
    public PlanBuilder TidyUp()
    {
        _tidiesUp = true;
        return NextStage();
    }

    /// <summary>Adds a step to the current stage.</summary>
    public PlanBuilder Add(StepText text, StepAction act, StepAction? undo = null)
    {
        var step = new PlanStep(_steps.Count + 1, _stage, text.HostName, text.Action)
        {
            Id = text.Id,
            Member = text.Member,
            Interrupts = text.Interrupts switch
            {
                Interruption.Cluster => "the whole cluster",
                Interruption.Member => $"member {text.Member}",
                _ => null,
            },
            VotersUp = text.VotersUp,
        };
        _steps.Add(new PlannedStep(step, text, act, undo) { TidiesUp = _tidiesUp });
        return this;
    }

    public Plan Build() => new(title, cluster, [.. _steps]) { Subject = Subject, UndoLimit = UndoLimit, Unsaid = Unsaid };
}
