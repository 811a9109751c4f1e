using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Database.V2Store;

/// <summary>Collects what a log holds for the v2 store after a raft snapshot.</summary>
/// <param name="from">The index of the raft snapshot; 0 for none.</param>
internal sealed class V2LogObserver(ulong from) : IWalObserver
{
    private readonly List<Found> _found = [];
    private readonly List<LogPosition> _snapshots = [];

    /// <summary>What an entry is for the v2 store.</summary>
    private enum Kind
    {
        Membership,
        Disallowed,
        ConfChange,
    }

    /// <summary>Whether the member recorded a raft snapshot that it had committed. Only then etcd uses its file.</summary>
    /// <param name="snapshot">The snapshot's position, from the name of its file.</param>
    /// <param name="commit">The last index that the log knows to be committed.</param>
    public bool Recorded(LogPosition snapshot, ulong commit) => snapshot.Index <= commit && _snapshots.Contains(snapshot);

    /// <summary>The newest raft snapshot that the log records; etcd 3.7 starts there.</summary>
    /// <param name="commit">The last index that the log knows to be committed.</param>
    public LogPosition Newest(ulong commit) => _snapshots.LastOrDefault(snapshot => snapshot.Index <= commit);

    /// <summary>Number of entries that etcd 3.6 does not replay.</summary>
    public long Disallowed => _found.LongCount(found => found.Kind == Kind.Disallowed);

    /// <summary>Number of entries for the v2 store after an index, of any kind; etcd 3.7 replays none of them.</summary>
    public long AllAfter(ulong index) => _found.LongCount(found => found.Kind != Kind.ConfChange && found.Index > index);

    /// <summary>The first cluster version that the entries set; null if they set none.</summary>
    public string? FirstClusterVersion => _found.FirstOrDefault(found => found.Request is { Path: V2Tree.ClusterVersionPath }).Request?.Value;

    /// <summary>Applies the entries to the store of the raft snapshot.</summary>
    public void ApplyTo(V2Tree store)
    {
        foreach (Found found in _found)
        {
            if (found.Request is { } request) V2Replay.Apply(store, request);
            else if (found.Change is { } change) V2Replay.ApplyMembership(store, change);
        }
    }

    /// <summary>The store of a raft snapshot (null for none) after the entries.</summary>
    public V2Tree StoreAfter(RaftSnapshot? snapshot)
    {
        V2Tree store = snapshot?.Store ?? V2Tree.Empty();
        ApplyTo(store);
        return store;
    }

    /// <inheritdoc/>
    public void OnEntry(WalEntry entry)
    {
        ulong index = entry.Position.Index;
        if (index <= from) return;
        while (_found.Count > 0 && _found[^1].Index >= index) _found.RemoveAt(_found.Count - 1); // replaced by a later leader
        if (entry.Type != WalEntryType.Normal) _found.Add(new Found(index, Kind.ConfChange, null, entry.Data.ToArray()));
        else if (V2Request.Parse(entry.Data) is { } request)
            _found.Add(new Found(index, request.IsMembership ? Kind.Membership : Kind.Disallowed, request.IsWrite ? request : null, null));
    }

    /// <inheritdoc/>
    public void OnSnapshot(LogPosition snapshot) => _snapshots.Add(snapshot);

    private readonly record struct Found(ulong Index, Kind Kind, V2Request? Request, byte[]? Change);
}
