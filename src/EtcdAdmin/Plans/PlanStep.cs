namespace EtcdAdmin.Plans;

/// <summary>One step of a plan: its place, its action and what it interrupts.</summary>
/// <param name="Number">The number of the step, from 1.</param>
/// <param name="Stage">The stage. Steps of one stage run side by side; a stage starts when the previous stage is done.</param>
/// <param name="HostName">The host on which the step runs.</param>
/// <param name="Action">What the step does, as an imperative: "Start member n1".</param>
public sealed record PlanStep(int Number, int Stage, string HostName, string Action)
{
    /// <summary>
    /// The identity of the step: its kind and its object, such as <c>StartMember/n1</c>. The same step has the same id in every plan.
    /// </summary>
    public string Id { get; init; } = "";

    /// <summary>The member that the step is about; null for a step about the host or the whole cluster.</summary>
    public string? Member { get; init; }

    /// <summary>What stops working while the step runs: "member n1", "the whole cluster"; null for nothing.</summary>
    public string? Interrupts { get; init; }

    /// <summary>The number of voters that are up after the step; null where the step does not change it.</summary>
    public int? VotersUp { get; init; }

    /// <summary>The step as one line, as -WhatIf shows it.</summary>
    public override string ToString()
    {
        string line = $"{Number}. {HostName}: {Action}";
        if (Interrupts is not null) line += $" (interrupts {Interrupts})";
        if (VotersUp is { } up) line += up == 1 ? " [1 voter up after it]" : $" [{up} voters up after it]";
        return line;
    }
}
