namespace EtcdAdmin.Maintenance.History;

/// <summary>The request to compact the history. Without a revision and a number, only the present values are kept.</summary>
public sealed record CompactionRequest
{
    /// <summary>The oldest revision that is kept.</summary>
    public long? Revision { get; init; }

    /// <summary>How many of the newest revisions are kept, at least 1.</summary>
    public long? Keep { get; init; }

    /// <summary>Waits until all members have deleted the history from their databases.</summary>
    public bool Physical { get; init; }
}
