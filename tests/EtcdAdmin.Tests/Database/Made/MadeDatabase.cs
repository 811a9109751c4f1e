using System.Text;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Tests.Database.Made;

/// <summary>A bucket and what is in it, in order.</summary>
internal sealed record MadeBucket(byte[] Name, IReadOnlyList<MadeRecord> Records);

/// <summary>One key with its value.</summary>
internal sealed record MadeRecord(byte[] Key, byte[] Value);

/// <summary>How a made database names the pages that nothing uses.</summary>
internal enum MadeFreeList
{
    /// <summary>Not at all, as etcd does.</summary>
    None,

    /// <summary>With their number in the header of the page.</summary>
    Saved,

    /// <summary>With their number before the first of them, as bbolt does from 65,535 on.</summary>
    CountFollows,
}

/// <summary>A bbolt database that no etcd wrote: the buckets of a real one, laid out as a test wants it.</summary>
internal sealed record MadeDatabase
{
    /// <summary>In the order of their names.</summary>
    public required IReadOnlyList<MadeBucket> Buckets { get; init; }

    public int PageSize { get; init; } = 4096;

    /// <summary>The most elements of a page; few make a deep tree of few records.</summary>
    public int MaxElements { get; init; } = 0xFFFF;

    /// <summary>A page stays free behind every so many; 0 for none.</summary>
    public int FreeEvery { get; init; }

    /// <summary>Buckets of a quarter of a page or less go into their parent's page, as bbolt does.</summary>
    public bool InlinesSmallBuckets { get; init; } = true;

    public MadeFreeList FreeList { get; init; }

    /// <summary>How many of the free pages the list keeps quiet about.</summary>
    public int LostPages { get; init; }

    /// <summary>The list names the first page of a bucket too.</summary>
    public bool FreesUsedPage { get; init; }

    /// <summary>All that is in a file.</summary>
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

    /// <summary>Leaves buckets out.</summary>
    public MadeDatabase Without(params string[] names) =>
        this with { Buckets = [.. Buckets.Where(bucket => !names.Contains(NameOf(bucket)))] };

    /// <summary>Puts a record into a bucket, in the place of one with its key if there is one.</summary>
    public MadeDatabase With(string bucket, byte[] key, byte[] value)
    {
        MadeBucket old = Buckets.FirstOrDefault(b => NameOf(b) == bucket) ?? new MadeBucket(Encoding.ASCII.GetBytes(bucket), []);
        IEnumerable<MadeRecord> records = old.Records.Where(record => !record.Key.AsSpan().SequenceEqual(key)).Append(new MadeRecord(key, value));
        MadeBucket changed = old with { Records = [.. records.OrderBy(record => record.Key, ByteOrder.Instance)] };
        return this with { Buckets = [.. Buckets.Where(b => b != old).Append(changed).OrderBy(b => b.Name, ByteOrder.Instance)] };
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes() => new MadePages(this).Write();

    private static string NameOf(MadeBucket bucket) => Encoding.ASCII.GetString(bucket.Name);

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static ByteOrder Instance { get; } = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
