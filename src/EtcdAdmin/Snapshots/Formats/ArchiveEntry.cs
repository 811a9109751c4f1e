namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Rates an archive entry as a possible database by its name and its first bytes. Names are used for nothing else.</summary>
/// <param name="Name">The name in the archive.</param>
/// <param name="Fitness">The entry with the highest value is used; 0 is not a database.</param>
internal sealed record ArchiveEntry(string Name, int Fitness)
{
    private static readonly string[] FolderSeparators = ["/", "\\"];

    /// <param name="name">The name in the archive.</param>
    /// <param name="head">The first bytes of the file.</param>
    public static ArchiveEntry Judge(string name, ReadOnlySpan<byte> head)
    {
        string file = FileOf(name);
        bool isDatabase = ContentKinds.IsDatabase(head);
        // A database received from another member and not yet put in place: etcd names it (index).snap.db.
        bool isPending = file.EndsWith(".snap.db", StringComparison.Ordinal);
        bool hasDatabaseName = file == "db" || file.EndsWith(".db", StringComparison.Ordinal);
        int fitness = (isDatabase, isPending, file) switch
        {
            (true, false, "db") => 5,
            (true, false, _) when hasDatabaseName => 4,
            (true, false, _) => 3,
            (true, true, _) => 2,
            // The reader reports what is wrong with it.
            (false, false, _) when hasDatabaseName && !head.IsEmpty => 1,
            _ => 0,
        };
        return new ArchiveEntry(name, fitness);
    }

    /// <summary>Whether an entry with this name is a segment of a write-ahead log, which has changes that may not be in the database yet.</summary>
    public static bool IsLog(string name) => FileOf(name).EndsWith(".wal", StringComparison.Ordinal);

    /// <summary>Whether an entry with this name is a raft snapshot, which contains the v2 keys.</summary>
    public static bool IsRaftSnapshot(string name) => FileOf(name).EndsWith(".snap", StringComparison.Ordinal);

    private static string FileOf(string name) => name.Split(FolderSeparators, StringSplitOptions.None)[^1];
}
