using Wire = Mvccpb;

namespace EtcdAdmin.Client.Records;

/// <summary>Options of a watch.</summary>
public sealed record WatchOptions
{
    /// <summary>The first revision to report; 0, the default, starts with the changes after the watch was set up.</summary>
    public long StartRevision { get; init; }

    /// <summary>Also reports the previous version of each changed key.</summary>
    public bool ReturnPrevious { get; init; }

    /// <summary>Requests an empty batch from time to time (default: every 10 minutes) if nothing changes, to report the revision.</summary>
    public bool ProgressNotify { get; init; }

    /// <summary>Leaves puts out.</summary>
    public bool WithoutPuts { get; init; }

    /// <summary>Leaves deletions out.</summary>
    public bool WithoutDeletes { get; init; }

    /// <summary>Allows the server to send a large batch in parts, since etcd 3.4; this client joins them. Default true.</summary>
    public bool Fragment { get; init; } = true;
}

/// <summary>The type of a change.</summary>
public enum WatchEventType
{
    /// <summary>The key was created or changed.</summary>
    Put = 0,

    /// <summary>The key was deleted, or its lease ended.</summary>
    Delete = 1,
}

/// <summary>One change of one key.</summary>
/// <param name="Type">The type of change.</param>
/// <param name="KeyValue">The key after the change; a deletion has only key and mod revision.</param>
/// <param name="Previous">The version before the change; null if it was not requested, did not exist, or was compacted.</param>
public sealed record WatchEvent(WatchEventType Type, EtcdKeyValue KeyValue, EtcdKeyValue? Previous)
{
    internal static WatchEvent From(Wire.Event change) =>
        new((WatchEventType)change.Type, EtcdKeyValue.From(change.Kv), EtcdKeyValue.FromOptional(change.PrevKv));
}

/// <summary>Changes of one batch, in the order of revisions; a revision is never split.</summary>
/// <param name="Header">The header of the answer.</param>
/// <param name="Events">Empty in the first batch, which reports that the watch is set up, and in progress notifications.</param>
public sealed record WatchBatch(EtcdHeader Header, IReadOnlyList<WatchEvent> Events);
