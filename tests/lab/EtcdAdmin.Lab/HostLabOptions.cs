namespace EtcdAdmin.Lab;

/// <summary>Options of a lab.</summary>
public sealed record HostLabOptions
{
    /// <summary>The name of the lab: letters, digits and dashes; null for a generated name.</summary>
    public string? Name { get; init; }

    /// <summary>The number of hosts, named n1, n2 and so on. The default is 3; use 0 to add hosts later.</summary>
    public int HostCount { get; init; } = 3;

    /// <summary>Options of the hosts.</summary>
    public HostOptions Host { get; init; } = new();

    /// <summary>True for a lab that outlives this process. Otherwise, if this process is killed, the next lab that starts removes this lab.</summary>
    public bool Stays { get; init; }
}
