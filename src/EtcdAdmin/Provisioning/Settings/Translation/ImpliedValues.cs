using EtcdAdmin.Clusters.Settings;

namespace EtcdAdmin.Provisioning.Settings.Translation;

/// <summary>What etcd does in a version that does not have a setting, as the value of the setting with the same behaviour. Such a value can be left
/// out without a change.</summary>
/// <remarks>Sources, if a row names no other: the constants of the same name in <c>embed/config.go</c> and in the packages that it configures,
/// 3.3.25, 3.4.23 and 3.5.30.</remarks>
internal static class ImpliedValues
{
    private static readonly EtcdVersion FirstWithSmallBatches = new(3, 4, 0);

    private static readonly EtcdVersion FirstWithEnableV2 = new(3, 2, 0);

    private static readonly Dictionary<string, object> Values = new(StringComparer.OrdinalIgnoreCase)
    {
        ["auth-token-ttl"] = 300L, // auth/simple_token.go, simpleTokenTTLDefault
        ["backend-batch-interval"] = "100ms", // mvcc/backend/backend.go, defaultBatchInterval
        ["backend-batch-limit"] = 10_000L, // the same file, defaultBatchLimit
        ["backend-bbolt-freelist-type"] = "array",
        ["experimental-backend-bbolt-freelist-type"] = "array",
        ["bcrypt-cost"] = 10L, // auth/store.go, BcryptCost
        ["bootstrap-defrag-threshold-megabytes"] = 0L,
        ["experimental-bootstrap-defrag-threshold-megabytes"] = 0L,
        ["cors"] = "*",
        ["enable-grpc-gateway"] = true, // embed/serve.go of 3.3 always registers it
        ["host-whitelist"] = "*",
        ["initial-election-tick-advance"] = true, // etcdserver/server.go of 3.3.3, advanceTicksForElection
        ["log-format"] = "json",
        ["log-level"] = "info",
        ["max-concurrent-streams"] = (long)uint.MaxValue,
        ["max-request-bytes"] = 1_572_864L, // etcdserver/v3_server.go of 3.1, maxRequestBytes
        ["max-txn-ops"] = 128L, // etcdserver/api/v3rpc/key.go of 3.2, MaxOpsPerTxn
        ["metrics"] = "basic",
        ["auth-token"] = "simple",
        ["max-learners"] = 1L, // etcdserver/api/membership/cluster.go, maxLearners
        ["snapshot-catchup-entries"] = 5_000L, // etcdserver/server.go, DefaultSnapshotCatchUpEntries
        ["experimental-snapshot-catch-up-entries"] = 5_000L,
        ["tls-min-version"] = "TLS1.2", // pkg/transport/listener.go, MinVersion
        ["warning-apply-duration"] = "100ms", // etcdserver/util.go, warnApplyDuration
        ["experimental-warning-apply-duration"] = "100ms",
        ["warning-unary-request-duration"] = "300ms", // etcdserver/api/v3rpc/interceptor.go, warnUnaryRequestLatency
        ["experimental-warning-unary-request-duration"] = "300ms",
        ["watch-progress-notify-interval"] = "10m", // etcdserver/api/v3rpc/watch.go, progressReportInterval
        ["experimental-watch-progress-notify-interval"] = "10m",
        ["downgrade-check-time"] = "5s",
        ["experimental-downgrade-check-time"] = "5s",
        ["compact-hash-check-time"] = "1m",
        ["experimental-compact-hash-check-time"] = "1m",
        ["distributed-tracing-address"] = "localhost:4317",
        ["experimental-distributed-tracing-address"] = "localhost:4317",
        ["distributed-tracing-service-name"] = "etcd",
        ["experimental-distributed-tracing-service-name"] = "etcd",
        ["distributed-tracing-sampling-rate"] = 0L,
        ["experimental-distributed-tracing-sampling-rate"] = 0L,
    };

    /// <summary>Whether a version without a setting behaves as the setting's value says.</summary>
    /// <param name="setting">A setting that the version does not have.</param>
    /// <param name="kept">Its value, as it is stored.</param>
    /// <param name="version">The version.</param>
    public static bool IsTheSame(EtcdSetting setting, object kept, EtcdVersion version) => setting.Name switch
    {
        // mvcc/kvstore_compaction.go: 10,000 keys and 100 ms in 3.3, 1,000 keys and 10 ms later (CHANGELOG-3.4.md).
        "compaction-batch-limit" or "experimental-compaction-batch-limit" =>
            SettingValues.Whole(kept) == (version < FirstWithSmallBatches ? 10_000 : 1_000),
        "compaction-sleep-interval" or "experimental-compaction-sleep-interval" =>
            SettingValues.Nanoseconds(kept) == (version < FirstWithSmallBatches ? 100_000_000 : 10_000_000),
        // Versions before 3.5 do not share the buffer. The setting only saves a copy in memory.
        "experimental-txn-mode-write-with-shared-buffer" => true,
        // Until 3.1 API 2 is always on, and from 3.6 on always off.
        "enable-v2" => kept is bool flag && flag == (version < FirstWithEnableV2),
        var name => (Values.GetValueOrDefault(name), kept) switch
        {
            (bool implied, bool flag) => implied == flag,
            (null, bool flag) => !flag,
            (null, IReadOnlyDictionary<string, object?> map) => map.Values.All(part => part is false),
            (string implied, string text) =>
                implied == text || (SettingValues.Nanoseconds(implied) is { } time && SettingValues.Nanoseconds(text) == time),
            (long implied, _) => SettingValues.Whole(kept) == implied,
            _ => false,
        },
    };
}
