using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Health;

/// <summary>What members of etcd 3.6 and 3.7 report in addition: storage version, quota, a downgrade, Unix sockets.</summary>
public sealed class NewStatusTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AdminContext Context => new(new EtcdAdminHome(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("3.5", null, null)]
    [Etcd36Data("3.6", "3.6.0", 2L << 30)]
    [Etcd37Data("3.7", "3.7.0", 2L << 30)]
    public async Task Check_StorageVersionAndQuota_AreThoseOfTheMember(string version, string? storage, long? quota)
    {
        await using EtcdServer server = await EtcdServer.StartAsync(version);
        var cluster = new EtcdCluster("new", server.Endpoints);
        // A member writes the version after its first election.
        await Poll.UntilAsync(async () => (await HealthAsync(cluster)).Members[0].StorageVersion == storage, Token);

        EtcdHealth health = Assert.Single((await HealthAsync(cluster)).Members);
        EtcdMember member = await MemberAsync(cluster);

        Assert.Equal((true, "leader", quota, null), (health.Healthy, health.Reason, health.QuotaBytes, health.DowngradeTarget));
        Assert.Equal((storage, quota, null), (member.StorageVersion, member.QuotaBytes, member.DowngradeTarget));
    }

    [Theory]
    [Etcd36Data("3.6", "3.5")]
    [Etcd37Data("3.7", "3.6")]
    public async Task Check_DowngradeInProgress_IsReportedUntilItIsCancelled(string version, string target)
    {
        await using EtcdServer server = await EtcdServer.StartAsync(version);
        var cluster = new EtcdCluster("down", server.Endpoints);
        using EtcdClient client = server.Connect();
        await Poll.UntilAsync(async () => (await HealthAsync(cluster)).Members[0].StorageVersion is not null, Token);
        await client.Maintenance.DowngradeAsync(DowngradeAction.Enable, target, Token);

        ClusterHealth health = await HealthAsync(cluster);
        EtcdMember member = await MemberAsync(cluster);
        await client.Maintenance.DowngradeAsync(DowngradeAction.Cancel, cancellationToken: Token);
        ClusterHealth after = await HealthAsync(cluster);

        Assert.True(health.Healthy);
        Assert.StartsWith(target, health.Members[0].DowngradeTarget, StringComparison.Ordinal);
        Assert.Equal($"leader; a downgrade to etcd {health.Members[0].DowngradeTarget} is in progress", health.Members[0].Reason);
        Assert.Contains("etcdctl downgrade cancel", Assert.Single(health.Warnings), StringComparison.Ordinal);
        Assert.Equal(health.Members[0].DowngradeTarget, member.DowngradeTarget);
        Assert.Equal(("leader", 0), (after.Members[0].Reason, after.Warnings.Count));
    }

    /// <summary>Only 3.7 accepts such an address.</summary>
    [Theory]
    [Etcd37Data(true)]
    [Etcd37Data(false)]
    public async Task Check_UnixSocketInTheMemberList_IsShownAndNotDialled(bool alone)
    {
        EtcdBinaries etcd = await EtcdBinaries.GetAsync("3.7");
        int[] ports = FreePorts.Take(2);
        string tcp = $"http://127.0.0.1:{ports[0]}", peer = $"http://127.0.0.1:{ports[1]}", socket = $"unix://{_folder.File("s")}";
        var process = new EtcdServerProcess(etcd.Etcd);
        process.Start(
        [
            "--name", "m", "--data-dir", _folder.File("data"), "--listen-client-urls", $"{tcp},{socket}",
            "--advertise-client-urls", alone ? socket : $"{socket},{tcp}", "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", $"m={peer}",
        ]);
        try
        {
            // Without a given address of the member itself, the list decides which one is asked.
            var cluster = new EtcdCluster("socket", [new Uri($"http://localhost:{ports[0]}")]);
            await Poll.UntilAsync(async () => (await HealthAsync(cluster)).Members.Any(member => member.Member == "m"), Token);

            EtcdHealth health = Assert.Single((await HealthAsync(cluster)).Members, member => member.Member == "m");
            EtcdMember member = await MemberAsync(cluster);

            Assert.Equivalent(alone ? new[] { socket } : [socket, tcp], member.ClientUrls.Select(url => url.OriginalString), strict: true);
            Assert.Equal(alone ? MemberState.Unreachable : MemberState.Leader, member.State);
            Assert.Equal(!alone, health.Healthy);
            Assert.Equal(alone, health.Reason.Contains("only Unix sockets", StringComparison.Ordinal));
        }
        finally
        {
            await process.KillAsync();
        }
    }

    private Task<ClusterHealth> HealthAsync(EtcdCluster cluster) => new HealthChecker(Context).CheckAsync(cluster, new HealthOptions(), Token);

    private async Task<EtcdMember> MemberAsync(EtcdCluster cluster) =>
        Assert.Single(await new MemberReader(Context).ReadAsync(cluster, TimeSpan.FromSeconds(5), Token));
}
