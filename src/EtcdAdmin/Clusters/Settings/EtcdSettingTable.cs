using static EtcdAdmin.Clusters.Settings.SettingOwner;
using static EtcdAdmin.Clusters.Settings.SettingType;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>The settings that etcd reads from its configuration file, from 3.0 to 3.7.</summary>
/// <remarks> Source: the struct tags of <c>Config</c>, <c>configJSON</c> and <c>securityConfig</c> in <c>embed/config.go</c> (3.1 to 3.4) and
/// <c>server/embed/config.go</c> (from 3.5), and of <c>configProxy</c> in <c>etcdmain/config.go</c>, in every release from 3.0.0 to 3.0.17 (there
/// <c>etcdmain/config.go</c> has all), 3.1.0 to 3.1.20, 3.2.0 to 3.2.32, 3.3.0 to 3.3.27, 3.4.0 to 3.4.45, 3.5.0 to 3.5.33, 3.6.0 to 3.6.14, 3.7.0
/// and 3.7.1; words from <c>Validate</c> in the same file. A test passes each setting to the real servers. Names in the file can differ from those of
/// the flags. Go's JSON reader ignores upper and lower case in names; unknown names are ignored silently. </remarks>
internal static class EtcdSettingTable
{
    /// <summary>The first minor version after this table: its settings are not known here.</summary>
    public static readonly EtcdVersion FirstUnknown = new(3, 8, 0);

    private const string Always = "3.0-";
    private const string Since33 = "3.3-";
    private const string Late32 = "3.2.10,3.3-";
    private const string UntilGates = "3.3-3.6";
    private const string Proxies = "3.0-3.5";
    private const string NoFsync = "the write-ahead log is not flushed to disk, so a power cut loses or damages acknowledged data";
    private const string NoTls = "every client that can connect to an http:// address can read and write all keys without a certificate";
    private const string DropsV2 = "etcd drops the data of the v2 store";
    private const string SharedPort = "with reuse-port, a second etcd process can listen on the same port, so clients can reach the wrong process";

