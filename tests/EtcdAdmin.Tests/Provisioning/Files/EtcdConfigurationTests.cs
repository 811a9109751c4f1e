using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Settings;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using YamlDotNet.Serialization;

namespace EtcdAdmin.Tests.Provisioning.Files;

public sealed class EtcdConfigurationTests
{
    private static readonly MemberSpec First = Member("n1", "10.0.0.1");
    private static readonly MemberSpec Second = Member("n2", "fd00::2");

    [Fact]
    public void Render_TlsCluster_HasEveryEntryEtcdNeeds()
    {
        IDictionary<string, object> entries = Read(Spec(new EtcdTuning()), Second);

        Assert.Equal("n2", entries["name"]);
        Assert.Equal("https://[fd00::2]:2379", entries["listen-client-urls"]);
        Assert.Equal("n1=https://10.0.0.1:2380,n2=https://[fd00::2]:2380", entries["initial-cluster"]);
        Assert.Equal("true", Assert.IsAssignableFrom<IDictionary<object, object>>(entries["peer-transport-security"])["client-cert-auth"]);
        Assert.Equal("/m/n2/pki/server.key", Assert.IsAssignableFrom<IDictionary<object, object>>(entries["client-transport-security"])["key-file"]);
    }

    [Theory]
    [InlineData(true, 443, "https://10.0.0.1:443")]
    [InlineData(false, 80, "http://10.0.0.1:80")]
    public void Render_PortThatIsTheSchemesOwn_IsThere(bool tls, int port, string url)
    {
        MemberSpec member = First with { ClientPort = port };

        IDictionary<string, object> entries = Read(Spec(new EtcdTuning()) with { Tls = tls, Members = [member] }, member);

        Assert.Equal(url, entries["advertise-client-urls"]);
        Assert.Equal(url, entries["listen-client-urls"]);
    }

    [Fact]
    public void Render_Tuning_IsInEtcdsUnits()
    {
        IDictionary<string, object> entries = Read(
            Spec(new EtcdTuning
            {
                HeartbeatInterval = TimeSpan.FromMilliseconds(250),
                ElectionTimeout = TimeSpan.FromSeconds(2.5),
                QuotaBytes = 8L << 30,
                MetricsUrls = [new Uri("http://127.0.0.1:9100")],
                Extra = new Dictionary<string, object?> { ["grpc-keepalive-min-time"] = TimeSpan.FromSeconds(1) },
            }),
            Second);

        Assert.Equal("250", entries["heartbeat-interval"]);
        Assert.Equal("2500", entries["election-timeout"]);
        Assert.Equal("8589934592", entries["quota-backend-bytes"]);
        Assert.Equal("http://127.0.0.1:9101", entries["listen-metrics-urls"]);
        Assert.Equal("1000000000", entries["grpc-keepalive-min-time"]);
    }

    [Theory]
    [InlineData("data-dir")]
    [InlineData("Wal-Dir")]
    [InlineData("initial-cluster-token")]
    [InlineData("client-transport-security")]
    [InlineData("force-new-cluster")]
    [InlineData("discovery")]
    [InlineData("QUOTA-BACKEND-BYTES")]
    public void Render_ExtraThatTheSpecificationDecides_IsLeftOut(string name)
    {
        var tuning = new EtcdTuning { QuotaBytes = 1 };

        string file = EtcdConfiguration.Render(Spec(tuning with { Extra = new Dictionary<string, object?> { [name] = "x" } }), First);

        Assert.Equal(EtcdConfiguration.Render(Spec(tuning), First), file);
    }

    [Theory]
    [InlineData(100, 400)]
    [InlineData(0, 1000)]
    [InlineData(100, 60_000)]
    public void Check_TimingThatEtcdRefuses_IsRefused(int heartbeat, int election)
    {
        var tuning = new EtcdTuning
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(heartbeat),
            ElectionTimeout = TimeSpan.FromMilliseconds(election),
        };

        Assert.Equal(EtcdErrorIds.SpecInvalid, Assert.Throws<EtcdException>(() => TuningRules.Check(tuning)).ErrorId);
    }

    [Property(MaxTest = 300)]
    public Property Render_AnyText_ComesBackUnchangedFromYaml() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        text =>
        {
            // YAML cannot hold a lone surrogate; everything else must survive, whatever it looks like.
            string value = string.Concat(text.Get.Where(c => !char.IsSurrogate(c)));
            var tuning = new EtcdTuning { Extra = new Dictionary<string, object?> { ["x"] = value, ["y"] = "no", ["z"] = "1e3" } };
            IDictionary<string, object> entries = Read(Spec(tuning), First);
            return (string)entries["x"] == value && (string)entries["y"] == "no" && (string)entries["z"] == "1e3";
        });

    private static IDictionary<string, object> Read(ClusterSpec spec, MemberSpec member) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(EtcdConfiguration.Render(spec, member));

    private static ClusterSpec Spec(EtcdTuning tuning) =>
        new() { Version = new EtcdVersion(3, 5, 16), Token = "t", Members = [First, Second], Tuning = tuning };

    private static MemberSpec Member(string name, string address) => new()
    {
        Name = name,
        HostName = "localhost",
        Address = address,
        ClientPort = 2379,
        PeerPort = 2380,
        Directory = $"/m/{name}",
        BinDirectory = "/m/bin",
    };
}
