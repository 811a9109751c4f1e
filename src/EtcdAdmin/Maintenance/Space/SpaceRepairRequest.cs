namespace EtcdAdmin.Maintenance.Space;

/// <summary>The request to bring a cluster back that has run out of space.</summary>
public sealed record SpaceRepairRequest
{
    /// <summary>How many of the newest revisions of the history are kept, at least 1. Default 1: only the present values.</summary>
    public long Keep { get; init; } = 1;

    /// <summary>Defragments the leader without moving the leadership away first.</summary>
    public bool AllowLeader { get; init; }
}
