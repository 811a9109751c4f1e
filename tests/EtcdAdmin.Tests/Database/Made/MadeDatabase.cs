using System.Text;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Tests.Database.Made;

/// <summary>A bucket with its contents, in order.</summary>
internal sealed record MadeBucket(byte[] Name, IReadOnlyList<MadeRecord> Records);

/// <summary>One key with its value.</summary>
internal sealed record MadeRecord(byte[] Key, byte[] Value);

/// <summary>How a generated database lists its unused pages.</summary>
internal enum MadeFreeList
{
    /// <summary>No list, as etcd does.</summary>
    None,

    /// <summary>The number of pages is in the header of the page.</summary>
    Saved,

    /// <summary>The number of pages is before the first page, as bbolt does for 65,535 and more pages.</summary>
    CountFollows,
}

/// <summary>A generated bbolt database: the buckets of a real database in the layout that a test needs.</summary>
internal sealed record MadeDatabase
{
    /// <summary>In the order of their names.</summary>
    public required IReadOnlyList<MadeBucket> Buckets { get; init; }

    public int PageSize { get; init; } = 4096;

    /// <summary>The maximum elements of a page; few elements make a deep tree of few records.</summary>
    public int MaxElements { get; init; } = 0xFFFF;

    /// <summary>Leaves a free page after this number of pages; 0 for none.</summary>
    public int FreeEvery { get; init; }

    /// <summary>Stores buckets of a quarter of a page or less in their parent's page, as bbolt does.</summary>
    public bool InlinesSmallBuckets { get; init; } = true;

    public MadeFreeList FreeList { get; init; }

    /// <summary>The number of free pages that are missing from the list.</summary>
    public int LostPages { get; init; }

    /// <summary>Whether the list also contains the first page of a bucket.</summary>
    public bool FreesUsedPage { get; init; }

    /// <summary>Reads all contents of a file.</summary>
    public static MadeDatabase Of(string path, CancellationToken cancellationToken)
    {
        using SnapshotFile file = SnapshotFile.Open(path);
        var walk = new BucketWalk(file.Database);
        var buckets = new List<MadeBucket>();
        while (walk.MoveNext(cancellationToken))
        {
            var records = new List<MadeRecord>();
            for (var cursor = walk.Records(); cursor.MoveNext(cancellationToken);)
                records.Add(new MadeRecord(cursor.Current.Key.ToArray(), cursor.Current.Value.ToArray()));
            buckets.Add(new MadeBucket(walk.Name.ToArray(), records));
        }

        return new MadeDatabase { Buckets = buckets };
    }

    /// <summary>Removes buckets.</summary>
    public MadeDatabase Without(params string[] names) =>
        this with { Buckets = [.. Buckets.Where(bucket => !names.Contains(NameOf(bucket)))] };

    /// <summary>Puts a record into a bucket; replaces a record with the same key.</summary>
    public MadeDatabase With(string bucket, byte[] key, byte[] value)
    {
        MadeBucket old = Buckets.FirstOrDefault(b => NameOf(b) == bucket) ?? new MadeBucket(Encoding.ASCII.GetBytes(bucket), []);
        IEnumerable<MadeRecord> records = old.Records.Where(record => !record.Key.AsSpan().SequenceEqual(key)).Append(new MadeRecord(key, value));
        MadeBucket changed = old with { Records = [.. records.OrderBy(record => record.Key, ByteOrder.Instance)] };
        return this with { Buckets = [.. Buckets.Where(b => b != old).Append(changed).OrderBy(b => b.Name, ByteOrder.Instance)] };
    }

    /// <summary>Returns the bytes of the file.</summary>
    public byte[] ToBytes() => new MadePages(this).Write();

    private static string NameOf(MadeBucket bucket) => Encoding.ASCII.GetString(bucket.Name);

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static ByteOrder Instance { get; } = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
