namespace EtcdAdmin.Monitoring.Export;

/// <summary>The panels of the dashboard, row by row.</summary>
/// <remarks>Names of metrics: etcd 3.4 to 3.7, server/etcdserver/metrics.go, server/storage, pkg/wal, api/rafthttp. In 3.3 the sizes of the database
/// have other names, and their panels are empty.</remarks>
internal static class DashboardPanels
{
    private const string Stat = "stat";
    private const string Lines = "timeseries";
    private const string Selected = "job=\"@JOB@\",cluster=~\"$cluster\"";
    private const string Member = "<cluster> <member>";

    /// <summary>The rows, with their titles.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<DashboardPanel> Panels)> Rows { get; } =
    [
        ("Now",
        [
            new("Members up", Stat, "short", "Members that answer.", ($"sum(up{{{Selected}}})", "up")) { Limit = 1 },
            new("Members down", Stat, "short", "Members that do not answer.", ($"count(up{{{Selected}}} == 0) or vector(0)", "down"))
            { Limit = 1, GoodBelow = true },
            new("Members with a leader", Stat, "percentunit", "All must have one: without it there are no writes.",
                ($"avg(etcd_server_has_leader{{{Selected}}})", "leader"))
            { Limit = 1 },
            new("Leader changes, 1 day", Stat, "short", "More than a few mean slow disks or a slow network.",
                ($"max(increase(etcd_server_leader_changes_seen_total{{{Selected}}}[1d]))", "changes")) { Limit = 3, GoodBelow = true },
            new("Quota used", Stat, "percentunit", "At 100 % the cluster refuses writes.",
                ($"max(etcd_mvcc_db_total_size_in_bytes{{{Selected}}} / etcd_server_quota_backend_bytes{{{Selected}}})", "used"))
            { Limit = 0.8, GoodBelow = true },
            new("Certificate days left", Stat, "short", "The member whose certificate expires first. Needs the files of Export-EtcdHealth.",
                ("(min(etcdadmin_member_certificate_expiry_timestamp_seconds{cluster=~\"$cluster\"}) - time()) / 86400", "days")) { Limit = 30 },
        ]),
        ("Leader and changes",
        [
            new("Has a leader", Lines, "short", "1 if the member knows a leader.", ($"etcd_server_has_leader{{{Selected}}}", Member)),
            new("Leader changes", Lines, "short", "Elections within an hour.",
                ($"increase(etcd_server_leader_changes_seen_total{{{Selected}}}[1h])", Member)),
            new("Proposals", Lines, "ops", "Changes of the cluster per second: committed, applied and failed.",
                ($"rate(etcd_server_proposals_committed_total{{{Selected}}}[$__rate_interval])", $"{Member} committed"),
                ($"rate(etcd_server_proposals_applied_total{{{Selected}}}[$__rate_interval])", $"{Member} applied"),
                ($"rate(etcd_server_proposals_failed_total{{{Selected}}}[$__rate_interval])", $"{Member} failed")),
            new("Proposals pending", Lines, "short", "Changes that wait to be committed.", ($"etcd_server_proposals_pending{{{Selected}}}", Member)),
            new("Slow applies and reads", Lines, "ops", "Changes that took more than 100 ms to apply, and reads that waited for the leader.",
                ($"rate(etcd_server_slow_apply_total{{{Selected}}}[$__rate_interval])", $"{Member} applies"),
                ($"rate(etcd_server_slow_read_indexes_total{{{Selected}}}[$__rate_interval])", $"{Member} reads")),
            new("Late heartbeats", Lines, "ops", "Heartbeats that the leader sent too late.",
                ($"rate(etcd_server_heartbeat_send_failures_total{{{Selected}}}[$__rate_interval])", Member)),
        ]),
        ("Space",
        [
            new("Database", Lines, "bytes", "The file, the part of it in use, and the quota.",
                ($"etcd_mvcc_db_total_size_in_bytes{{{Selected}}}", $"{Member} file"),
                ($"etcd_mvcc_db_total_size_in_use_in_bytes{{{Selected}}}", $"{Member} in use"),
                ($"max by (cluster) (etcd_server_quota_backend_bytes{{{Selected}}})", "<cluster> quota")),
            new("Space that defragmentation would release", Lines, "bytes", "The part of the file that is not in use.",
                ($"etcd_mvcc_db_total_size_in_bytes{{{Selected}}} - etcd_mvcc_db_total_size_in_use_in_bytes{{{Selected}}}", Member)),
            new("Keys", Lines, "short", "Keys in the database.", ($"etcd_debugging_mvcc_keys_total{{{Selected}}}", Member)),
        ]),
        ("Disk and network",
        [
            new("Log sync, 99th percentile", Lines, "s", "Should stay below 10 ms.", (Quantile("etcd_disk_wal_fsync_duration_seconds"), Member)),
            new("Database commit, 99th percentile", Lines, "s", "Should stay below 25 ms.",
                (Quantile("etcd_disk_backend_commit_duration_seconds"), Member)),
            new("Round trip to other members, 99th percentile", Lines, "s", "The election timeout must be at least ten round trips.",
                ("histogram_quantile(0.99, sum by (cluster, member, To, le) "
                    + $"(rate(etcd_network_peer_round_trip_time_seconds_bucket{{{Selected}}}[$__rate_interval])))", $"{Member} to <To>")),
            new("Traffic with other members", Lines, "Bps", "Bytes per second, received and sent.",
                ($"sum by (cluster, member) (rate(etcd_network_peer_received_bytes_total{{{Selected}}}[$__rate_interval]))", $"{Member} received"),
                ($"sum by (cluster, member) (rate(etcd_network_peer_sent_bytes_total{{{Selected}}}[$__rate_interval]))", $"{Member} sent")),
        ]),
        ("Clients",
        [
            new("Requests", Lines, "reqps", "gRPC calls per second.",
                ($"sum by (cluster, grpc_method) (rate(grpc_server_handled_total{{{Selected}}}[$__rate_interval]))", "<cluster> <grpc_method>")),
            new("Failed requests", Lines, "reqps", "gRPC calls per second that failed.",
                ($"sum by (cluster, grpc_method, grpc_code) (rate(grpc_server_handled_total{{{Selected},grpc_code!=\"OK\"}}[$__rate_interval]))",
                    "<cluster> <grpc_method> <grpc_code>")),
            new("Watches and leases", Lines, "short", "Watch streams and lease streams that are open.",
                ($"sum by (cluster, grpc_service) (grpc_server_started_total{{{Selected},grpc_type=\"bidi_stream\"}}) - sum by (cluster, "
                    + $"grpc_service) (grpc_server_handled_total{{{Selected},grpc_type=\"bidi_stream\"}})",
                    "<cluster> <grpc_service>")),
            new("Traffic with clients", Lines, "Bps", "Bytes per second, received and sent.",
                ($"rate(etcd_network_client_grpc_received_bytes_total{{{Selected}}}[$__rate_interval])", $"{Member} received"),
                ($"rate(etcd_network_client_grpc_sent_bytes_total{{{Selected}}}[$__rate_interval])", $"{Member} sent")),
        ]),
        ("Process",
        [
            new("Memory", Lines, "bytes", "Resident memory.", ($"process_resident_memory_bytes{{{Selected}}}", Member)),
            new("CPU", Lines, "percentunit", "Share of one core.", ($"rate(process_cpu_seconds_total{{{Selected}}}[$__rate_interval])", Member)),
            new("File descriptors", Lines, "short", "Open files and connections.", ($"process_open_fds{{{Selected}}}", Member)),
        ]),
    ];

    private static string Quantile(string histogram) =>
        $"histogram_quantile(0.99, sum by (cluster, member, le) (rate({histogram}_bucket{{{Selected}}}[$__rate_interval])))";
}
