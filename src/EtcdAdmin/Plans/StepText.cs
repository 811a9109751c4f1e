namespace EtcdAdmin.Plans;

/// <summary>The description of a step; the builder adds number and stage.</summary>
/// <param name="Kind">The kind of the step.</param>
/// <param name="HostName">The host on which it runs.</param>
/// <param name="Action">What the step does, for the operator, as an imperative.</param>
internal sealed record StepText(StepKind Kind, string HostName, string Action)
{
    private const string ThisMachine = "this machine";

    /// <summary>A step that runs on this machine: it calls the cluster, or changes files here.</summary>
    public static StepText Here(StepKind kind, string action, string? member = null) => new(kind, ThisMachine, action) { Member = member };

    /// <summary>The member that the step is about; null for a step about a host or the cluster.</summary>
    public string? Member { get; init; }

    /// <summary>The object of the step, for its identity: the member, the host, or empty for the cluster.</summary>
    public string Subject { get => field ?? Member ?? (HostName == ThisMachine ? "" : HostName); init; }

    /// <summary>The identity of the step: its kind and its object.</summary>
    public string Id => Subject.Length == 0 ? Kind.ToString() : $"{Kind}/{Subject}";

    /// <summary>
    /// What else the operator agrees to, such as the device that is formatted; null where the identity says all. A value that the plan may
    /// choose, such as a free port, is not part of it.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>What stops working while the step runs.</summary>
    public Interruption Interrupts { get; init; }

    /// <summary>See <see cref="PlanStep.VotersUp"/>.</summary>
    public int? VotersUp { get; init; }

    /// <summary>What a step without an undo leaves when the plan is rolled back; null where an operator needs to know nothing.</summary>
    public string? Leaves { get; init; }
}
