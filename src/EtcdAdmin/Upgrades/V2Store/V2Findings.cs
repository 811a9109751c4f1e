using System.Globalization;
using EtcdAdmin.Database.V2Store;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>What a member's raft data holds for the v2 store, and which versions of etcd can start with it.</summary>
internal sealed record V2Findings
{
    /// <summary>The member.</summary>
    public required string Member { get; init; }

    /// <summary>Why the data could not be read; null if it was read. Everything else is then unknown.</summary>
    public string? Unreadable { get; init; }

    /// <summary>The names of its raft snapshots (<c>.snap</c>), the newest first. etcd 3.7 neither reads nor deletes them.</summary>
    public IReadOnlyList<string> SnapshotFiles { get; init; } = [];

    /// <summary>The index of the raft snapshot that etcd up to 3.6 starts from; 0 if there is none.</summary>
    public ulong SnapshotIndex { get; init; }

    /// <summary>The index of the newest raft snapshot that the log records, from which etcd 3.7 starts; 0 if there is none.</summary>
    public ulong RecordedIndex { get; init; }

    /// <summary>The index of the last entry of the log.</summary>
    public ulong LastIndex { get; init; }

    /// <summary>Number of v2 keys of users in that raft snapshot, hidden ones included.</summary>
    public long KeysInSnapshot { get; init; }

    /// <summary>Whether etcd finds content of users in that raft snapshot: keys, directories, users or roles.</summary>
    public bool SnapshotHasContent { get; init; }

    /// <summary>The version of the cluster in that raft snapshot; null if there is none.</summary>
    public string? SnapshotClusterVersion { get; init; }

    /// <summary>The first version of the cluster in the log after that raft snapshot; null if the log sets none.</summary>
    public string? FirstClusterVersionInLog { get; init; }

    /// <summary>Number of entries after that raft snapshot that etcd 3.6 cannot replay.</summary>
    public long DisallowedEntries { get; init; }

    /// <summary>Number of entries for the v2 store after the newest recorded raft snapshot. etcd 3.7 can replay none, not even the ones with which
    /// a member of 3.5 publishes its name at each start.</summary>
    public long EntriesOfAnyKind { get; init; }

    /// <summary>Number of v2 keys of users that exist now, hidden ones included.</summary>
    public long Keys { get; init; }

    /// <summary>Number of those that API 2 does not list, because a part of their path begins with an underscore.</summary>
    public long HiddenKeys { get; init; }

    /// <summary>Number of users and roles of API 2 that exist now.</summary>
    public int UsersAndRoles { get; init; }

    /// <summary>Whether etcd would find content of users in a raft snapshot that the member wrote now.</summary>
    public bool HasContent { get; init; }

    /// <summary>What keeps a version from starting with this data; null for nothing.</summary>
    /// <param name="target">The version; only its minor version counts.</param>
    public V2Obstacle? ObstacleTo(EtcdVersion target)
    {
        if (Unreadable is not null || target.Major != 3) return null;
        return target.Minor switch
        {
            5 when IsBefore3(SnapshotClusterVersion) => new V2Obstacle(
                V2Cure.RaftSnapshot, $"its newest raft snapshot belongs to cluster version {SnapshotClusterVersion}"),
            5 when IsBefore3(FirstClusterVersionInLog) => new V2Obstacle(
                V2Cure.RaftSnapshot, $"its write-ahead log goes back to cluster version {FirstClusterVersionInLog}"),
            6 => ObstacleTo36(),
            >= 7 => ObstacleTo37(),
            _ => null,
        };
    }

    private V2Obstacle? ObstacleTo36()
    {
        if (HasContent) return new V2Obstacle(V2Cure.ClearStore, $"its v2 store holds {Content()}");
        if (SnapshotHasContent) return new V2Obstacle(V2Cure.RaftSnapshot, "its newest raft snapshot still holds v2 keys or directories");
        return DisallowedEntries == 0 ? null : new V2Obstacle(V2Cure.RaftSnapshot, string.Create(CultureInfo.InvariantCulture,
            $"its write-ahead log holds {DisallowedEntries} v2 requests after its newest raft snapshot"));
    }

    private V2Obstacle? ObstacleTo37() => EntriesOfAnyKind == 0 ? null : new V2Obstacle(V2Cure.RaftSnapshot, string.Create(
        CultureInfo.InvariantCulture, $"its write-ahead log holds {EntriesOfAnyKind} v2 requests after its newest raft snapshot"));

    private string Content() => (Keys, UsersAndRoles) switch
    {
        (0, 0) => "v2 directories",
        (0, var access) => string.Create(CultureInfo.InvariantCulture, $"{access} users and roles of API 2"),
        (var keys, _) => string.Create(CultureInfo.InvariantCulture, $"{keys} v2 keys"),
    };

    private static bool IsBefore3(string? version) => EtcdVersion.TryParse(version, out EtcdVersion parsed) && parsed.Major < 3;

    /// <summary>The findings in a store and a log.</summary>
    /// <param name="member">The member.</param>
    /// <param name="files">Its files.</param>
    /// <param name="snapshot">The raft snapshot; null for none.</param>
    /// <param name="log">What the log holds after it.</param>
    /// <param name="last">The index of the last entry.</param>
    /// <param name="commit">The last index that the log knows to be committed.</param>
    internal static V2Findings Of(string member, RaftFiles files, RaftSnapshot? snapshot, V2LogObserver log, ulong last, ulong commit)
    {
        V2Tree store = snapshot?.Store ?? V2Tree.Empty();
        ulong recorded = log.Newest(commit).Index;
        var found = new V2Findings
        {
            Member = member,
            SnapshotFiles = [.. files.Snapshots.Select(file => file.Name)],
            SnapshotIndex = snapshot?.Position.Index ?? 0,
            RecordedIndex = recorded,
            LastIndex = last,
            KeysInSnapshot = snapshot?.Store.UserKeys ?? 0,
            SnapshotHasContent = snapshot is { Store.IsOnlyMembership: false },
            SnapshotClusterVersion = snapshot?.Store.ClusterVersion,
            FirstClusterVersionInLog = log.FirstClusterVersion,
            DisallowedEntries = log.Disallowed,
            EntriesOfAnyKind = log.AllAfter(recorded),
        };
        log.ApplyTo(store);
        return found with
        {
            Keys = store.UserKeys,
            HiddenKeys = store.HiddenKeys,
            UsersAndRoles = store.UsersAndRoles,
            HasContent = !store.IsOnlyMembership,
        };
    }
}

/// <summary>What keeps a version of etcd from starting with a member's data.</summary>
/// <param name="Cure">What removes it.</param>
/// <param name="Finding">A clause without a full stop.</param>
internal sealed record V2Obstacle(V2Cure Cure, string Finding)
{
    /// <summary>What to do.</summary>
    public string Remedy => Cure == V2Cure.ClearStore
        ? "Move the v2 keys to v3 keys, and clear the v2 store: Convert-EtcdV2Store -ClearV2."
        : "Let the member write a raft snapshot with the version that it runs: restart it with the setting snapshot-count lowered to 1.";
}

/// <summary>What removes an obstacle.</summary>
internal enum V2Cure
{
    /// <summary>The member writes a raft snapshot of its own, while it runs the present version.</summary>
    RaftSnapshot,

    /// <summary>The v2 store is cleared; then each member writes a raft snapshot.</summary>
    ClearStore,
}
