using System.Diagnostics;
using System.Text;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Upgrades.V2Store;

/// <summary>The scan of members on hosts, with a log as busy clusters have it.</summary>
[Collection(SharedHostLab.Name)]
public sealed class V2ScanOnHostsTests(HostLabFixture lab)
{
    private const int Transactions = 500;
    private const int KeysOfEach = 100;
    private const int ValueSize = 1000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScanAsync_ThreeHostsWithFiftyMegabytesOfLog_ReadsThemWhileTheyServe()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab, "3.4");
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        var random = new Random(1);
        byte[] value = new byte[ValueSize];
        for (int i = 0; i < Transactions; i++)
        {
            random.NextBytes(value.AsSpan(ValueSize / 2)); // half of it can be packed
            await cluster.Client.Kv.TxnAsync(new EtcdTransaction
            {
                Success = [.. Enumerable.Range(0, KeysOfEach).Select(k => TxnOperation.Put(
                    Encoding.UTF8.GetBytes($"/k/{k}"), value.ToArray(), new PutOptions()))],
            }, Token);
        }

        MemberSpec[] members = [.. cluster.RequireSpec().Members];
        await Task.WhenAll(members.Select(member => V2Scanner.ScanAsync(hosts.Context, member, Token))); // connected
        long start = Stopwatch.GetTimestamp();
        V2Findings[] found = await Task.WhenAll(members.Select(member => V2Scanner.ScanAsync(hosts.Context, member, Token)));
        TimeSpan took = Stopwatch.GetElapsedTime(start);

        TestContext.Current.TestOutputHelper?.WriteLine($"three members in {took.TotalSeconds:f2} s");
        Assert.All(found, each => Assert.Null(each.Unreadable));
        Assert.All(found, each => Assert.True(each.LastIndex >= Transactions && !each.HasContent, each.ToString()));
        Assert.True(took < TimeSpan.FromSeconds(20), $"{took}");
        V2Findings missing = await V2Scanner.ScanAsync(hosts.Context, members[0] with { Directory = "/srv/nothing" }, Token);
        Assert.Contains("no write-ahead log", missing.Unreadable, StringComparison.Ordinal);
    }
}
