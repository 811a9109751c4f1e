namespace EtcdAdmin.Plans;

/// <summary>What a step says of itself; the builder adds number and stage.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="HostName">Where.</param>
/// <param name="Action">The same for people, as an order.</param>
internal sealed record StepText(StepKind Kind, string HostName, string Action)
{
    private const string ThisMachine = "this machine";

    /// <summary>A step that this machine carries out: it calls the cluster, or changes what is kept here.</summary>
    public static StepText Here(StepKind kind, string action, string? member = null) => new(kind, ThisMachine, action) { Member = member };

    /// <summary>The member that it is done to; null for a step about a host or the cluster.</summary>
    public string? Member { get; init; }

    /// <summary>What it is done to, for its identity: the member, the host, or nothing where that is the cluster.</summary>
    public string Subject { get => field ?? Member ?? (HostName == ThisMachine ? "" : HostName); init; }

    /// <summary>Its identity: the kind, and what it is done to.</summary>
    public string Id => Subject.Length == 0 ? Kind.ToString() : $"{Kind}/{Subject}";

    /// <summary>What else is agreed to, such as the device that is formatted; null where the identity says all. What a plan is free to choose, such as a free port, is not in it.</summary>
    public string? Detail { get; init; }

    /// <summary>What stops working meanwhile.</summary>
    public Interruption Interrupts { get; init; }

    /// <summary>See <see cref="PlanStep.VotersUp"/>.</summary>
    public int? VotersUp { get; init; }

    /// <summary>What is left of a step without an undo when the plan is rolled back; null for nothing that an operator has to know.</summary>
    public string? Leaves { get; init; }
}
