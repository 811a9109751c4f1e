using System.Runtime.CompilerServices;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Keys;

namespace EtcdAdmin.Drills;

/// <summary>Compares a member that was restored from a snapshot with the snapshot file.</summary>
/// <param name="client">A client of the member.</param>
/// <param name="subject">The snapshot.</param>
/// <param name="clock">The clock for waiting.</param>
internal sealed class DrillComparison(EtcdClient client, DrillSubject subject, TimeProvider clock)
{
    private static readonly TimeSpan CompactionLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CompactionPause = TimeSpan.FromMilliseconds(200);

    // All comparisons use one revision, whatever the member does meanwhile: its leases expire as usual.
    private long Revision => subject.Snapshot.CurrentRevision;

    private SnapshotInfo File => subject.Snapshot;

    /// <summary>The hash that the member reported; null before the hash comparison.</summary>
    public uint? Hash { get; private set; }

    public async Task<DrillFinding> CompareRevisionAsync(CancellationToken cancellationToken)
    {
        long found = (await client.Kv.QueryAsync(KeyRange.Key("/"), new RangeQuery { CountOnly = true }, cancellationToken).ConfigureAwait(false))
            .Header.Revision;
        if (found == Revision) return Passed($"{found}");
        // A lease of one second may have expired already, which adds a revision.
        return found > Revision && File.Leases > 0
            ? Passed($"{found} (leases have expired since {Revision})")
            : Failed($"{found}, but the snapshot has revision {Revision}");
    }

    public async Task<DrillFinding> CompareCountAsync(CancellationToken cancellationToken)
    {
        long found = await client.Kv.CountAsync(KeyRange.All, Revision, cancellationToken).ConfigureAwait(false);
        return found == File.TotalKeys ? Passed($"{found} keys") : Failed($"{found} keys, but the snapshot has {File.TotalKeys}");
    }

    public async Task<DrillFinding> CompareHashAsync(CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        while (true)
        {
            // Before 3.5 the revision of the compaction itself cannot be requested by number, only as the newest revision.
            long asked = Revision > File.CompactRevision ? Revision : 0;
            KvHash found = await client.Maintenance.HashKvAsync(asked, cancellationToken).ConfigureAwait(false);
            if (found.Revision != Revision) return new DrillFinding(null, "the member has a later revision, because leases have expired");
            Hash = found.Hash;
            if (found.Hash == File.HashKv) return Passed($"{found.Hash:x8}");
            // The member continues a compaction that was in progress; the hash of the file counts it as finished.
            if (File.CompactRevision == 0 || clock.GetElapsedTime(start) >= CompactionLimit)
                return Failed($"{found.Hash:x8}, but the snapshot has {File.HashKv:x8}");
            await Task.Delay(CompactionPause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Compares keys one by one.</summary>
    /// <param name="sampleSize">Number of keys; 0 for all keys.</param>
    /// <param name="cancellationToken">Cancels the comparison.</param>
    public Task<DrillFinding> CompareKeysAsync(int sampleSize, CancellationToken cancellationToken) =>
        sampleSize == 0 || sampleSize >= File.TotalKeys ? CompareAllAsync(cancellationToken) : CompareSampleAsync(sampleSize, cancellationToken);

    private async Task<DrillFinding> CompareAllAsync(CancellationToken cancellationToken)
    {
        IAsyncEnumerator<EtcdKeyValue> living = client.Kv.RangeAsync(KeyRange.All, new RangeOptions { Revision = Revision }, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using ConfiguredAsyncDisposable end = living.ConfigureAwait(false);
        long compared = 0;
        await foreach (EtcdKeyValue key in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!await living.MoveNextAsync().ConfigureAwait(false)) return Failed($"the member has only {compared} keys");
            if (!IsSame(key, living.Current)) return Different(compared, key);
            compared++;
        }

        return await living.MoveNextAsync().ConfigureAwait(false)
            ? Failed($"the member has more than {compared} keys")
            : Passed($"all {compared} keys with values, leases, revisions and versions");
    }

    private async Task<DrillFinding> CompareSampleAsync(int sampleSize, CancellationToken cancellationToken)
    {
        long index = 0;
        long compared = 0;
        await foreach (EtcdKeyValue key in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (index++ != Place(compared, sampleSize)) continue;
            RangeResult found = await client.Kv.QueryAsync(KeyRange.Key(key.Key), new RangeQuery { Revision = Revision }, cancellationToken)
                .ConfigureAwait(false);
            if (found.KeyValues is not [EtcdKeyValue living] || !IsSame(key, living)) return Different(index - 1, key);
            compared++;
        }

        return Passed($"{compared} of {index} keys with values, leases, revisions and versions");
    }

    /// <summary>The position of the n-th key of the sample. The sample contains the first and the last key.</summary>
    private long Place(long number, int sampleSize) =>
        sampleSize == 1 ? 0 : (long)((Int128)number * (File.TotalKeys - 1) / (sampleSize - 1));

    private IAsyncEnumerable<EtcdKeyValue> ReadAsync(CancellationToken cancellationToken) =>
        SnapshotKeyReader.ReadAsync(subject.Database, new SnapshotKeyQuery(), cancellationToken);

    // Revisions are compared too: this restore does not raise them.
    private static bool IsSame(EtcdKeyValue one, EtcdKeyValue other) =>
        one.CreateRevision == other.CreateRevision && one.ModRevision == other.ModRevision && one.Version == other.Version
        && one.Lease == other.Lease && one.Key.Span.SequenceEqual(other.Key.Span) && one.Value.Span.SequenceEqual(other.Value.Span);

    private static DrillFinding Different(long index, EtcdKeyValue key) =>
        Failed($"key number {index + 1} in key order (mod revision {key.ModRevision}) differs in the member");

    private static DrillFinding Passed(FormattableString detail) => new(true, FormattableString.Invariant(detail));

    private static DrillFinding Failed(FormattableString detail) => new(false, FormattableString.Invariant(detail));
}
