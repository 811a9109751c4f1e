namespace EtcdAdmin.Database.Wal;

/// <summary>Receives the records of a log while it is read, in their order.</summary>
internal interface IWalObserver
{
    /// <summary>An entry. It replaces all earlier entries from its index on.</summary>
    void OnEntry(WalEntry entry);

    /// <summary>The member wrote a raft snapshot of its own, or received one from the leader.</summary>
    void OnSnapshot(LogPosition snapshot);
}
