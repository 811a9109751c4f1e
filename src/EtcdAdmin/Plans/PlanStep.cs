namespace EtcdAdmin.Plans;

/// <summary>One step of a plan: where it happens, what it does, what it costs.</summary>
/// <param name="Number">From 1, in the order of the plan.</param>
/// <param name="Stage">Steps of one stage run side by side; a stage starts when the one before it is done.</param>
/// <param name="HostName">Where it happens.</param>
/// <param name="Action">What it does, as an order: "Start member n1".</param>
public sealed record PlanStep(int Number, int Stage, string HostName, string Action)
{
    /// <summary>What it is, apart from its wording: its kind and what it is done to, such as <c>StartMember/n1</c>. The same in every plan that does the same.</summary>
    public string Id { get; init; } = "";

    /// <summary>The member it concerns; null for a step about the host or the whole cluster.</summary>
    public string? Member { get; init; }

    /// <summary>What stops working while it runs: "member n1", "the whole cluster"; null for nothing.</summary>
    public string? Interrupts { get; init; }

    /// <summary>How many voting members are up once it is done; null where it does not change.</summary>
    public int? VotersUp { get; init; }

    /// <summary>One line, as -WhatIf shows it.</summary>
    public override string ToString()
    {
        string line = $"{Number}. {HostName}: {Action}";
        if (Interrupts is not null) line += $" (interrupts {Interrupts})";
        if (VotersUp is { } up) line += up == 1 ? " [1 voter up after it]" : $" [{up} voters up after it]";
        return line;
    }
}
