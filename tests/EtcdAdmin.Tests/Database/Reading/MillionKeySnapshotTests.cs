using System.Globalization;
using System.Text;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.Reading;

/// <summary>A database of a million keys.</summary>
public sealed class MillionKeySnapshotTests
{
    private const string Wanted = "ETCDADMIN_MILLION_KEYS";
    private const int Million = 1_000_000;
    private const int AtOnce = 20_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task InspectAsync_AMillionKeys_AgreesWithEtcdsTools()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Wanted) is { Length: > 0 }, $"Takes a minute: set {Wanted} to 1.");
        await using EtcdServer server = await EtcdServer.StartAsync("3.5", new EtcdServerOptions { Arguments = ["--max-txn-ops", "100000"] });
        var etcd = new SnapshotEtcd(server);
        for (int first = 0; first < Million; first += AtOnce)
            await etcd.PutAllAsync(Enumerable.Range(first, AtOnce).Select(i => (KeyOf(i), $"value-{i}")), Stop);
        string path = await etcd.SaveAsync("million", Stop);
        ToolStatus status = await etcd.StatusAsync(path, Stop);

        SnapshotInfo info = await SnapshotInspector.InspectAsync(path, null, Stop);
        List<string> keys = await SnapshotKeyReader.ReadAsync(path, new SnapshotKeyQuery { KeysOnly = true }, Stop)
            .Select(key => Encoding.ASCII.GetString(key.Key.Span)).ToListAsync(Stop);

        Assert.Equal(status, ToolStatus.Of("3.5", info));
        Assert.Equal((Million, await etcd.HashKvAsync(Stop)), (info.TotalKeys, info.HashKv));
        Assert.Equal(Enumerable.Range(0, Million).Select(KeyOf).Order(StringComparer.Ordinal), keys);
    }

    // In random order, as in real use.
    private static string KeyOf(int i) => string.Create(CultureInfo.InvariantCulture, $"/{i * 7919L % Million:d7}/{i}");
}
