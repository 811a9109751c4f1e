using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class MillionKeysTests(SharedServers servers) : EtcdTest(servers)
{
    private const int Keys = 1_000_000;
    private const int PerTransaction = 128; // the most etcd takes unless configured

    // The page that is read, the next one, which is fetched meanwhile, and one that is just being left.
    private static readonly int MayBeAlive = 3 * new RangeOptions().PageSize;

    // One in so many is watched.
    private const int Sample = 100;

    [Fact]
    public async Task RangeAsync_AMillionKeys_ComesWholeInOrderAndBoundedMemory()
    {
        EtcdServer server = await StartAsync("3.5", new EtcdServerOptions { Arguments = ["--unsafe-no-fsync", "--snapshot-count", "1000000"] });
        EtcdClient client = Track(server.Connect(options => options with { CallTimeout = TimeSpan.FromSeconds(60) }));
        await LoadAsync(client);
        var passed = new List<WeakReference>();
        int most = 0;
        int next = 0;

        await foreach (EtcdKeyValue kv in client.Kv.RangeAsync(KeyRange.Prefix("/m/"), new RangeOptions { KeysOnly = true }, Stop))
        {
            if (!kv.Key.Span.SequenceEqual(KeyOf(next))) Assert.Fail($"{kv.KeyText} came where {next} was due.");
            // Not the memory of the process, which other tests use as well. Whatever holds a key holds its array.
            if (next % Sample == 0 && MemoryMarshal.TryGetArray(kv.Key, out ArraySegment<byte> key)) passed.Add(new WeakReference(key.Array));
            if (++next % 100_000 == 0) most = Math.Max(most, CountAlive(passed));
        }

        Assert.Equal(Keys, next);
        Assert.Equal(Keys / Sample, passed.Count);
        Assert.InRange(most * Sample, 0, MayBeAlive);
    }

    private static int CountAlive(List<WeakReference> passed)
    {
        GC.Collect();
        return passed.Count(key => key.IsAlive);
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
