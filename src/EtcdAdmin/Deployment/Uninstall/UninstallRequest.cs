namespace EtcdAdmin.Deployment.Uninstall;

/// <summary>The request to uninstall a cluster from its hosts.</summary>
public sealed record UninstallRequest
{
    /// <summary>Removes also the data folders of the members, with all data that was moved aside in them.</summary>
    public bool RemoveData { get; init; }

    /// <summary>Leaves hosts that cannot be managed now as they are. Without it, one such host stops the removal on all hosts.</summary>
    public bool Force { get; init; }
}
