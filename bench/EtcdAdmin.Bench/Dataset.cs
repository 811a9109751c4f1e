using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Bench;

/// <summary>The keys of the database that is saved and read.</summary>
/// <param name="Keys">The number of keys.</param>
/// <param name="ValueBytes">The size of each value in bytes.</param>
/// <param name="DatabaseBytes">The size of the database file, as the member reports it.</param>
internal sealed record Dataset(int Keys, int ValueBytes, long DatabaseBytes)
{
    // etcd takes up to 128 operations in a transaction (--max-txn-ops).
    private const int KeysPerTransaction = 120;
    private const int TransactionsInFlight = 8;

    private const int KeysPerBlock = 500;

    // bbolt fills pages to 90 %, and a record carries key, revision and headers besides its value.
    private const double ValueShare = 0.82;

    public double DatabaseMegabytes => DatabaseBytes / 1e6;

    public static async Task<Dataset> LoadAsync(EtcdCluster cluster, long sizeBytes, int keys, CancellationToken cancellationToken)
    {
        int valueBytes = (int)(sizeBytes * ValueShare / keys);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Loading {keys} keys with values of {valueBytes} bytes."));
        var inFlight = new ParallelOptions { MaxDegreeOfParallelism = TransactionsInFlight, CancellationToken = cancellationToken };
        int transactions = (keys + KeysPerTransaction - 1) / KeysPerTransaction;
        await Parallel.ForAsync(0, transactions, inFlight, async (index, token) =>
        {
            int first = index * KeysPerTransaction;
            int count = Math.Min(KeysPerTransaction, keys - first);
            await cluster.Client.Kv.TxnAsync(Puts(first, count, valueBytes), token);
        });
        MemberStatus status = await cluster.Client.Maintenance.StatusAsync(cancellationToken);
        return new Dataset(keys, valueBytes, status.DbSizeBytes);
    }

    /// <summary>Writes some keys again, spread evenly, so that two snapshots differ.</summary>
    /// <returns>How many were written.</returns>
    public async Task<int> ChangeAsync(EtcdCluster cluster, int every, CancellationToken cancellationToken)
    {
        int changed = 0;
        for (int key = 0; key < Keys; key += every, changed++)
            await cluster.Client.Kv.PutAsync(KeyName(key), new byte[ValueBytes], cancellationToken: cancellationToken);
        return changed;
    }

    /// <summary>Deletes every second block of keys and the history, so that about half of the database is free.</summary>
    public async Task ThinAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        KvClient kv = cluster.Client.Kv;
        for (int first = 0; first < Keys; first += 2 * KeysPerBlock)
        {
            await kv.DeleteAsync(
                KeyRange.Between(KeyName(first), KeyName(Math.Min(first + KeysPerBlock, Keys))), cancellationToken: cancellationToken);
        }

        long newest = (await cluster.Client.Maintenance.StatusAsync(cancellationToken)).Header.Revision;
        await kv.CompactAsync(newest, physical: true, cancellationToken);
    }

    private static EtcdTransaction Puts(int first, int count, int valueBytes)
    {
        // A separate seed for each transaction: the same bytes in every run, and different values.
        var random = new Random(first);
        var puts = new TxnOperation[count];
        for (int i = 0; i < count; i++)
        {
            byte[] value = new byte[valueBytes];
            random.NextBytes(value);
            puts[i] = TxnOperation.Put(KeyName(first + i), value);
        }

        return new EtcdTransaction { Success = puts };
    }

    private static byte[] KeyName(int index) =>
        System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/bench/key{index:d8}"));
}
