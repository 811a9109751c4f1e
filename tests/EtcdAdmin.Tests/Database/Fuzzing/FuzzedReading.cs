using System.Diagnostics;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.Database.Space;
using Microsoft.Win32.SafeHandles;

namespace EtcdAdmin.Tests.Database.Fuzzing;

/// <summary>Reads a file with every reader of this library and checks rules that hold for any content.</summary>
/// <remarks>
/// The only error is the error for a damaged file. Reading needs no more memory than a few MB and a few times the file size.
/// If the inspector accepts a file, all other readers accept it too, with the same results.
/// </remarks>
internal sealed class FuzzedReading : IDisposable
{
    // The bytes that a reader allocates for any file, in total; most of them are not in use at the same time.
    private const long AllowedBytes = 2 << 20;
    private const long AllowedTimes = 16;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly string _folder;

    /// <param name="folder">The folder for the file and for the files of sorting.</param>
    public FuzzedReading(string folder)
    {
        _folder = folder;
        _path = Path.Combine(folder, $"{Guid.NewGuid():N}.db");
        _handle = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose);
    }

    /// <summary>The longest duration of one reader.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>The most bytes that one reader allocated.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>Reads a file.</summary>
    /// <param name="content">The content of the file.</param>
    /// <param name="seed">Chooses between readers if there are several.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The damaged part; null if the file can be read.</returns>
    /// <exception cref="InvalidOperationException">A rule does not hold.</exception>
    public SnapshotPart? Read(byte[] content, int seed, CancellationToken cancellationToken)
    {
        RandomAccess.SetLength(_handle, content.Length);
        RandomAccess.Write(_handle, content, 0);
        SnapshotContents? contents = null;
        SnapshotPart? damaged = Measured(content.Length, file => contents = SnapshotContents.Read(file.Database, cancellationToken));
        SnapshotSpace? space = null;
        SnapshotPart? unmeasured = Measured(content.Length, file => space = Measure(file, cancellationToken));
        List<EtcdKeyValue>? keys = null;
        SnapshotPart? unread = Measured(
            content.Length, file => keys = ReadKeys(file, revision: null, Budget(seed, content.Length), cancellationToken));
        if (space is not null)
            Insist(space.FreeBytes >= 0 && space.FreeBytes < space.DatabaseSize, $"{space.FreeBytes} of {space.DatabaseSize} bytes are free");
        if (contents is null) return damaged;
        Insist(space is not null, $"read, but not measured: {unmeasured}");
        Insist(keys is not null, $"read, but not its keys: {unread}");
        Check(contents, space!, keys!); // both are not null, as checked above
        long retained = contents.Revision - contents.CompactRevision;
        long revision = retained <= 0 ? contents.CompactRevision : contents.CompactRevision + new Random(seed).NextInt64(retained);
        SnapshotPart? unreadThen = Measured(content.Length, file => ReadKeys(file, revision, KeySorter.UsualBudget, cancellationToken));
        Insist(unreadThen is null, $"read, but not at revision {revision}: {unreadThen}");
        return null;
    }

    public void Dispose() => _handle.Dispose();

    // Sometimes so small that keys go through several files.
    private static long Budget(int seed, long size) => seed % 64 == 0 ? 2048 + (size / 16) : KeySorter.UsualBudget;

    private SnapshotSpace Measure(SnapshotFile file, CancellationToken cancellationToken)
    {
        using var sorter = new KeySorter(KeySorter.UsualBudget, _folder);
        return SnapshotMeasurer.Measure(file, sorter, new SpaceRequest { Depth = 2, Top = 5 }, cancellationToken);
    }

    private List<EtcdKeyValue> ReadKeys(SnapshotFile file, long? revision, long budget, CancellationToken cancellationToken)
    {
        using var sorter = new KeySorter(budget, _folder);
        var query = new SnapshotKeyQuery { Revision = revision };
        SnapshotKeyReader.Collect(file, query, sorter, cancellationToken);
        var keys = new List<EtcdKeyValue>();
        while (SnapshotKeyReader.ReadBatch(file.Database, query, sorter, cancellationToken) is { Count: > 0 } batch) keys.AddRange(batch);
        return keys;
    }

    private static void Check(SnapshotContents contents, SnapshotSpace space, List<EtcdKeyValue> keys)
    {
        Insist(space.Keys == contents.TotalKeys, $"{contents.TotalKeys} keys, and {space.Keys} measured");
        Insist(space.Keys + space.OldRevisions == contents.TotalRevisions,
            $"{contents.TotalRevisions} revisions, and {space.OldRevisions} of {space.Keys} keys are old");
        Insist(keys.Count == contents.TotalKeys, $"{contents.TotalKeys} keys, and {keys.Count} read");
        for (int i = 1; i < keys.Count; i++) Insist(keys[i - 1].Key.Span.SequenceCompareTo(keys[i].Key.Span) < 0, "keys out of order");
    }

    private SnapshotPart? Measured(long size, Action<SnapshotFile> read)
    {
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        SnapshotPart? damaged = null;
        try
        {
            using SnapshotFile file = SnapshotFile.Open(_path);
            read(file);
        }
        catch (SnapshotDamageException e)
        {
            damaged = e.Part;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        MostAllocated = Math.Max(MostAllocated, allocated);
        Longest = taken > Longest ? taken : Longest;
        Insist(allocated <= AllowedBytes + (size * AllowedTimes), $"{allocated} bytes of memory for a file of {size}");
        return damaged;
    }

    private static void Insist(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
