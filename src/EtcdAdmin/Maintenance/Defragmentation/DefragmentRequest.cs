namespace EtcdAdmin.Maintenance.Defragmentation;

/// <summary>The request to defragment members.</summary>
public sealed record DefragmentRequest
{
    /// <summary>The default of <see cref="MinimumGainPercent"/>.</summary>
    public const int UsualGainPercent = 10;

    /// <summary>Names, ids or hosts of members; empty means all.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Defragments the leader without moving the leadership away first: the cluster then waits for an election.</summary>
    public bool AllowLeader { get; init; }

    /// <summary>Leaves members alone that would release less than this part of their database, 0 to 100. Default 10. Members before etcd 3.4 do not
    /// report it and are always defragmented.</summary>
    public int MinimumGainPercent { get; init; } = UsualGainPercent;

    /// <summary>The same in bytes. Default 0.</summary>
    public long MinimumGainBytes { get; init; }

    /// <summary>How long a member may take; null is one minute and a second for every 4 MB of its database.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>
    /// The space that must be left on the disk beside the copy: etcd reserves the next file of its log (64 MB), and the file system needs some room
    /// for itself.
    /// </summary>
    internal long ReserveBytes { get; init; } = 128L << 20;
}
