using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Settings;

namespace EtcdAdmin.Tests.Provisioning.Settings;

public sealed class SettingRulesTests
{
    private static readonly EtcdVersion V35 = new(3, 5, 16);

    [Theory]
    [InlineData("data-dir", "Move-EtcdData")]
    [InlineData("wal-dir", "-WalDirectory")]
    [InlineData("force-new-cluster", "Repair-EtcdCluster")]
    [InlineData("initial-cluster", "Add-EtcdMember")]
    [InlineData("initial-cluster-token", "Add-EtcdMember")]
    [InlineData("initial-cluster-state", "Add-EtcdMember")]
    [InlineData("name", "-MemberName")]
    [InlineData("listen-client-urls", "-ClientPort")]
    [InlineData("listen-peer-urls", "-PeerPort")]
    [InlineData("advertise-client-urls", "-Address")]
    [InlineData("initial-advertise-peer-urls", "-Address")]
    [InlineData("client-transport-security", "Enable-EtcdTls")]
    [InlineData("peer-transport-security.cert-file", "Enable-EtcdTls")]
    [InlineData("peer-cert-file", "Enable-EtcdTls")]
    [InlineData("cert-file", "Enable-EtcdTls")]
    [InlineData("discovery", "-HostName")]
    [InlineData("discovery-srv", "-HostName")]
    [InlineData("proxy", "Remove this setting")]
    [InlineData("logger", "log-level")]
    [InlineData("log-outputs", "log-level")]
    [InlineData("strict-reconfig-check", "Remove this setting")]
    [InlineData("Data-Dir", "Move-EtcdData")]
    [InlineData(" wal-dir ", "-WalDirectory")]
    [InlineData("ETCD_DATA_DIR", "Move-EtcdData")]
    [InlineData("--wal-dir", "-WalDirectory")]
    [InlineData("force_new_cluster", "Repair-EtcdCluster")]
    public void Apply_NameThatACommandOwns_IsRefusedWithThatCommand(string name, string nextStep)
    {
        EtcdException error = Refused(V35, name, "x", force: true);

        Assert.Contains(nextStep, error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.5.16", "ETCD_SNAPSHOT_COUNT", "Use 'snapshot-count'.")]
    [InlineData("3.5.16", "snapshot_count", "Use 'snapshot-count'.")]
    [InlineData("3.5.16", "snapshotCount", "Use 'snapshot-count'.")]
    [InlineData("3.5.16", "--max-txn-ops", "Use 'max-txn-ops'.")]
    [InlineData("3.5.16", "max-txn-opps", "Use 'max-txn-ops'.")]
    [InlineData("3.5.16", "corrupt-check-time", "Use 'experimental-corrupt-check-time'.")]
    [InlineData("3.7.1", "experimental-corrupt-check-time", "Use 'corrupt-check-time'.")]
    [InlineData("3.7.1", "experimental-initial-corrupt-check", "Use 'feature-gates' with the value 'InitialCorruptCheck=true'.")]
    [InlineData("3.5.16", "experimental-backend-bbolt-freelist-type", "Use 'backend-bbolt-freelist-type'.")]
    [InlineData("3.5.16", "socket-options.reuse-address", "Use 'socket-options' with a map")]
    [InlineData("3.5.16", "socket-reuse-port", "Use 'socket-options' with a map of reuse-port, reuse-address.")]
    [InlineData("3.5.16", "ETCD_SOCKET_REUSE_ADDRESS", "Use 'socket-options' with a map of reuse-port, reuse-address.")]
    [InlineData("3.4.30", "socket-reuse-port", "Leave it out")]
    [InlineData("3.5.16", "debug", "Use 'log-level'.")]
    [InlineData("3.3.25", "log-level", "Use 'debug'.")]
    [InlineData("3.5.16", "nonsense", "Leave it out")]
    [InlineData("3.5.16", "", "Leave it out")]
    [InlineData("3.5.16", "max-learners", "Leave it out")]
    [InlineData("3.5.7", "tls-min-version", "Leave it out")]
    public void Apply_NameThatThisEtcdDoesNotKnow_IsRefusedWithTheNearest(string version, string name, string nextStep)
    {
        EtcdException error = Refused(EtcdVersion.Parse(version), name, "1", force: false);

        Assert.StartsWith(nextStep, error.NextStep, StringComparison.Ordinal);
        Assert.Contains($"etcd {version}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unsafe-no-fsync", true)]
    [InlineData("Unsafe-No-Fsync", "true")]
    [InlineData("v2-deprecation", "gone")]
    [InlineData("listen-client-http-urls", "https://10.0.0.1:2378, HTTP://0.0.0.0:2379")]
    public void Apply_SettingThatCanCostData_TakesForce(string name, object value)
    {
        EtcdTuning forced = Apply(V35, name, value, force: true);

        Assert.Contains("-Force", Refused(V35, name, value, force: false).NextStep, StringComparison.Ordinal);
        Assert.Single(forced.Extra!);
        // Once it is so, changing something else does not ask again.
        Assert.Equal(256L,
            new SettingRules(V35, force: false).Apply(
                forced, new EtcdTuning(), Map(("max-txn-ops", 256), (name, value)), replaces: false).Extra!["max-txn-ops"]);
    }

    [Fact]
    public void Apply_SettingsWithAParameter_MeanTheSame()
    {
        EtcdTuning tuning = new SettingRules(V35, force: false).Apply(
            new EtcdTuning(),
            new EtcdTuning { QuotaBytes = 4L << 30 },
            Map(("Quota-Backend-Bytes", "4GB"), ("heartbeat-interval", 150), ("election-timeout", "2s"),
                ("listen-metrics-urls", "http://127.0.0.1:1,http://127.0.0.1:2"),
                    ("cipher-suites", "TLS_RSA_WITH_AES_128_CBC_SHA,TLS_RSA_WITH_AES_256_CBC_SHA")),
            replaces: false);

        Assert.Equal(
            new EtcdTuning
            {
                QuotaBytes = 4L << 30,
                HeartbeatInterval = TimeSpan.FromMilliseconds(150),
                ElectionTimeout = TimeSpan.FromSeconds(2),
                MetricsUrls = [new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2")],
                CipherSuites = ["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"],
            },
            tuning);
        Assert.Contains("-QuotaBytes", Assert.Throws<EtcdException>(() => new SettingRules(V35, force: false).Apply(
            new EtcdTuning(), new EtcdTuning { QuotaBytes = 1 }, Map(("quota-backend-bytes", 2)), replaces: false)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_Null_GoesBackToTheDefault()
    {
        var old = new EtcdTuning { QuotaBytes = 1, Extra = Map(("pre-vote", false), ("nonsense", 1L), ("kept", 2L)) };

        EtcdTuning tuning = new SettingRules(V35, force: false).Apply(
            old, new EtcdTuning(), Map(("quota-backend-bytes", null), ("Pre-Vote", null), ("nonsense", null), ("max-txn-ops", null)),
                replaces: false);

        Assert.Equal(new EtcdTuning { Extra = Map(("kept", 2L)) }, tuning);
        Assert.Equal("other", Assert.Throws<EtcdException>(() => new SettingRules(V35, force: false).Apply(
            old, new EtcdTuning(), Map(("other", null)), replaces: false)).Target);
    }

    [Fact]
    public void Apply_SeveralThingsWrong_NamesAllOfThem()
    {
        var error = Assert.Throws<EtcdException>(() => new SettingRules(V35, force: false).Apply(
            new EtcdTuning(), new EtcdTuning(),
                Map(("wal-dir", "/new"), ("max-txn-opps", 1), ("pre-vote", "maybe"), ("log-level", "info"), ("LOG-LEVEL", "warn")), replaces: false));

        Assert.All(["Move-EtcdData", "'max-txn-ops'", "'pre-vote' must be true or false, not 'maybe'", "given twice"], part =>
            Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Apply_ProfileHoldsAWrongValue_IsRefusedUntilItIsCorrected()
    {
        var old = new EtcdTuning { Extra = Map(("grpc-keepalive-timeout", "fast")) };
        EtcdTuning Change(params (string Name, object? Value)[] given) =>
            new SettingRules(V35, force: false).Apply(old, new EtcdTuning { QuotaBytes = 1 }, Map(given), replaces: false);

        var error = Assert.Throws<EtcdException>(() => Change());

        Assert.Contains("'grpc-keepalive-timeout' in the cluster's profile must be a duration", error.Message, StringComparison.Ordinal);
        Assert.Contains("@{ 'grpc-keepalive-timeout' = $null }", error.NextStep, StringComparison.Ordinal);
        Assert.Null(Change(("grpc-keepalive-timeout", null)).Extra);
        Assert.Equal("5s", Change(("grpc-keepalive-timeout", "5s")).Extra!["grpc-keepalive-timeout"]);
    }

    [Fact]
    public void Apply_ParameterThatEtcdRefuses_IsRefusedByItsName()
    {
        EtcdException Refused(EtcdTuning wish) =>
            Assert.Throws<EtcdException>(() => new SettingRules(V35, force: false).Apply(new EtcdTuning(), wish, extra: null, replaces: false));

        EtcdException suite = Refused(new EtcdTuning { CipherSuites = ["TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA"] });
        EtcdException listening = Refused(new EtcdTuning { MetricsUrls = [new Uri("http://n1.example.org:2381")] });
        EtcdException timing = Refused(new EtcdTuning { HeartbeatInterval = TimeSpan.FromMilliseconds(250) });

        Assert.Contains(
            "'-CipherSuite' must be cipher suites that etcd supports, and AES128-SHA is not one", suite.Message, StringComparison.Ordinal);
        Assert.Contains("'-MetricsUrl' must be URLs with an IP address and a port", listening.Message, StringComparison.Ordinal);
        Assert.Contains("the election timeout (1000 ms, etcd's default) must be at least five heartbeat intervals (250 ms each)", timing.Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Give -ElectionTimeout 1250 ms or more", timing.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpc-keepalive-interval", "9000000h")]
    [InlineData("grpc-keepalive-interval", "9223372036854775807h")]
    [InlineData("grpc-keepalive-interval", "9223372036854775808")]
    [InlineData("auth-token-ttl", "9223372037")]
    public void Apply_DurationThatIsTooLong_SaysSo(string name, string value) =>
        Assert.Contains($"'{name}' must be a duration of at most 2562047h47m16.854775807s", Refused(V35, name, value, force: false).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Apply_SettingsThatDoNotGoTogether_AreRefused()
    {
        EtcdException Together(string version, params (string, object?)[] settings) => Refused(EtcdVersion.Parse(version), Map(settings));

        Assert.Equal("tls-min-version", Together("3.5.16", ("tls-min-version", "TLS1.3"), ("tls-max-version", "TLS1.2")).Target);
        Assert.Equal("cipher-suites", Together("3.5.16", ("tls-min-version", "TLS1.3"), ("cipher-suites", "TLS_RSA_WITH_AES_128_CBC_SHA")).Target);
        Assert.Equal(
            "experimental-enable-lease-checkpoint-persist", Together("3.5.16", ("experimental-enable-lease-checkpoint-persist", true)).Target);
        Assert.Equal("feature-gates", Together("3.6.5", ("feature-gates", "LeaseCheckpointPersist=true")).Target);
        Assert.Equal("experimental-initial-corrupt-check",
            Together("3.6.5", ("feature-gates", "InitialCorruptCheck=true"), ("experimental-initial-corrupt-check", true)).Target);
    }

    [Fact]
    public void Apply_BothNamesOfOneSetting_AreRefused()
    {
        EtcdException error = Refused(new EtcdVersion(3, 6, 5), Map(("experimental-corrupt-check-time", "1m"), ("corrupt-check-time", "1m")));

        Assert.Contains("'corrupt-check-time'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "8h", "8h")]
    [InlineData(null, "90m", "90m")]
    [InlineData("periodic", "8", "8")]
    [InlineData("periodic", "08:00:00", "8h")]
    [InlineData("periodic", "28800000000000", "8h")]
    [InlineData("revision", "10000", "10000")]
    [InlineData(null, "0", "0")]
    public void Apply_Retention_IsWhatItsModeReads(string? mode, string given, string kept) =>
        Assert.Equal(kept, Retention(mode, given).AutoCompactionRetention);

    [Theory]
    [InlineData("revision", "8h")]
    [InlineData("periodic", "1d")]
    [InlineData(null, "-8h")]
    [InlineData("periodic", "9ns")]
    [InlineData(null, "8 hours")]
    public void Apply_RetentionThatItsModeDoesNotRead_IsRefused(string? mode, string given) =>
        Assert.Equal("auto-compaction-retention", Assert.Throws<EtcdException>(() => Retention(mode, given)).Target);

    private static EtcdTuning Retention(string? mode, string given) => new SettingRules(V35, force: false).Apply(
        new EtcdTuning(), new EtcdTuning { AutoCompactionMode = mode, AutoCompactionRetention = given }, extra: null, replaces: false);

    private static EtcdTuning Apply(EtcdVersion version, string name, object? value, bool force) =>
        new SettingRules(version, force).Apply(new EtcdTuning(), new EtcdTuning(), Map((name, value)), replaces: false);

    private static EtcdException Refused(EtcdVersion version, string name, object? value, bool force)
    {
        var error = Assert.Throws<EtcdException>(() => Apply(version, name, value, force));
        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        return error;
    }

    private static EtcdException Refused(EtcdVersion version, Dictionary<string, object?> extra) => Assert.Throws<EtcdException>(
        () => new SettingRules(version, force: false).Apply(new EtcdTuning(), new EtcdTuning(), extra, replaces: false));

    private static Dictionary<string, object?> Map(params (string Name, object? Value)[] items) =>
        items.ToDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal);
}
