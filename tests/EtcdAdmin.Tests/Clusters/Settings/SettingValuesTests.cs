using System.Numerics;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Recovery.Quorum;

namespace EtcdAdmin.Tests.Clusters.Settings;

public sealed class SettingValuesTests
{
    private const string Interval = "grpc-keepalive-interval";

    public static TheoryData<string, object, object> Taken => new()
    {
        { Interval, TimeSpan.FromSeconds(40), "40s" },
        { Interval, "40s", "40s" },
        { Interval, " 40s ", "40s" },
        { Interval, "1h30m", "1h30m" },
        { Interval, "1.5h", "1h30m" },
        { Interval, "500ms", "500ms" },
        { Interval, 40_000_000_000L, "40s" },
        { Interval, "40000000000", "40s" },
        { Interval, 40e9, "40s" },
        { Interval, 40_000_000_000m, "40s" },
        { Interval, new BigInteger(40_000_000_000), "40s" },
        { Interval, "00:00:40", "40s" },
        { Interval, "1.02:00:00", "26h" },
        { Interval, TimeSpan.FromTicks(1), "100ns" },
        { Interval, "1us", "1us" },
        { Interval, 0, "0s" },
        { "heartbeat-interval", 250, "250ms" },
        { "heartbeat-interval", "250", "250ms" },
        { "heartbeat-interval", TimeSpan.FromMilliseconds(250), "250ms" },
        { "auth-token-ttl", "5m", 300L },
        { "auth-token-ttl", 300, 300L },
        { "auth-token-ttl", TimeSpan.FromMinutes(5), 300L },
        { "auto-compaction-retention", TimeSpan.FromHours(8), "8h" },
        { "auto-compaction-retention", 8, "8" },
        { "auto-compaction-retention", 28.8e12, "28800000000000" },
        { "pre-vote", "True", true },
        { "pre-vote", false, false },
        { "max-txn-ops", "4096", 4096L },
        { "max-txn-ops", (byte)7, 7L },
        { "max-request-bytes", "4MiB", 4_194_304L },
        { "log-level", "WARN", "warn" },
        { "tls-min-version", "tls1.2", "TLS1.2" },
        { "cors", new object[] { new Uri("https://a.example"), "https://b.example" }, "https://a.example,https://b.example" },
        { "feature-gates", new Dictionary<string, object?> { ["LeaseCheckpoint"] = true, ["A"] = "false" }, "A=false,LeaseCheckpoint=true" },
        { "feature-gates", "InitialCorruptCheck=true", "InitialCorruptCheck=true" },
    };

    public static TheoryData<string, object> Refused => new()
    {
        { Interval, "5d" },
        { Interval, "24:00:00" },
        { Interval, "5:00" },
        { Interval, "five" },
        { Interval, "" },
        { Interval, "-1s" },
        { Interval, TimeSpan.FromSeconds(-1) },
        { Interval, TimeSpan.MaxValue },
        { Interval, double.NaN },
        { Interval, double.PositiveInfinity },
        { Interval, 1.5 },
        { Interval, 1e30 },
        { Interval, ulong.MaxValue },
        { Interval, true },
        { Interval, new object[] { "5s" } },
        { Interval, new Dictionary<string, object?> { ["seconds"] = 5 } },
        { Interval, DateTime.UnixEpoch },
        { "heartbeat-interval", "1500us" },
        { "compact-hash-check-time", 0 },
        { "auth-token-ttl", "1500ms" },
        { "auto-compaction-retention", 1.5 },
        { "auto-compaction-retention", TimeSpan.FromHours(-8) },
        { "auto-compaction-retention", true },
        { "pre-vote", "yes" },
        { "pre-vote", 1 },
        { "max-txn-ops", -1 },
        { "max-txn-ops", "1e3" },
        { "max-txn-ops", "0x10" },
        { "max-txn-ops", "1,000" },
        { "max-txn-ops", ulong.MaxValue },
        { "max-concurrent-streams", 4_294_967_296L },
        { "log-level", "loud" },
        { "auth-token", "" },
        { "auth-token", "  " },
        { "auth-token", "simple\nforce-new-cluster: true" },
        { "auth-token", new System.Security.SecureString() },
        { "cors", new object?[] { "a", null } },
        { "cipher-suites", new object[] { new object[] { "A" } } },
        { "feature-gates", "InitialCorruptCheck" },
        { "socket-options", new Dictionary<string, object?> { ["reuse"] = true } },
    };

    [Theory]
    [MemberData(nameof(Taken))]
    public void Normalize_WhatMeansOneThing_IsKeptInOneForm(string name, object value, object kept)
    {
        string? expected = SettingValues.Normalize(EtcdSettingTable.Find(name)!, value, out object form);

        Assert.Null(expected);
        Assert.Equal(kept, form);
        Assert.Null(SettingValues.Normalize(EtcdSettingTable.Find(name)!, form, out object again));
        Assert.Equal(kept, again);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Normalize_WhatEtcdCannotRead_IsRefused(string name, object value) =>
        Assert.NotNull(SettingValues.Normalize(EtcdSettingTable.Find(name)!, value, out _));
}
