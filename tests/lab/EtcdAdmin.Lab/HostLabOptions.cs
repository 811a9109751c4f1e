namespace EtcdAdmin.Lab;

/// <summary>How a lab is made.</summary>
public sealed record HostLabOptions
{
    /// <summary>What the lab is called by; null for a name of its own. Letters, digits and dashes.</summary>
    public string? Name { get; init; }

    /// <summary>How many hosts, named n1, n2 and so on; 3 unless told, and 0 for a lab whose hosts are added later.</summary>
    public int HostCount { get; init; } = 3;

    /// <summary>How each of them is made.</summary>
    public HostOptions Host { get; init; } = new();

    /// <summary>True for a lab that outlives this process; else whoever starts the next lab cleans up, should this process be killed.</summary>
    public bool Stays { get; init; }
}
