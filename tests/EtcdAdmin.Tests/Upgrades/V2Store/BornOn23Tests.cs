using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Upgrades.V2Store;

/// <summary>Data of a cluster that etcd 2.3 made, carried by hand through all minor versions.</summary>
public sealed class BornOn23Tests : IDisposable
{
    private static readonly EtcdVersion Wanted = new(3, 5, 0);

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The older raft snapshots are of 2.3, or there are none.</summary>
    [Theory]
    [OldEtcdData("2.3", "3.0", "3.1", "3.2", 5)]
    [OldEtcdData("2.3", "3.0", "3.1", "3.2", 10_000)]
    public async Task Scan_CarriedTo34_FindsThat35WouldServeNoV3CallAndTheCureHelps(string a, string b, string c, string d, int snapshotCount)
    {
        await using var member = new CarriedMember();
        await member.StartAsync(a, "--snapshot-count", $"{snapshotCount}");
        for (int i = 0; i < 7; i++) await member.V2Async(HttpMethod.Put, $"/keys/app/k{i}", ("value", $"{i}"));
        await member.StopAsync();
        var found = new List<V2Findings> { await ScanAsync(member) };
        foreach (string version in new[] { b, c, d, "3.3", "3.4" })
        {
            await member.StartAsync(version, version == "3.4" ? ["--enable-v2"] : []);
            await PutUntilServedAsync(member);
            await member.StopAsync();
            found.Add(await ScanAsync(member));
        }

        string? refused = await CallOf35Async(member);
        await member.StartAsync("3.4", "--snapshot-count", "1");
        for (int i = 0; i < 5; i++) await PutUntilServedAsync(member);
        await member.StopAsync();
        V2Findings cured = await ScanAsync(member);

        Assert.All(found, scan => Assert.Equal((null, 7L), (scan.Unreadable, scan.Keys)));
        Assert.Equal(snapshotCount == 5, found[^1].SnapshotIndex > 0);
        Assert.Contains("not capable", refused, StringComparison.Ordinal);
        Assert.Equal(V2Cure.RaftSnapshot, found[^1].ObstacleTo(Wanted)?.Cure);
        Assert.Contains("cluster version 2.3.0", found[^1].ObstacleTo(Wanted)!.Finding, StringComparison.Ordinal); // it has one
        Assert.Null(cured.ObstacleTo(Wanted));
        Assert.Equal(("3.4.0", 7L), (cured.SnapshotClusterVersion, cured.KeysInSnapshot));
        Assert.Null(await CallOf35Async(member));
    }

    [Theory]
    [OldEtcdData("3.0", "3.1", "3.2")]
    public async Task Scan_BornOn30_FindsNoObstacleAnd35Serves(string a, string b, string c)
    {
        await using var member = new CarriedMember();
        foreach (string version in new[] { a, b, c, "3.3", "3.4" })
        {
            await member.StartAsync(version);
            await PutUntilServedAsync(member);
        }

        await member.StopAsync();

        Assert.Null((await ScanAsync(member)).ObstacleTo(Wanted));
        Assert.Null(await CallOf35Async(member));
    }

    [Theory]
    [OldEtcdData("2.3")]
    [OldEtcdData("3.0")]
    [OldEtcdData("3.1")]
    [OldEtcdData("3.2")]
    public async Task Convert_KeysOfAnOldServer_BecomeV3KeysOfANewerCluster(string version)
    {
        await using var old = new CarriedMember();
        await using var next = new CarriedMember();
        await old.StartAsync(version);
        await old.V2Async(HttpMethod.Put, "/keys/app/k1", ("value", "one"));
        await old.V2Async(HttpMethod.Put, "/keys/app/k2", ("value", "two"), ("ttl", "3600"));
        await next.StartAsync("3.5");
        EtcdCluster target = ClusterOf(next);
        var request = new V2ConversionRequest { ExportPath = _folder.File("old.jsonl") };

        V2Converter converter = V2Converter.OfCluster(AdminContext.Default(), ClusterOf(old), target, request, null);
        await converter.SurveyAsync(Token);
        V2Conversion done = await converter.ConvertAsync(Token);

        Assert.Equal((2L, 2L, 1, true), (done.Keys, done.Created, done.Leases, done.Compared));
        Assert.Equal("one", (await target.Client.Kv.GetAsync("/app/k1", Token))!.ValueText); // it was created
    }

    [Theory]
    [OldEtcdData("2.3")]
    public async Task Calls_Etcd23_AreRefusedWithTheCommands(string version)
    {
        await using var member = new CarriedMember();
        await member.StartAsync(version);
        EtcdRpcException call = await Assert.ThrowsAsync<EtcdRpcException>(() => ClusterOf(member).Client.Maintenance.StatusAsync(Token));
        EtcdException package = await Assert.ThrowsAsync<EtcdException>(() => new PackageResolver(EtcdAdminHome.Resolve()).ResolveAsync(
            new PackageRequest { Path = EtcdBinaries.FolderOf(version) }, null, Token));

        Assert.Equal((EtcdErrorIds.ProtocolError, EtcdErrorIds.NotSupported), (call.ErrorId, package.ErrorId));
        Assert.Contains("Import-EtcdCluster and Convert-EtcdMember bring such a cluster to etcd 3.0", call.NextStep, StringComparison.Ordinal);
        Assert.Contains("is etcd 2.3.", package.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<V2Findings> ScanAsync(CarriedMember member) => V2Scanner.ScanAsync(AdminContext.Default(), member.Spec, Token);

    private static EtcdCluster ClusterOf(CarriedMember member) => new("old", [member.Endpoint]);

    /// <summary>A member that just started refuses v3 calls until the cluster's version is known.</summary>
    private static Task PutUntilServedAsync(CarriedMember member) => Poll.UntilAsync(async () =>
    {
        try
        {
            await ClusterOf(member).Client.Kv.PutAsync("/x", "y", cancellationToken: Token);
            return true;
        }
        catch (EtcdRpcException)
        {
            return false;
        }
    }, Token);

    /// <summary>The error of a v3 call of etcd 3.5 with a copy of the data; null where it works.</summary>
    private static async Task<string?> CallOf35Async(CarriedMember member)
    {
        await using CarriedMember copy = member.Copy();
        await copy.StartAsync("3.5");
        EtcdRpcException? failed = null;
        for (int i = 0; i < 10; i++)
        {
            try
            {
                await ClusterOf(copy).Client.WithCalls(TimeSpan.FromSeconds(2), retry: false).Kv.PutAsync("/x", "y", cancellationToken: Token);
                return null;
            }
            catch (EtcdRpcException e)
            {
                failed = e;
                await Task.Delay(TimeSpan.FromMilliseconds(500), Token);
            }
        }

        return failed?.Message;
    }
}
