using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Spec;

public sealed class EtcdTuningTests
{
    private const string SuiteA = "TLS_RSA_WITH_AES_128_CBC_SHA", SuiteB = "TLS_RSA_WITH_AES_256_CBC_SHA";

    private static EtcdTuning Tuning => new()
    {
        QuotaBytes = 8L << 30,
        CipherSuites = [SuiteA, SuiteB],
        MetricsUrls = [new Uri("http://127.0.0.1:2381")],
        Extra = new Dictionary<string, object?>
        {
            ["max-request-bytes"] = 4 << 20,
            ["flag"] = true,
            ["list"] = new object?[] { "x", 1, null },
            ["map"] = new Dictionary<string, object?> { ["inner"] = new[] { "y" } },
        },
    };

    [Fact]
    public void Equals_SameSettingsInOtherLists_IsTrue()
    {
        EtcdTuning reordered = Tuning with { Extra = new SortedDictionary<string, object?>(Tuning.Extra!.ToDictionary(), StringComparer.Ordinal) };

        Assert.Equal(Tuning, reordered);
        Assert.Equal(Tuning.GetHashCode(), reordered.GetHashCode());
        Assert.True(Tuning == reordered);
    }

    [Fact]
    public void Equals_OneSettingOtherwise_IsFalse()
    {
        EtcdTuning[] others =
        [
            Tuning with { QuotaBytes = 1 },
            Tuning with { CipherSuites = [SuiteB, SuiteA] },
            Tuning with { CipherSuites = null },
            Tuning with { MetricsUrls = [new Uri("http://127.0.0.1:2382")] },
            Tuning with { Extra = null },
            With("flag", "true"),
            With("list", new object?[] { "x", 1 }),
            With("map", new Dictionary<string, object?> { ["inner"] = new[] { "z" } }),
            With("one-more", 1),
        ];

        Assert.All(others, other => Assert.NotEqual(Tuning, other));
    }

    [Fact]
    public async Task Equals_SavedAndReadAgain_IsTrue()
    {
        using var folder = new TempFolder();
        var store = new ProfileStore(new EtcdAdminHome(folder.Path));
        var member = new MemberSpec
        {
            Name = "n1",
            HostName = "localhost",
            Address = "127.0.0.1",
            ClientPort = 1,
            PeerPort = 2,
            Directory = "/d",
            BinDirectory = "/b",
        };
        var spec = new ClusterSpec { Token = "token", Members = [member], Tuning = Tuning };
        await store.SaveAsync(new EtcdCluster("demo", [new Uri("http://127.0.0.1:1")]) { Spec = spec }, TestContext.Current.CancellationToken);

        EtcdCluster read = await store.LoadAsync("demo", TestContext.Current.CancellationToken);

        Assert.Equal(Tuning, read.Spec!.Tuning);
    }

    private static EtcdTuning With(string name, object? value) =>
        Tuning with { Extra = new Dictionary<string, object?>(Tuning.Extra!) { [name] = value } };
}
