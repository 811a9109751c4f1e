namespace EtcdAdmin.Client.Records;

/// <summary>What to be told while watching.</summary>
public sealed record WatchOptions
{
    /// <summary>The first revision to be told of; 0, the default, begins with what happens after the watch was set up.</summary>
    public long StartRevision { get; init; }

    /// <summary>Asks for what keys were before each change.</summary>
    public bool ReturnPrevious { get; init; }

    /// <summary>Asks for an empty batch now and then (every 10 minutes by default) when nothing happens, to tell the revision.</summary>
    public bool ProgressNotify { get; init; }

    /// <summary>Leaves puts out.</summary>
    public bool WithoutPuts { get; init; }

    /// <summary>Leaves deletions out.</summary>
    public bool WithoutDeletes { get; init; }

    /// <summary>Lets the server send a large batch in parts, since etcd 3.4; it arrives here whole. Default true.</summary>
    public bool Fragment { get; init; } = true;
}

/// <summary>What happened to a key.</summary>
public enum WatchEventType
{
    /// <summary>It was made or changed.</summary>
    Put = 0,

    /// <summary>It was deleted, or its lease ended.</summary>
    Delete = 1,
}

/// <summary>One change of one key.</summary>
/// <param name="Type">What happened.</param>
/// <param name="KeyValue">The key as it is now; of a deletion only key and mod revision.</param>
/// <param name="Previous">What it was; null if it was not asked for, is new, or was compacted away.</param>
public sealed record WatchEvent(WatchEventType Type, EtcdKeyValue KeyValue, EtcdKeyValue? Previous)
{
    internal static WatchEvent From(Wire.Event change) =>
        new((WatchEventType)change.Type, EtcdKeyValue.From(change.Kv), EtcdKeyValue.FromOptional(change.PrevKv));
}

/// <summary>Changes that came together, in the order of revisions; a revision is never split.</summary>
/// <param name="Header">Who told.</param>
/// <param name="Events">Empty in the first batch, which says that the watch is set up, and in progress notifications.</param>
public sealed record WatchBatch(EtcdHeader Header, IReadOnlyList<WatchEvent> Events);
