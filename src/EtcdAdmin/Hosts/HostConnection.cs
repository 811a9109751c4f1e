namespace EtcdAdmin.Hosts;

/// <summary>How a host is reached. Plain data, saved with the cluster's profile; secrets are never part of it.</summary>
public sealed record HostConnection
{
    /// <summary>This machine, without any connection.</summary>
    public static HostConnection Local { get; } = new() { HostName = LocalHost.LocalName };

    /// <summary>The name or address the operator gave.</summary>
    public required string HostName { get; init; }

    /// <summary>Whether it is this machine.</summary>
    public bool IsLocal => HostName == LocalHost.LocalName;

    /// <inheritdoc/>
    public override string ToString() => HostName;
}
