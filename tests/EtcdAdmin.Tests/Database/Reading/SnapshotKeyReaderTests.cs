using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.Database.Space;
using EtcdAdmin.Errors;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Client;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.Reading;

/// <summary>The keys read from a file are the keys that the live member returned.</summary>
public sealed class SnapshotKeyReaderTests(SharedServers servers) : EtcdTest(servers)
{
    // So small that the keys go through several sorted files.
    private const long TinyBudget = 4096;

    [Theory]
    [MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task ReadAsync_EveryRetainedRevision_IsWhatTheMemberAnswers(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        long compacted = await LiveAsync(client, seed: 7);
        string path = await SaveAsync(server, client);
        long newest = (await client.Kv.QueryAsync(KeyRange.All, new RangeQuery { Limit = 1 }, Stop)).Header.Revision;

        foreach (long revision in new[] { compacted, compacted + 17, (compacted + newest) / 2, newest })
        {
            foreach (KeyRange range in new[] { KeyRange.All, KeyRange.Prefix("/b/"), KeyRange.Between("/a/3", "/b/5"), KeyRange.Key("/a/1") })
            {
                List<EtcdKeyValue> expected = await client.Kv.RangeAsync(range, new RangeOptions { Revision = revision }, Stop).ToListAsync(Stop);
                var query = new SnapshotKeyQuery { Range = range, Revision = revision };
                List<EtcdKeyValue> found = await SnapshotKeyReader.ReadAsync(path, query, TinyBudget, Stop).ToListAsync(Stop);
                Assert.Equal(expected.Select(Text), found.Select(Text));
            }
        }

        List<EtcdKeyValue> now = await SnapshotKeyReader.ReadAsync(path, new SnapshotKeyQuery { KeysOnly = true }, Stop).ToListAsync(Stop);
        Assert.All(now, key => Assert.True(key.Value.IsEmpty));
        Assert.Equal((await client.Kv.CountAsync(KeyRange.All, cancellationToken: Stop)), now.Count);
        Assert.Equal(EtcdErrorIds.Compacted, (await FailAsync(path, compacted - 1)).ErrorId);
        Assert.Equal(EtcdErrorIds.FutureRevision, (await FailAsync(path, newest + 1)).ErrorId);
    }

    [Fact]
    public async Task CompareAsync_FileAndLivingMember_TellsJustWhatWasDoneBetween()
    {
        EtcdServer server = await StartAsync("3.5");
        EtcdClient client = Track(server.Connect());
        await LiveAsync(client, seed: 8);
        await client.Kv.PutAsync("/c/gone", "1", cancellationToken: Stop);
        string path = await SaveAsync(server, client);
        await client.Kv.PutAsync("/a/0-new", "1", cancellationToken: Stop);
        await client.Kv.PutAsync("/b/changed", "2", cancellationToken: Stop);
        await client.Kv.DeleteAsync(KeyRange.Key("/c/gone"), cancellationToken: Stop);
        EtcdKeyValue same = await client.Kv.RangeAsync(KeyRange.Prefix("/b/"), null, Stop).FirstAsync(Stop);
        await client.Kv.PutAsync(same.Key, same.Value, same.Lease.IsNone ? null : new PutOptions { Lease = same.Lease }, Stop);
        IAsyncEnumerable<EtcdKeyValue> before = SnapshotKeyReader.ReadAsync(path, new SnapshotKeyQuery(), Stop);

        List<KeyDifference> differences = await KeyComparer.CompareAsync(before, client.Kv.RangeAsync(KeyRange.All, null, Stop), Stop).ToListAsync(
            Stop);

        Assert.Equal(
            [(KeyChange.Added, "/a/0-new"), (KeyChange.Added, "/b/changed"), (KeyChange.Removed, "/c/gone")],
            differences.Select(difference => (difference.Change, Encoding.UTF8.GetString(difference.Key.Span))));
    }

    [Fact]
    public async Task MeasureAsync_DatabaseWithHistory_TellsWhatCompactingGivesBack()
    {
        EtcdServer server = await StartAsync("3.5");
        EtcdClient client = Track(server.Connect());
        for (int i = 0; i < 30; i++) await client.Kv.PutAsync("/hot/key", new string('h', 1000), cancellationToken: Stop);
        await client.Kv.PutAsync("/big/key", new string('b', 50_000), cancellationToken: Stop);
        for (int i = 0; i < 10; i++) await client.Kv.PutAsync($"/many/{i}/x", "1", cancellationToken: Stop);
        string before = await SaveAsync(server, client);
        long revision = (await client.Maintenance.StatusAsync(Stop)).Header.Revision;
        await client.Kv.CompactAsync(revision, physical: true, Stop);
        await client.Maintenance.DefragmentAsync(Stop);
        string after = await SaveAsync(server, client);

        SnapshotSpace full = await SnapshotMeasurer.MeasureAsync(before, new SpaceRequest { Top = 3 }, Stop);
        SnapshotSpace compacted = await SnapshotMeasurer.MeasureAsync(after, new SpaceRequest { Depth = 2 }, Stop);

        Assert.Equal((12, 29), (full.Keys, full.OldRevisions));
        Assert.InRange(full.OldBytes, 29_000, 31_000);
        Assert.Equal(["/big/", "/hot/", "/many/"], full.Prefixes.Select(prefix => prefix.Prefix));
        Assert.Equal(10, full.Prefixes[2].Keys);
        Assert.Equal("/big/key", full.LargestKeys[0].Key);
        Assert.Equal(("/hot/key", 30), (full.MostWrittenKeys[0].Key, full.MostWrittenKeys[0].Version));
        Assert.Equal((12, 0, 0), (compacted.Keys, compacted.OldRevisions, compacted.OldBytes));
        Assert.Equal(full.LiveBytes, compacted.LiveBytes);
        Assert.Contains(compacted.Prefixes, prefix => prefix is { Prefix: "/many/3/", Keys: 1 });
        Assert.InRange(compacted.FreeBytes, 0, compacted.DatabaseSize);
    }

    /// <summary>Writes, deletes and compacts, including keys with unusual bytes and values larger than a page.</summary>
    /// <returns>The revision of the compaction.</returns>
    private static async Task<long> LiveAsync(EtcdClient client, int seed)
    {
        var random = new Random(seed);
        LeaseGrant lease = await client.Leases.GrantAsync(TimeSpan.FromHours(1), cancellationToken: Stop);
        long compacted = 0;
        for (int i = 0; i < 300; i++)
        {
            string name = $"/{(char)('a' + random.Next(3))}/{random.Next(60)}";
            byte[] key = random.Next(10) == 0 ? [.. Encoding.UTF8.GetBytes(name), 0xff, 0] : Encoding.UTF8.GetBytes(name);
            if (random.Next(5) == 0) await client.Kv.DeleteAsync(KeyRange.Key(key), cancellationToken: Stop);
            else
            {
                byte[] value = RandomNumberGenerator.GetBytes(random.Next(20) == 0 ? 10_000 : random.Next(50));
                await client.Kv.PutAsync(key, value, random.Next(4) == 0 ? new PutOptions { Lease = lease.Id } : null, Stop);
            }

            if (i != 150) continue;
            compacted = (await client.Maintenance.StatusAsync(Stop)).Header.Revision;
            await client.Kv.CompactAsync(compacted, physical: true, Stop);
        }

        return compacted;
    }

    private static async Task<string> SaveAsync(EtcdServer server, EtcdClient client)
    {
        string path = Path.Combine(server.Folder, $"{Guid.NewGuid():N}.db");
        await using FileStream file = File.Create(path);
        await foreach (SnapshotChunk chunk in client.Maintenance.SnapshotAsync(Stop)) await file.WriteAsync(chunk.Data, Stop);
        return path;
    }

    private static async Task<EtcdException> FailAsync(string path, long revision) => await Assert.ThrowsAsync<EtcdException>(async () =>
        await SnapshotKeyReader.ReadAsync(path, new SnapshotKeyQuery { Revision = revision }, Stop).ToListAsync(Stop));

    private static string Text(EtcdKeyValue key) =>
        $"{Convert.ToHexString(key.Key.Span)}={Convert.ToHexString(key.Value.Span)} {key.CreateRevision} {key.ModRevision} {key.Version} {key.Lease}";
}
