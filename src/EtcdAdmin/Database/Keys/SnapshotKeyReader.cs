using System.Globalization;
using System.Runtime.CompilerServices;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Schema;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Keys;

/// <summary>Reads keys and values from a database file, without etcd.</summary>
public static class SnapshotKeyReader
{
    private const int BatchSize = 256;

    // Limits the memory for large values: a batch is passed on before it becomes larger than this.
    private const int BatchBytes = 4 << 20;

    /// <summary>Reads the keys of a range in key order, each as it was at one revision.</summary>
    /// <param name="path">A snapshot, or the database of a stopped member.</param>
    /// <param name="query">The keys and the revision to read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <remarks>
    /// Memory is bounded, whatever the size of the file. Keys that do not fit into memory are written to temporary files. Only this user can
    /// read these files; they are deleted at the end.
    /// </remarks>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid: the file. Compacted, FutureRevision: the file does not have that revision.
    /// </exception>
    public static IAsyncEnumerable<EtcdKeyValue> ReadAsync(string path, SnapshotKeyQuery query, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(query);
        return ReadAsync(path, query, KeySorter.UsualBudget, cancellationToken);
    }

    /// <summary>Reads with another memory limit for keys.</summary>
    internal static async IAsyncEnumerable<EtcdKeyValue> ReadAsync(
        string path, SnapshotKeyQuery query, long budget, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SnapshotFile file = SnapshotFile.Open(path);
        using var sorter = new KeySorter(budget, Path.GetTempPath());
        await Task.Run(() => file.Guard(() => Collect(file, query, sorter, cancellationToken)), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            List<EtcdKeyValue> batch = await Task.Run(
                () => file.Guard(() => ReadBatch(file.Database, query, sorter, cancellationToken)), cancellationToken).ConfigureAwait(false);
            if (batch.Count == 0) yield break;
            foreach (EtcdKeyValue key in batch) yield return key;
        }
    }

    internal static KeySorter Collect(SnapshotFile file, SnapshotKeyQuery query, KeySorter sorter, CancellationToken cancellationToken)
    {
        long compacted = CompactionMark.Find(file.Database, cancellationToken);
        if (query.Revision < compacted) throw Compacted(file, query.Revision.Value, compacted);
        BoltCursor records = BucketWalk.Find(file.Database, "key"u8, cancellationToken)
            ?? throw SnapshotDamage.File(file.Database.Path, "it is a bbolt database but not an etcd database: bucket 'key' is missing");
        long newest = compacted;
        long limit = query.Revision ?? long.MaxValue;
        while (records.MoveNext(cancellationToken))
        {
            ref readonly BoltRecord record = ref records.Current;
            MvccRevision revision = MvccRecord.Revision(file.Database, record);
            newest = Math.Max(newest, revision.Main);
            if (revision.Main > limit) break;
            MvccKeyValue found = MvccRecord.Read(file.Database, record, revision);
            if (found.Key.IsEmpty || !query.Range.Contains(found.Key)) continue;
            sorter.Add(found.Key, RecordPlace.Of(record, found, revision));
        }

        if (query.Revision > Math.Max(1, newest)) throw InFuture(file, query.Revision.Value, Math.Max(1, newest));
        sorter.Sort();
        return sorter;
    }

    internal static List<EtcdKeyValue> ReadBatch(BoltFile database, SnapshotKeyQuery query, KeySorter sorter, CancellationToken cancellationToken)
    {
        var batch = new List<EtcdKeyValue>();
        int bytes = 0;
        while (batch.Count < BatchSize && bytes < BatchBytes && sorter.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            RecordPlace place = sorter.Place;
            if (place.IsTombstone) continue;
            byte[] record = GC.AllocateUninitializedArray<byte>(place.Length);
            database.Read(place.Offset, record);
            if (!MvccKeyValue.TryParse(record, out MvccKeyValue found) || !found.Key.SequenceEqual(sorter.Key))
                throw database.Damaged(place.Offset, "the file was changed while it was read");
            batch.Add(found.ToKeyValue(record, query.KeysOnly));
            bytes += place.Length;
        }

        return batch;
    }

    private static EtcdException Compacted(SnapshotFile file, long revision, long compacted) => new(
        EtcdErrorIds.Compacted,
        string.Create(
            CultureInfo.InvariantCulture, $"Revision {revision} is not available: '{file.Database.Path}' is compacted up to revision {compacted}."))
    {
        Target = file.Database.Path,
        NextStep = "Use a later revision, or an older snapshot.",
    };

    private static EtcdException InFuture(SnapshotFile file, long revision, long newest) => new(
        EtcdErrorIds.FutureRevision,
        string.Create(CultureInfo.InvariantCulture, $"Revision {revision} is not available: '{file.Database.Path}' ends at revision {newest}."))
    {
        Target = file.Database.Path,
        NextStep = "Use an earlier revision, or a newer snapshot.",
    };
}
