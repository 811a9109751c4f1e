using System.Globalization;
using System.Text;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class MillionKeysTests(SharedServers servers) : EtcdTest(servers)
{
    private const int Keys = 1_000_000;
    private const int PerTransaction = 128; // the most etcd takes unless configured

    // All keys together, as objects, would be several times as much.
    private const long MemoryBound = 100L * 1024 * 1024;

    [Fact]
    public async Task RangeAsync_AMillionKeys_ComesWholeInOrderAndBoundedMemory()
    {
        EtcdServer server = await StartAsync("3.5", new EtcdServerOptions { Arguments = ["--unsafe-no-fsync", "--snapshot-count", "1000000"] });
        EtcdClient client = Track(server.Connect(options => options with { CallTimeout = TimeSpan.FromSeconds(60) }));
        await LoadAsync(client);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long highest = 0;
        int next = 0;

        await foreach (EtcdKeyValue kv in client.Kv.RangeAsync(KeyRange.Prefix("/m/"), new RangeOptions { KeysOnly = true }, Stop))
        {
            if (!kv.Key.Span.SequenceEqual(KeyOf(next))) Assert.Fail($"{kv.KeyText} came where {next} was due.");
            if (next++ % 100_000 == 0) highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal(Keys, next);
        Assert.InRange(highest, 0, MemoryBound);
    }

    private static Task LoadAsync(EtcdClient client) => Parallel.ForEachAsync(
        Enumerable.Range(0, (Keys + PerTransaction - 1) / PerTransaction),
        new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Stop },
        async (batch, stop) =>
        {
            int first = batch * PerTransaction;
            await client.Kv.TxnAsync(new EtcdTransaction
            {
                Success = [.. Enumerable.Range(first, Math.Min(PerTransaction, Keys - first)).Select(i => TxnOperation.Put(KeyOf(i), default))],
            }, stop);
        });

    private static byte[] KeyOf(int i) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/m/{i:d7}"));
}
