namespace EtcdAdmin.Snapshots.Formats;

/// <summary>What an entry of an archive may be, judged by its name and by how it begins; names decide nothing but that.</summary>
/// <param name="Name">As the archive has it.</param>
/// <param name="Fitness">The better one is taken; 0 is not a database.</param>
internal sealed record ArchiveEntry(string Name, int Fitness)
{
    private static readonly string[] FolderSeparators = ["/", "\\"];

    /// <param name="name">As the archive has it.</param>
    /// <param name="head">The first bytes of the file.</param>
    public static ArchiveEntry Judge(string name, ReadOnlySpan<byte> head)
    {
        string file = FileOf(name);
        bool isDatabase = ContentKinds.IsDatabase(head);
        // A database that came from another member and was not yet put in place: etcd calls it (index).snap.db.
        bool isPending = file.EndsWith(".snap.db", StringComparison.Ordinal);
        bool isCalledSo = file == "db" || file.EndsWith(".db", StringComparison.Ordinal);
        int fitness = (isDatabase, isPending, file) switch
        {
            (true, false, "db") => 5,
            (true, false, _) when isCalledSo => 4,
            (true, false, _) => 3,
            (true, true, _) => 2,
            // Let the reader say what is wrong with it.
            (false, false, _) when isCalledSo && !head.IsEmpty => 1,
            _ => 0,
        };
        return new ArchiveEntry(name, fitness);
    }

    /// <summary>Whether an entry of this name is a segment of a write-ahead log: what the members agreed on before it reached the database.</summary>
    public static bool IsLog(string name) => FileOf(name).EndsWith(".wal", StringComparison.Ordinal);

    /// <summary>Whether an entry of this name is a snapshot of raft, which holds the v2 keys.</summary>
    public static bool IsRaftSnapshot(string name) => FileOf(name).EndsWith(".snap", StringComparison.Ordinal);

    private static string FileOf(string name) => name.Split(FolderSeparators, StringSplitOptions.None)[^1];
}
