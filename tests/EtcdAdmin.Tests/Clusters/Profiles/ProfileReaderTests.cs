using System.Text.Json.Nodes;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Profiles;

/// <summary>Profiles as an editor, a copy or another version of EtcdAdmin may have left them.</summary>
public sealed class ProfileReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EventRecorder _events = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ProfileStore Store => new(new EtcdAdminHome(_folder.Path));

    private string ProfilePath => Path.Combine(Store.Folder("one"), "cluster.json");

    private string[] Warnings => [.. _events.Of<WarningEvent>().Select(warning => warning.Text)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoadAsync_SettingsInAnotherForm_AreReadAndReported()
    {
        await SaveAsync(spec => spec["tuning"] = new JsonObject
        {
            ["electionTimeout"] = "5s",
            ["heartbeatInterval"] = 250,
            ["QuotaBytes"] = "8GB",
            ["autoCompactionMode"] = "Periodic",
            ["autoCompactionRetention"] = "08:00:00",
            ["extra"] = new JsonObject { ["grpc-keepalive-min-time"] = "00:00:07" },
        });

        EtcdTuning tuning = (await LoadAsync()).Spec!.Tuning;

        Assert.Equal(
            new EtcdTuning
            {
                ElectionTimeout = TimeSpan.FromSeconds(5),
                HeartbeatInterval = TimeSpan.FromMilliseconds(250),
                QuotaBytes = 8L << 30,
                AutoCompactionMode = "periodic",
                AutoCompactionRetention = "8h",
                Extra = Map(("grpc-keepalive-min-time", "7s")),
            },
            tuning);
        Assert.All(
            ["electionTimeout is \"5s\" and is treated as 5s", "heartbeatInterval is 250 and is treated as 250ms",
                "QuotaBytes is \"8GB\" and is treated as 8589934592", "autoCompactionMode is \"Periodic\" and is treated as periodic",
                "'auto-compaction-retention' is '08:00:00' and is treated as 8h", "'grpc-keepalive-min-time' is '00:00:07' and is treated as 7s"],
            part =>
                Assert.Contains(Warnings, warning => warning.Contains(part, StringComparison.Ordinal)
                && warning.Contains(ProfilePath, StringComparison.Ordinal)));
        Assert.Equal(6, Warnings.Length);
    }

    [Fact]
    public async Task LoadAsync_SettingsThatCannotBeUsed_AreNamedWithTheWayOut()
    {
        await SaveAsync(spec => spec["tuning"] = new JsonObject
        {
            ["electionTimeout"] = "soon",
            ["snapshotCount"] = 5000,
            ["cipherSuites"] = new JsonArray("TLS_NONE"),
            ["extra"] = new JsonObject
            {
                ["snapshot-count"] = 7,
                ["max-txn-ops"] = "many",
                ["data-dir"] = "/x",
                ["force-new-cluster"] = true,
                ["max-learners"] = 3,
                ["pre-vote"] = true,
            },
        });

        EtcdCluster loaded = await LoadAsync();
        var refused = Assert.Throws<EtcdException>(() => KeptSettings.Require("one", ProfilePath, loaded.Spec!));

        Assert.Equal(5000, loaded.Spec!.Tuning.SnapshotCount);
        Assert.Equal((EtcdErrorIds.ProfileInvalid, (object)ProfilePath), (refused.ErrorId, refused.Target));
        Assert.All(
            ["'election-timeout' in the cluster's profile must be a duration", "not 'soon'", "TLS_NONE is not one",
                "'snapshot-count' is in the cluster's profile twice", "'max-txn-ops' in the cluster's profile must be a whole number"],
            part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        Assert.All(["'election-timeout' = $null", "'snapshot-count' = $null", ProfilePath], part =>
            Assert.Contains(part, refused.NextStep + refused.Message, StringComparison.Ordinal));
        Assert.All(
            ["Move-EtcdData", "Repair-EtcdCluster", "'data-dir' = $null", "'force-new-cluster' = $null",
                "'max-learners' is not a setting of etcd 3.5.16", "'max-txn-ops' = $null"],
            part => Assert.Contains(Warnings, warning => warning.Contains(part, StringComparison.Ordinal)));
        Assert.Equal(7, Warnings.Length);
    }

    [Fact]
    public async Task LoadAsync_SpecThatCannotBeUsed_NamesAllOfItAndLeavesTheClusterToBeAsked()
    {
        await SaveAsync(spec =>
        {
            JsonObject member = spec["members"]![0]!.AsObject();
            member["clientPort"] = "2379";
            member["directory"] = null;
            member.Remove("address");
            member["connection"] = new JsonObject { ["hostName"] = "-oProxyCommand=x" };
            spec["version"] = "latest";
            spec["installed"] = "yes";
        });
        string before = await File.ReadAllTextAsync(ProfilePath, Token);

        EtcdCluster loaded = await LoadAsync();
        var error = Assert.Throws<EtcdException>(() => loaded.RequireSpec());

        Assert.Equal("http://a:1/", Assert.Single(loaded.Endpoints).ToString());
        Assert.True(loaded.IsManaged);
        Assert.Equal((EtcdErrorIds.ProfileInvalid, (object)ProfilePath), (error.ErrorId, error.Target));
        Assert.All(
            ["spec.members[0].clientPort is \"2379\", but must be a whole number", "spec.members[0].directory is null, but must be text",
                "spec.members[0].address is missing", "spec.members[0].connection cannot be used",
                "spec.version is \"latest\", but must be a version such as \"3.5.16\"", "spec.installed is \"yes\", but must be true or false"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.NotNull(error.NextStep);
        Assert.Same(error, await Assert.ThrowsAsync<EtcdException>(() => Store.SaveAsync(loaded.WithCredential(null), Token)));
        Assert.Equal(before, await File.ReadAllTextAsync(ProfilePath, Token));
    }

    [Fact]
    public async Task LoadAsync_ValuesThatCannotBe_AreNamed()
    {
        await SaveAsync(spec =>
        {
            JsonObject member = spec["members"]![0]!.AsObject();
            member["clientPort"] = 70_000;
            member["directory"] = "data";
            spec["token"] = "";
            spec["members"]!.AsArray().Add(member.DeepClone());
        });

        var error = Assert.Throws<EtcdException>(() => LoadAsync().GetAwaiter().GetResult().RequireSpec());

        Assert.All(
            ["clientPort is 70000, but must be a port from 1 to 65535", "spec.members[1].directory is \"data\"", "spec.token is \"\"",
                "two members named 'n1'"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"format\":1,\"name\":\"other\",\"endpoints\":[\"a:1\", 5],\"tls\":1}", "endpoints[1] is 5, but must be a URL",
    "tls is 1, but must be true or false")]
    [InlineData("{\"format\":1,\"name\":\"other\",\"endpoints\":[\"ftp://a:1\"]}", "name is \"other\", but must be \"one\"",
    "endpoints[0] is \"ftp://a:1\", but must be a URL")]
    [InlineData("{\"format\":1,\"name\":\"one\",\"endpoints\":[],\"spec\":{\"token\":5}}", "spec.token is 5", "spec.members is missing")]
    [InlineData("{\n\"format\":1,\n\"name\":\"one\",}", "not valid JSON in line 3", "")]
    [InlineData("{\"name\":\"one\",\"name\":\"one\"}", "not valid JSON", "name")]
    [InlineData("[1]", "not a cluster profile", "")]
    public async Task LoadAsync_NothingIsKnownOfTheCluster_IsRefusedWithAllThatIsWrong(string content, string first, string second)
    {
        Directory.CreateDirectory(Store.Folder("one"));
        await File.WriteAllTextAsync(ProfilePath, content, Token);

        // Without a client URL it cannot even be asked.
        var error = await Assert.ThrowsAsync<EtcdException>(async () => (await LoadAsync()).RequireSpec());

        Assert.Equal((EtcdErrorIds.ProfileInvalid, (object)ProfilePath), (error.ErrorId, error.Target));
        Assert.True(error.Message.Contains(first, StringComparison.Ordinal)
            && error.Message.Contains(second, StringComparison.Ordinal), error.Message);
        Assert.NotNull(error.NextStep);
    }

    [Fact]
    public async Task LoadAsync_NamesInAnotherCaseAndUnknownOnes_AreReported()
    {
        await SaveAsync(spec =>
        {
            spec["Installed"] = spec["installed"]!.DeepClone();
            spec.Remove("installed");
            spec["tunning"] = new JsonObject();
        });

        EtcdCluster loaded = await LoadAsync();

        Assert.True(loaded.Spec!.Installed);
        Assert.Equal(2, Warnings.Length);
        Assert.Contains(Warnings, warning => warning.Contains("spec.Installed is treated as installed", StringComparison.Ordinal));
        Assert.Contains(Warnings, warning => warning.Contains("spec.tunning is not a profile entry", StringComparison.Ordinal));
    }

    private async Task SaveAsync(Action<JsonObject> edit)
    {
        var member = new MemberSpec
        {
            Name = "n1",
            HostName = "h1",
            Connection = new HostConnection { HostName = "h1" },
            Address = "a",
            ClientPort = 1,
            PeerPort = 2,
            Directory = "/d",
            BinDirectory = "/b",
        };
        var spec = new ClusterSpec { Version = new EtcdVersion(3, 5, 16), Token = "t", Members = [member], Installed = true, Tls = false };
        await Store.SaveAsync(new EtcdCluster("one", [new Uri("http://a:1")]) { Spec = spec }, Token);
        JsonNode profile = JsonNode.Parse(await File.ReadAllTextAsync(ProfilePath, Token))!;
        edit(profile["spec"]!.AsObject());
        await File.WriteAllTextAsync(ProfilePath, profile.ToJsonString(), Token);
    }

    private Task<EtcdCluster> LoadAsync() => Store.LoadAsync("one", _events, Token);

    private static Dictionary<string, object?> Map(params (string Name, object? Value)[] items) =>
        items.ToDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal);
}
