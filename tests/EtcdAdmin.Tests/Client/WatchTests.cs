using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class WatchTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task WatchAsync_PutAndDelete_TellsBothWithPrevious(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        var events = new List<WatchEvent>();

        await foreach (WatchBatch batch in client.Watch.WatchAsync(KeyRange.Prefix(Prefix), new WatchOptions { ReturnPrevious = true }, Stop))
        {
            if (batch.Events.Count == 0)
            {
                await client.Kv.PutAsync(Prefix + "k", "1", cancellationToken: Stop);
                await client.Kv.PutAsync(Prefix + "k", "2", cancellationToken: Stop);
                await client.Kv.DeleteAsync(KeyRange.Key(Prefix + "k"), cancellationToken: Stop);
            }

            events.AddRange(batch.Events);
            if (events.Count == 3) break;
        }

        Assert.Equal([WatchEventType.Put, WatchEventType.Put, WatchEventType.Delete], events.Select(e => e.Type));
        Assert.Equal([null, "1", "2"], events.Select(e => e.Previous?.ValueText));
        Assert.Equal(Prefix + "k", events[2].KeyValue.KeyText);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task WatchAsync_StartRevisionAndFilter_TellsThePastWithoutPuts(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        long start = (await client.Kv.PutAsync(Prefix + "k", "1", cancellationToken: Stop)).Header.Revision;
        await client.Kv.DeleteAsync(KeyRange.Key(Prefix + "k"), cancellationToken: Stop);

        WatchBatch told = await client.Watch
            .WatchAsync(KeyRange.Prefix(Prefix), new WatchOptions { StartRevision = start, WithoutPuts = true }, Stop)
            .FirstAsync(batch => batch.Events.Count > 0, Stop);

        Assert.Equal([WatchEventType.Delete], told.Events.Select(e => e.Type));
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task WatchAsync_StartCompactedAway_ThrowsCompacted(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        await client.Kv.PutAsync("k", "1", cancellationToken: Stop);
        long now = (await client.Kv.PutAsync("k", "2", cancellationToken: Stop)).Header.Revision;
        await client.Kv.CompactAsync(now, cancellationToken: Stop);

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(async () =>
            await client.Watch.WatchAsync(KeyRange.Key("k"), new WatchOptions { StartRevision = 1 }, Stop)
                .FirstAsync(batch => batch.Events.Count > 0, Stop));

        Assert.Equal(EtcdErrorIds.Compacted, error.ErrorId);
        Assert.Contains($"{now}", error.NextStep, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task WatchAsync_Cancelled_EndsAndClientStillWorks(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (WatchBatch _ in client.Watch.WatchAsync(KeyRange.Prefix(Prefix), cancellationToken: stop.Token))
                await stop.CancelAsync();
        });

        await client.Kv.PutAsync(Prefix, "v", cancellationToken: Stop);
    }

    [Fact]
    public async Task WatchAsync_LargeTransaction_ArrivesWholeThoughFragmented()
    {
        EtcdClient client = await ConnectAsync("3.5");
        byte[] value = new byte[40_000];
        var puts = new EtcdTransaction
        {
            Success = [.. Enumerable.Range(0, 30).Select(i => TxnOperation.Put(System.Text.Encoding.UTF8.GetBytes($"{Prefix}{i}"), value))],
        };
        long revision = 0;

        WatchBatch told = await client.Watch.WatchAsync(KeyRange.Prefix(Prefix), cancellationToken: Stop)
            .Select(async (WatchBatch batch, CancellationToken _) =>
            {
                if (revision == 0) revision = (await client.Kv.TxnAsync(puts, Stop)).Header.Revision;
                return batch;
            })
            .FirstAsync(batch => batch.Events.Count > 0, Stop);

        Assert.Equal(30, told.Events.Count);
        Assert.All(told.Events, e => Assert.Equal(revision, e.KeyValue.ModRevision));
    }
}
