using System.Text;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.Database.Schema;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database.Space;

/// <summary>Measures what takes the space in a database file, without etcd.</summary>
public static class SnapshotMeasurer
{
    /// <summary>Measures a file. Every page in use is read and checked.</summary>
    /// <param name="path">A snapshot, or the database of a stopped member.</param>
    /// <param name="request">What the result lists.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid.</exception>
    public static async Task<SnapshotSpace> MeasureAsync(string path, SpaceRequest request, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Depth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Top, 1);
        using SnapshotFile file = SnapshotFile.Open(path);
        using var keys = new KeySorter(KeySorter.UsualBudget, Path.GetTempPath());
        return await Task.Run(() => file.Guard(() => Measure(file, keys, request, cancellationToken)), cancellationToken).ConfigureAwait(false);
    }

    internal static SnapshotSpace Measure(SnapshotFile file, KeySorter keys, SpaceRequest request, CancellationToken cancellationToken)
    {
        Totals totals = Walk(file, keys, cancellationToken);
        var prefixes = new PrefixTally(request);
        var largest = new TopList<KeySpace>(request.Top, key => key.Bytes);
        var mostWritten = new TopList<KeySpace>(request.Top, key => key.Version);
        long live = 0;
        long count = 0;
        keys.Sort();
        while (keys.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            RecordPlace place = keys.Place;
            if (place.IsTombstone) continue;
            count++;
            live += place.Length;
            prefixes.Add(keys.Key, place.Length);
            if (!largest.Takes(place.Length) && !mostWritten.Takes(place.Version)) continue;
            var key = new KeySpace(Encoding.UTF8.GetString(keys.Key), place.Length, place.Version);
            largest.Add(key);
            mostWritten.Add(key);
        }

        return new SnapshotSpace
        {
            Path = file.Database.Path,
            DatabaseSize = file.Database.Length,
            PageSize = (int)file.Database.Meta.PageSize,
            FreeBytes = totals.FreeBytes,
            Keys = count,
            LiveBytes = live,
            OldRevisions = totals.Revisions - count,
            OldBytes = totals.RevisionBytes - live,
            OtherBytes = totals.OtherBytes,
            Prefixes = prefixes.ToList(),
            LargestKeys = largest.ToList(),
            MostWrittenKeys = mostWritten.ToList(),
        };
    }

    private static Totals Walk(SnapshotFile file, KeySorter keys, CancellationToken cancellationToken)
    {
        BoltFile database = file.Database;
        var buckets = new BucketWalk(database);
        var totals = new Totals();
        while (buckets.MoveNext(cancellationToken))
        {
            bool holdsKeys = buckets.Name.SequenceEqual("key"u8);
            BoltCursor records = buckets.Records();
            while (records.MoveNext(cancellationToken))
            {
                ref readonly BoltRecord record = ref records.Current;
                if (holdsKeys) AddRevision(database, record, keys, totals);
                else totals.OtherBytes += record.Key.Length + record.Value.Length;
            }
        }

        // Pages that are never reused count as free here: defrag releases them too.
        FreeList.CountLost(database, buckets.Reached);
        totals.FreeBytes = ((long)(database.Meta.PageCount - BoltFormat.FirstTreePage) - buckets.Reached.Count) * database.Meta.PageSize;
        return totals;
    }

    private static void AddRevision(BoltFile database, in BoltRecord record, KeySorter keys, Totals totals)
    {
        MvccRevision revision = MvccRecord.Revision(database, record);
        MvccKeyValue found = MvccRecord.Read(database, record, revision);
        totals.Revisions++;
        totals.RevisionBytes += record.Value.Length;
        if (!found.Key.IsEmpty) keys.Add(found.Key, RecordPlace.Of(record, found, revision));
    }

    private sealed class Totals
    {
        public long Revisions { get; set; }

        public long RevisionBytes { get; set; }

        public long OtherBytes { get; set; }

        public long FreeBytes { get; set; }
    }
}
