namespace EtcdAdmin.Deployment.Uninstall;

/// <summary>How a cluster is taken off its hosts.</summary>
public sealed record UninstallRequest
{
    /// <summary>Removes the data folders of the members too, with everything that was moved aside in them.</summary>
    public bool RemoveData { get; init; }

    /// <summary>Leaves hosts that cannot be managed now as they are. Otherwise one such host keeps everything from being removed.</summary>
    public bool Force { get; init; }
}
