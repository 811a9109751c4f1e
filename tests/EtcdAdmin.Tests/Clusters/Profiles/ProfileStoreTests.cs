using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Profiles;

public sealed class ProfileStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ProfileStore Store => new(new EtcdAdminHome(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoadAsync_SavedCluster_IsTheSame()
    {
        var spec = new ClusterSpec
        {
            Version = new EtcdVersion(3, 5, 16),
            Token = "t",
            Installed = true,
            Members =
            [
                new MemberSpec
                {
                    Name = "n1",
                    HostName = "localhost",
                    Address = "::1",
                    ClientPort = 1,
                    PeerPort = 2,
                    Directory = "/d",
                    BinDirectory = "/b",
                },
            ],
            Tuning = new EtcdTuning
            {
                ElectionTimeout = TimeSpan.FromMilliseconds(1500),
                CipherSuites = ["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"],
                MetricsUrls = [new Uri("http://127.0.0.1:9")],
                Extra = new Dictionary<string, object?> { ["max-txn-ops"] = 256L, ["log-level"] = "debug", ["pre-vote"] = true },
            },
        };
        var cluster = new EtcdCluster("one", [new Uri("http://a:1"), new Uri("http://b:2")]) { Spec = spec };

        await Store.SaveAsync(cluster, Token);
        EtcdCluster loaded = await Store.LoadAsync("one", Token);

        Assert.Equal(cluster.Endpoints, loaded.Endpoints);
        Assert.Equivalent(spec, loaded.Spec, strict: true);
        Assert.All(spec.Tuning.Extra, item => Assert.Equal(item.Value, loaded.Spec!.Tuning.Extra![item.Key]));
        Assert.Equal("http://[::1]:1/", loaded.Spec!.Members[0].ClientUrl(tls: false).ToString());
    }

    [Fact]
    public async Task LoadAsync_Twice_GivesMembersThatAreEqual()
    {
        var member = new MemberSpec
        {
            Name = "n1",
            HostName = "h1",
            Connection = new HostConnection { HostName = "h1", Options = new Dictionary<string, string> { ["ProxyJump"] = "j" } },
            Address = "::1",
            ClientPort = 1,
            PeerPort = 2,
            Directory = "/d",
            BinDirectory = "/b",
            Volume = new DataVolume("/dev/sdb", "ext4", "/d"),
            FormerDirectories = ["/old", "/older"],
            Bootstrap = new MemberBootstrap("n1=http://a:1", Joined: true),
        };
        await Store.SaveAsync(new EtcdCluster("one", [new Uri("http://a:1")]) { Spec = new ClusterSpec { Token = "t", Members = [member] } }, Token);

        MemberSpec first = (await Store.LoadAsync("one", Token)).Spec!.Members[0]; // it was saved with one
        MemberSpec second = (await Store.LoadAsync("one", Token)).Spec!.Members[0];

        Assert.Equal(["/old", "/older"], first.FormerDirectories);
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.NotEqual(first, second with { FormerDirectories = ["/older", "/old"] });
        Assert.NotEqual(first, second with { FormerDirectories = null });
    }

    [Fact]
    public async Task SaveAsync_PasswordOfACredential_IsNotWritten()
    {
        var cluster = new EtcdCluster("one", [new Uri("http://a:1")]) { Credential = new("root", "s3cr3t-word") };

        await Store.SaveAsync(cluster, Token);

        foreach (string file in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain("s3cr3t-word", await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"format":99,"name":"x","endpoints":["http://a:1"]}""")]
    public async Task LoadAsync_DamagedOrNewerFile_SaysWhichFile(string content)
    {
        string folder = Store.Folder("bad");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(folder + "/cluster.json", content, Token);

        var error = await Assert.ThrowsAsync<EtcdException>(() => Store.LoadAsync("bad", Token));

        Assert.Equal(EtcdErrorIds.ProfileInvalid, error.ErrorId);
        Assert.Equal(folder + "/cluster.json", error.Target);
    }

    [Fact]
    public async Task LoadAsync_UnknownName_IsNotFound()
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => Store.LoadAsync("nobody", Token));

        Assert.Equal(EtcdErrorIds.ClusterNotFound, error.ErrorId);
    }

    [Fact]
    public void Take_SecondTime_IsBusyUntilTheFirstIsLetGo()
    {
        var home = new EtcdAdminHome(_folder.Path);
        ClusterLock Take(string cluster) => ClusterLock.Take(home, cluster, "Testing", TimeProvider.System);
        using (Take("one"))
        {
            var error = Assert.Throws<EtcdException>(() => Take("one"));
            Assert.Equal(EtcdErrorIds.ClusterBusy, error.ErrorId);
            Assert.Contains($"on this machine: {Environment.UserName}@{Environment.MachineName} (process {Environment.ProcessId}) since 20",
                error.Message, StringComparison.Ordinal);
            Assert.EndsWith("for: Testing.", error.Message, StringComparison.Ordinal);
            Take("two").Dispose();
        }

        Take("one").Dispose();
    }
}