    /// <summary>All settings.</summary>
    public static IReadOnlyList<EtcdSetting> All { get; } =
    [
        // Data, members and addresses.
        new("name", SettingType.Text, Always, Name),
        new("data-dir", SettingType.Text, Always, SettingOwner.Data),
        new("wal-dir", SettingType.Text, Always, Log),
        new("listen-peer-urls", Csv, Always, Listening),
        new("listen-client-urls", Csv, Always, Listening),
        new("listen-client-http-urls", Csv, "3.4.25,3.5.8,3.6-") { Rule = TextRules.Listening, Unsafe = ["http://"], Danger = NoTls },
        new("initial-advertise-peer-urls", Csv, Always, Address),
        new("advertise-client-urls", Csv, Always, Address),
        new("initial-cluster", Csv, Always, SettingOwner.Members),
        new("initial-cluster-token", SettingType.Text, Always, SettingOwner.Members),
        new("initial-cluster-state", SettingType.Text, Always, SettingOwner.Members),
        new("force-new-cluster", Flag, Always, SettingOwner.Recovery),
        new("strict-reconfig-check", Flag, Always, MembershipCheck),
        new("discovery", SettingType.Text, "3.0-3.6", Discovery),
        new("discovery-proxy", SettingType.Text, "3.0-3.6", Discovery),
        new("discovery-fallback", SettingType.Text, Proxies, Discovery),
        new("discovery-srv", SettingType.Text, Always, Discovery),
        new("discovery-srv-name", SettingType.Text, "3.4-", Discovery),
        new("discovery-config", SettingType.Text, "3.6-", Discovery),
        new("proxy", SettingType.Text, Proxies, Proxy),
        new("proxy-failure-wait", Milliseconds, Proxies, Proxy),
        new("proxy-refresh-interval", Milliseconds, Proxies, Proxy),
        new("proxy-dial-timeout", Milliseconds, Proxies, Proxy),
        new("proxy-write-timeout", Milliseconds, Proxies, Proxy),
        new("proxy-read-timeout", Milliseconds, Proxies, Proxy),

        // Raft and storage.
        new("heartbeat-interval", Milliseconds, Always, Tuning) { Least = 1 },
        new("election-timeout", Milliseconds, Always, Tuning) { Least = 1 },
        new("initial-election-tick-advance", Flag, "3.1.14,3.2.19,3.3.4,3.4-"),
        new("pre-vote", Flag, "3.4-"),
        new("snapshot-count", Number, Always, Tuning) { Least = 1 },
        new("experimental-snapshot-catch-up-entries", Number, "3.5.14,3.6-3.6") { RenamedTo = "snapshot-catchup-entries" },
        new("snapshot-catchup-entries", Number, "3.6-"),
        new("max-snapshots", Number, Always),
        new("max-wals", Number, Always),
        new("quota-backend-bytes", Bytes, Always, Tuning),
        new("backend-batch-interval", Duration, "3.4-"),
        new("backend-batch-limit", Number, "3.4-"),
        new("experimental-backend-bbolt-freelist-type", Choice, "3.4-3.4") { RenamedTo = "backend-bbolt-freelist-type", Words = ["array", "map"] },
        new("backend-bbolt-freelist-type", Choice, "3.5-") { Words = ["array", "map"] },
        new("unsafe-no-fsync", Flag, "3.4.10,3.5-") { Unsafe = ["true"], Danger = NoFsync },
        new("experimental-memory-mlock", Flag, "3.5-3.6") { RenamedTo = "memory-mlock" },
        new("memory-mlock", Flag, "3.6-"),
        new("experimental-bootstrap-defrag-threshold-megabytes", Number, "3.5-3.6") { RenamedTo = "bootstrap-defrag-threshold-megabytes" },
        new("bootstrap-defrag-threshold-megabytes", Number, "3.6-"),
        new("experimental-txn-mode-write-with-shared-buffer", Flag, "3.5-3.6") { RenamedTo = "feature-gates", Gate = "TxnModeWriteWithSharedBuffer" },
        new("experimental-stop-grpc-service-on-defrag", Flag, "3.5.14,3.6-3.6") { RenamedTo = "feature-gates", Gate = "StopGRPCServiceOnDefrag" },
        new("max-learners", Number, "3.6-") { Least = 1 },
        new("next-cluster-version-compatible", Flag, "3.4.31"),
        new("experimental-downgrade-check-time", Duration, "3.5-3.6") { RenamedTo = "downgrade-check-time" },
        new("downgrade-check-time", Duration, "3.6-"),

        // History and consistency.
        new("auto-compaction-mode", Choice, Since33, Tuning) { Words = ["periodic", "revision"] },
        new("auto-compaction-retention", Retention, "3.1-", Tuning) { Rule = TextRules.Retention },
        new("experimental-compaction-batch-limit", Number, "3.4-3.6") { RenamedTo = "compaction-batch-limit" },
        new("compaction-batch-limit", Number, "3.6-"),
        new("experimental-compaction-sleep-interval", Duration, "3.5.16,3.6-3.6") { RenamedTo = "compaction-sleep-interval" },
        new("compaction-sleep-interval", Duration, "3.6-"),
        new("experimental-initial-corrupt-check", Flag, UntilGates) { RenamedTo = "feature-gates", Gate = "InitialCorruptCheck" },
        new("experimental-corrupt-check-time", Duration, UntilGates) { RenamedTo = "corrupt-check-time" },
        new("corrupt-check-time", Duration, "3.6-"),
        new("experimental-compact-hash-check-enabled", Flag, "3.5.5,3.6-3.6") { RenamedTo = "feature-gates", Gate = "CompactHashCheck" },
        new("experimental-compact-hash-check-time", Duration, "3.5.5,3.6-3.6") { RenamedTo = "compact-hash-check-time", Least = 1 },
        new("compact-hash-check-time", Duration, "3.6-") { Least = 1 },
        new("feature-gates", Gates, "3.6-") { Rule = TextRules.FeatureGates },

        // Requests, watches and leases.
        new("max-txn-ops", Number, Since33),
        new("max-request-bytes", Bytes, Late32),
        new("max-concurrent-streams", Number, "3.4.20,3.5.5,3.6-") { Most = uint.MaxValue },
        new("grpc-keepalive-min-time", Duration, Late32),
        new("grpc-keepalive-interval", Duration, Late32),
        new("grpc-keepalive-timeout", Duration, Late32),
        new("enable-grpc-gateway", Flag, "3.4-"),
        new("socket-options", FlagMap, "3.5.10,3.6-") { Words = ["reuse-port", "reuse-address"], Unsafe = ["reuse-port"], Danger = SharedPort },
        new("experimental-watch-progress-notify-interval", Duration, "3.4.11,3.5-3.6") { RenamedTo = "watch-progress-notify-interval" },
        new("watch-progress-notify-interval", Duration, "3.6-"),
        new("experimental-warning-apply-duration", Duration, "3.4.16,3.5-3.6") { RenamedTo = "warning-apply-duration" },
        new("warning-apply-duration", Duration, "3.6-"),
        new("experimental-warning-unary-request-duration", Duration, "3.6-3.6") { RenamedTo = "warning-unary-request-duration" },
        new("warning-unary-request-duration", Duration, "3.6-"),
        new("experimental-enable-lease-checkpoint", Flag, "3.4-3.6") { RenamedTo = "feature-gates", Gate = "LeaseCheckpoint" },
        new("experimental-enable-lease-checkpoint-persist", Flag, "3.4.20,3.5.2,3.6-3.6")
        {
            RenamedTo = "feature-gates",
            Gate = "LeaseCheckpointPersist",
        },

        // The v2 API.
        new("enable-v2", Flag, "3.2-3.5"),
        new("experimental-enable-v2v3", SettingType.Text, "3.3-3.5"),
        new("v2-deprecation", Choice, "3.5-")
        {
            Words = ["not-yet", "write-only", "write-only-drop-data", "gone"],
            Unsafe = ["write-only-drop-data", "gone"],
            Danger = DropsV2,
        },

        // Security.
        new("client-transport-security", SettingType.Text, Always, Tls),
        new("peer-transport-security", SettingType.Text, Always, Tls),
        new("experimental-peer-skip-client-san-verification", Flag, "3.6-3.6", Tls),
        new("self-signed-cert-validity", Number, "3.5.1,3.6-", Tls),
        new("cipher-suites", List, "3.2.22,3.3.7,3.4-", Tuning) { Rule = TextRules.CipherSuites },
        new("tls-min-version", Choice, "3.4.25,3.5.8,3.6-") { Words = ["TLS1.2", "TLS1.3"] },
        new("tls-max-version", Choice, "3.4.25,3.5.8,3.6-") { Words = ["TLS1.2", "TLS1.3"] },
        new("cors", Csv, Always) { Rule = TextRules.Origins },
        new("host-whitelist", Csv, "3.4-"),
        new("auth-token", SettingType.Text, "3.2-") { Rule = TextRules.AuthToken },
        new("auth-token-ttl", Seconds, "3.3.23,3.4.10,3.5-"),
        new("bcrypt-cost", Number, "3.4-") { Least = 4, Most = 31 },

        // Logs, metrics, traces.
        new("logger", SettingType.Text, "3.4-", Logging),
        new("log-output", SettingType.Text, "3.3-3.4", Logging),
        new("log-outputs", List, "3.4-", Logging),
        new("enable-log-rotation", Flag, "3.5-", Logging),
        new("log-rotation-config-json", SettingType.Text, "3.5-", Logging),
        new("log-level", Choice, "3.4-") { Words = ["debug", "info", "warn", "error", "dpanic", "panic", "fatal"] },
        new("log-format", Choice, "3.6-") { Words = ["json", "console"] },
        new("debug", Flag, "3.0-3.4") { RenamedTo = "log-level" },
        new("log-package-levels", Csv, "3.0-3.4"),
        new("enable-pprof", Flag, "3.2.6,3.3-"),
        new("metrics", Choice, "3.1-") { Words = ["basic", "extensive"] },
        new("listen-metrics-urls", Csv, Since33, Tuning) { Rule = TextRules.Listening },
        new("experimental-enable-distributed-tracing", Flag, "3.5-3.6") { RenamedTo = "enable-distributed-tracing" },
        new("enable-distributed-tracing", Flag, "3.6-"),
        new("experimental-distributed-tracing-address", SettingType.Text, "3.5-3.6") { RenamedTo = "distributed-tracing-address" },
        new("distributed-tracing-address", SettingType.Text, "3.6-"),
        new("experimental-distributed-tracing-service-name", SettingType.Text, "3.5-3.6") { RenamedTo = "distributed-tracing-service-name" },
        new("distributed-tracing-service-name", SettingType.Text, "3.6-"),
        new("experimental-distributed-tracing-instance-id", SettingType.Text, "3.5-3.6") { RenamedTo = "distributed-tracing-instance-id" },
        new("distributed-tracing-instance-id", SettingType.Text, "3.6-"),
        new("experimental-distributed-tracing-sampling-rate", Number, "3.5.11,3.6-3.6")
        {
            RenamedTo = "distributed-tracing-sampling-rate",
            Most = 1_000_000,
        },
        new("distributed-tracing-sampling-rate", Number, "3.6-") { Most = 1_000_000 },
    ];

    private static readonly Dictionary<string, EtcdSetting> ByName = All.ToDictionary(setting => setting.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The setting with a name, in upper or lower case; null if no release has it.</summary>
    public static EtcdSetting? Find(string name) => ByName.GetValueOrDefault(name.Trim());
}
