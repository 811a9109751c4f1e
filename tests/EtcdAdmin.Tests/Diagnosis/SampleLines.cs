namespace EtcdAdmin.Tests.Diagnosis;

/// <summary>Log lines of etcd, systemd and the kernel, at least one for each known error, in both formats of etcd's log.</summary>
internal static class SampleLines
{
    public static IReadOnlyList<(string Signature, string Line)> All { get; } = Read("""
        member-not-started-without-data|Member n1 of cluster prod was not started: it joined the cluster before, and its data is missing or cannot be read here: ls: cannot access '/var/lib/etcd/data/member/snap/db': No such file or directory. Started empty it could lose writes that it confirmed.
        process-out-of-memory|Nov 30 08:00:00 n1 systemd[1]: etcd.service: A process of this unit has been killed by the OOM killer.
        process-out-of-memory|2026-01-31T03:00:00.123456+00:00 n1 kernel: Out of memory: Killed process 812 (etcd) total-vm:11812344kB, anon-rss:3912340kB, file-rss:0kB
        process-out-of-memory|fatal error: runtime: out of memory
        disk-full|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/raft.go:243","msg":"failed to save Raft hard state and entries","error":"write /var/lib/etcd/data/member/wal/0000000000000001-0000000000000c5a.wal: no space left on device"}
        disk-full|2026-01-31 03:00:00.123456 C | etcdserver: create wal error: write /var/lib/etcd/member/wal.tmp/0000000000000000-0000000000000000.wal: no space left on device
        disk-read-only|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"open /var/lib/etcd/data/member/snap/db: read-only file system"}
        disk-io-error|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/raft.go:243","msg":"failed to save Raft hard state and entries","error":"sync /var/lib/etcd/data/member/wal/0.wal: input/output error"}
        too-many-open-files|2026-01-31 03:00:00.123456 W | rafthttp: health check for peer 8211f1d0f64f3269: accept tcp 10.0.0.1:2379: accept4: too many open files
        too-many-open-files|http: Accept error: accept tcp [::]:2379: accept4: too many open files; retrying in 1s
        files-locked|{"level":"info","ts":"2026-01-31T03:00:10.123456Z","caller":"etcdserver/backend.go:85","msg":"db file is flocked by another process, or taking too long","path":"/var/lib/etcd/member/snap/db","took":"10.000116127s"}
        files-locked|2026-01-31 03:00:10.123456 W | etcdserver: another etcd process is using "/var/lib/etcd/member/snap/db" and holds the file lock, or loading backend file is taking >10 seconds
        files-locked|2026-01-31 03:00:10.123456 C | etcdserver: open wal error: fileutil: file already locked
        address-in-use|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"listen tcp 127.0.0.1:2380: bind: address already in use"}
        address-in-use|2026-01-31 03:00:00.123456 C | etcdmain: listen tcp 127.0.0.1:2380: bind: address already in use
        address-not-available|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"listen tcp 10.9.9.9:2380: bind: cannot assign requested address"}
        wal-damaged|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/storage.go:95","msg":"failed to read WAL, cannot be repaired","error":"walpb: crc mismatch: expected: 1a2b3c4d computed: 4d3c2b1a"}
        wal-damaged|2026-01-31 03:00:00.123456 C | etcdserver: read wal error (walpb: crc mismatch) and cannot be repaired
        raft-log-behind|{"level":"panic","ts":"2026-01-31T03:00:00.123456Z","logger":"raft","caller":"etcdserver/zap_raft.go:101","msg":"tocommit(1152) is out of range [lastIndex(1003)]. Was the raft log corrupted, truncated, or lost?"}
        raft-log-behind|2026-01-31 03:00:00.123456 C | raft: tocommit(1152) is out of range [lastIndex(1003)]. Was the raft log corrupted, truncated, or lost?
        snapshot-database-missing|{"level":"panic","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/server.go:515","msg":"failed to recover v3 backend from snapshot","error":"failed to find database snapshot file (snap: snapshot file doesn't exist)"}
        snapshot-database-missing|2026-01-31 03:00:00.123456 C | etcdserver: recovering backend from snapshot error: database snapshot file path error: snap: snapshot file doesn't exist
        database-damaged|{"level":"panic","ts":"2026-01-31T03:00:00.123456Z","caller":"backend/backend.go:189","msg":"failed to open database","path":"/var/lib/etcd/data/member/snap/db","error":"invalid database"}
        database-damaged|panic: freepages: failed to get all reachable pages (page 35: multiple references)
        data-permission|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"cannot access data directory: open /var/lib/etcd/data/.touch: permission denied"}
        data-permission|2026-01-31 03:00:00.123456 C | etcdmain: cannot access data directory: open /var/lib/etcd/.touch: permission denied
        flags-invalid|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:75","msg":"failed to verify flags","error":"unknown auto-compaction-mode \"hourly\""}
        flags-invalid|2026-01-31 03:00:00.123456 E | etcdmain: error verifying flags, unknown auto-compaction-mode "hourly". See 'etcd --help'.
        v2-data-refused|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:181","msg":"discovery failed","error":"detected disallowed custom content in v2store for stage --v2-deprecation=write-only"}
        version-too-old|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"membership/downgrade.go:62","msg":"invalid downgrade; server version is lower than determined cluster version","current-server-version":"3.4.23","determined-cluster-version":"3.5"}
        version-too-old|2026-01-31 03:00:00.123456 C | etcdserver/membership: cluster cannot be downgraded (current version: 3.3.25 is lower than determined cluster version: 3.4).
        version-incompatible|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"incompatible with current running cluster"}
        member-removed|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/server.go:1183","msg":"server error","error":"the member has been permanently removed from the cluster"}
        member-removed|2026-01-31 03:00:00.123456 W | rafthttp: rejected the stream from peer 8211f1d0f64f3269 since it was removed
        member-removed|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/http.go:394","msg":"rejected stream from remote peer because it was removed","local-member-id":"91bc3c398fb3c146","remote-peer-id-stream-handler":"91bc3c398fb3c146","remote-peer-id-from":"8211f1d0f64f3269"}
        cluster-id-mismatch|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/stream.go:653","msg":"request sent was ignored by remote peer due to cluster ID mismatch","remote-peer-id":"8211f1d0f64f3269","remote-peer-cluster-id":"ef37ad9dc622a7c4","local-member-id":"91bc3c398fb3c146","local-member-cluster-id":"cdf818194e3a8c32","error":"cluster ID mismatch"}
        cluster-id-mismatch|2026-01-31 03:00:00.123456 E | rafthttp: request cluster ID mismatch (got ef37ad9dc622a7c4 want cdf818194e3a8c32)
        peer-unknown|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/http.go:413","msg":"failed to find remote peer in cluster","local-member-id":"91bc3c398fb3c146","remote-peer-id-stream-handler":"91bc3c398fb3c146","remote-peer-id-from":"8211f1d0f64f3269","cluster-id":"cdf818194e3a8c32"}
        peer-unknown|2026-01-31 03:00:00.123456 E | rafthttp: streaming request ignored (ID mismatch got 8211f1d0f64f3269 want 91bc3c398fb3c146)
        member-already-bootstrapped|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"member 91bc3c398fb3c146 has already been bootstrapped"}
        member-already-bootstrapped|2026-01-31 03:00:00.123456 C | etcdmain: member 91bc3c398fb3c146 has already been bootstrapped
        member-count-unequal|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"error validating peerURLs {ClusterID:cdf818194e3a8c32 Members:[]}: member count is unequal"}
        member-count-unequal|2026-01-31 03:00:00.123456 C | etcdmain: error validating peerURLs {ClusterID:cdf818194e3a8c32 Members:[] RemovedMemberIDs:[]}: member count is unequal
        initial-cluster-incomplete|2026-01-31 03:00:00.123456 C | etcdmain: couldn't find local name "n4" in the initial cluster configuration
        initial-cluster-incomplete|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"couldn't find local name \"n4\" in the initial cluster configuration"}
        corrupt-alarm|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/apply.go:760","msg":"alarm raised","alarm":"CORRUPT","from":"8211f1d0f64f3269"}
        corrupt-alarm|2026-01-31 03:00:00.123456 W | etcdserver: alarm CORRUPT raised by peer 8211f1d0f64f3269
        corrupt-alarm|{"level":"fatal","ts":"2026-01-31T03:00:00.123456Z","caller":"embed/etcd.go:233","msg":"checkInitialHashKV failed","error":"91bc3c398fb3c146 found data inconsistency with peers"}
        space-quota|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/apply.go:752","msg":"alarm raised","alarm":"NOSPACE","from":"8211f1d0f64f3269"}
        space-quota|2026-01-31 03:00:00.123456 W | etcdserver: alarm NOSPACE raised by peer 8211f1d0f64f3269
        space-quota|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/server.go:2023","msg":"message exceeded backend quota; raising alarm","quota-size-bytes":4000000,"quota-size":"4.0 MB","error":"etcdserver: no space"}
        space-quota|Error: etcdserver: mvcc: database space exceeded
        certificate-expired|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"embed/config_logging.go:169","msg":"rejected connection","remote-addr":"10.0.0.2:50102","server-name":"","error":"tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-01-31T03:00:00Z is after 2026-01-30T03:00:00Z"}
        certificate-expired|2026-01-31 03:00:00.123456 W | rafthttp: health check for peer 8211f1d0f64f3269 could not connect: x509: certificate has expired or is not yet valid (prober "ROUND_TRIPPER_RAFT_MESSAGE")
        certificate-unknown-authority|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/probing_status.go:68","msg":"prober detected unhealthy status","round-tripper-name":"ROUND_TRIPPER_RAFT_MESSAGE","remote-peer-id":"8211f1d0f64f3269","rtt":"0s","error":"x509: certificate signed by unknown authority"}
        certificate-wrong-name|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"embed/config_logging.go:169","msg":"rejected connection","remote-addr":"10.0.0.2:50102","server-name":"","ip-addresses":["10.0.0.9"],"dns-names":["n9"],"error":"tls: \"10.0.0.2\" does not match any of DNSNames [\"n9\"]"}
        certificate-wrong-name|2026-01-31 03:00:00.123456 W | rafthttp: health check for peer 8211f1d0f64f3269 could not connect: x509: certificate is valid for 10.0.0.9, not 10.0.0.2 (prober "ROUND_TRIPPER_SNAPSHOT")
        certificate-wrong-use|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"embed/config_logging.go:169","msg":"rejected connection","remote-addr":"10.0.0.2:50102","server-name":"","error":"tls: failed to verify certificate: x509: certificate specifies an incompatible key usage"}
        client-certificate-missing|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"embed/config_logging.go:169","msg":"rejected connection","remote-addr":"127.0.0.1:50102","server-name":"","error":"tls: client didn't provide a certificate"}
        client-certificate-missing|2026-01-31 03:00:00.123456 I | embed: rejected connection from "127.0.0.1:50102" (error "remote error: tls: bad certificate", ServerName "")
        tls-plain-mismatch|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"embed/config_logging.go:169","msg":"rejected connection","remote-addr":"127.0.0.1:50102","server-name":"","error":"tls: first record does not look like a TLS handshake"}
        tls-plain-mismatch|2026-01-31 03:00:00.123456 I | embed: rejected connection from "127.0.0.1:50102" (error "tls: first record does not look like a TLS handshake", ServerName "")
        auth-user-empty|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"clientv3/retry_interceptor.go:62","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0xc0000/127.0.0.1:2379","attempt":0,"error":"rpc error: code = InvalidArgument desc = etcdserver: user name is empty"}
        auth-failed|Error: etcdserver: authentication failed, invalid user ID or password
        auth-failed|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/apply_auth.go:1","msg":"failed to authenticate user","error":"auth: authentication failed, invalid user ID or password"}
        auth-token-invalid|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"clientv3/retry_interceptor.go:62","msg":"retrying of unary invoker failed","attempt":0,"error":"rpc error: code = Unauthenticated desc = etcdserver: invalid auth token"}
        auth-token-invalid|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"auth/store.go:905","msg":"request auth revision is less than current node auth revision","error":"auth: revision in header is old"}
        auth-permission|Error: etcdserver: permission denied
        learner-not-ready|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdhttp/peer.go:150","msg":"failed to promote a member","member-id":"8211f1d0f64f3269","error":"etcdserver: can only promote a learner member which is in sync with leader"}
        learner-limit|Error: etcdserver: too many learner members in cluster
        reconfiguration-refused|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/server.go:1303","msg":"rejecting member add request; local member has not been connected to all peers, reconfigure breaks active quorum","local-member-id":"91bc3c398fb3c146","requested-member-add":"{ID:1}","error":"etcdserver: unhealthy cluster"}
        reconfiguration-refused|Error: etcdserver: re-configuration failed due to not enough started members
        request-too-large|Error: etcdserver: request is too large
        too-many-requests|Error: etcdserver: too many requests
        leader-overloaded|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/raft.go:369","msg":"leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk","to":"8211f1d0f64f3269","heartbeat-interval":"100ms","expected-duration":"200ms","exceeded-duration":"56.2ms"}
        leader-overloaded|2026-01-31 03:00:00.123456 W | etcdserver: failed to send out heartbeat on time (exceeded the 100ms timeout for 56.2ms, to 8211f1d0f64f3269)
        disk-slow|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"1.534567891s","expected-duration":"1s"}
        disk-slow|2026-01-31 03:00:00.123456 W | wal: sync duration of 1.534567891s, expected less than 1s
        apply-slow|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"234.5ms","expected-duration":"100ms","prefix":"read-only range ","request":"key:\"/\" ","response":"range_response_count:0 size:4"}
        apply-slow|2026-01-31 03:00:00.123456 W | etcdserver: read-only range request "key:\"/\" " with result "range_response_count:0 size:4" took too long (234.5ms) to execute
        request-timed-out|Error: etcdserver: request timed out, possibly due to previous leader failure
        leader-changed|Error: etcdserver: leader changed
        no-leader|{"level":"info","ts":"2026-01-31T03:00:00.123456Z","logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"raft.node: 91bc3c398fb3c146 lost leader 8211f1d0f64f3269 at term 4"}
        no-leader|2026-01-31 03:00:00.123456 I | raft: raft.node: 91bc3c398fb3c146 lost leader 8211f1d0f64f3269 at term 4
        no-leader|Error: etcdserver: no leader
        clock-difference|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/probing_status.go:82","msg":"prober found high clock drift","round-tripper-name":"ROUND_TRIPPER_RAFT_MESSAGE","remote-peer-id":"8211f1d0f64f3269","clock-drift":"5.1s","rtt":"1.2ms"}
        clock-difference|2026-01-31 03:00:00.123456 W | rafthttp: the clock difference against peer 8211f1d0f64f3269 is too high [5.1s > 1s] (prober "ROUND_TRIPPER_SNAPSHOT")
        peer-name-unresolved|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/probing_status.go:68","msg":"prober detected unhealthy status","round-tripper-name":"ROUND_TRIPPER_RAFT_MESSAGE","remote-peer-id":"8211f1d0f64f3269","rtt":"0s","error":"dial tcp: lookup n2.example.org on 10.0.0.53:53: no such host"}
        peer-refused|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/probing_status.go:68","msg":"prober detected unhealthy status","round-tripper-name":"ROUND_TRIPPER_SNAPSHOT","remote-peer-id":"8211f1d0f64f3269","rtt":"0s","error":"dial tcp 10.0.0.2:2380: connect: connection refused"}
        peer-refused|2026-01-31 03:00:00.123456 W | rafthttp: health check for peer 8211f1d0f64f3269 could not connect: dial tcp 10.0.0.2:2380: connect: connection refused (prober "ROUND_TRIPPER_RAFT_MESSAGE")
        peer-unreachable|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/stream.go:223","msg":"lost TCP streaming connection with remote peer","stream-writer-type":"stream MsgApp v2","local-member-id":"91bc3c398fb3c146","remote-peer-id":"8211f1d0f64f3269"}
        peer-unreachable|2026-01-31 03:00:00.123456 W | rafthttp: health check for peer 8211f1d0f64f3269 could not connect: dial tcp 10.0.0.2:2380: i/o timeout (prober "ROUND_TRIPPER_RAFT_MESSAGE")
        peer-buffer-full|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/peer.go:267","msg":"dropped internal Raft message since sending buffer is full (overloaded network)","message-type":"MsgHeartbeat","local-member-id":"91bc3c398fb3c146","from":"91bc3c398fb3c146","remote-peer-id":"8211f1d0f64f3269","remote-peer-active":false}
        peer-buffer-full|2026-01-31 03:00:00.123456 W | rafthttp: dropped internal raft message to 8211f1d0f64f3269 since pipeline's sending buffer is full (bad/overloaded network)
        snapshot-send-failed|{"level":"warn","ts":"2026-01-31T03:00:00.123456Z","caller":"rafthttp/snapshot_sender.go:107","msg":"failed to send database snapshot","snapshot-index":100005,"remote-peer-id":"8211f1d0f64f3269","bytes":24576,"size":"25 kB","error":"unexpected http status Internal Server Error"}
        snapshot-send-failed|2026-01-31 03:00:00.123456 W | rafthttp: database snapshot [index: 100005, to: 8211f1d0f64f3269] failed to be sent out (unexpected http status Internal Server Error)
        revision-compacted|Error: etcdserver: mvcc: required revision has been compacted
        revision-future|Error: etcdserver: mvcc: required revision is a future revision
        lease-not-found|Error: etcdserver: requested lease not found
        """);

    private static (string Signature, string Line)[] Read(string text) =>
        [.. text.Split('\n').Select(line => line.Split('|', 2)).Select(parts => (parts[0], parts[1].TrimEnd()))];
}
