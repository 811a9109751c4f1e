using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Restoring a cluster on hosts, compared with the manual steps of etcd's guide.</summary>
internal sealed class RestoreSubject(Lab lab, HostBench bench, SnapshotPair snapshots)
{
    // The recovery guide of etcd, one host after the other, with all names and paths known. $1 snapshot, $2 ssh configuration,
    // $3 etcdctl, $4 initial cluster, $5 token, $6 folder of the programs on the hosts.
    private const string ByHand = """
        set -eu
        snapshot=$1 config=$2 etcdctl=$3 cluster=$4 token=$5 programs=$6
        for host in n1 n2 n3; do ssh -F "$config" "$host" systemctl stop etcd; done
        for member in $(echo "$cluster" | tr , ' '); do
            host=${member%%=*}
            scp -q -F "$config" "$snapshot" "$host:/var/lib/etcd/by-hand.db"
            ssh -F "$config" "$host" "set -eu; cd /var/lib/etcd; rm -rf data.old; mv data data.old
                $programs/etcdutl snapshot restore by-hand.db --data-dir data --name $host --initial-cluster '$cluster' \
                    --initial-cluster-token '$token' --initial-advertise-peer-urls '${member#*=}' --bump-revision 1000000000 --mark-compacted
                chown -R etcd:etcd data; rm by-hand.db"
        done
        for host in n1 n2 n3; do ssh -F "$config" "$host" systemctl start --no-block etcd; done
        until "$etcdctl" endpoint health >/dev/null 2>&1; do sleep 0.1; done
        for host in n1 n2 n3; do ssh -F "$config" "$host" rm -rf /var/lib/etcd/data.old; done
        """;

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        await bench.CleanAsync(cancellationToken);
        EtcdCluster cluster;
        await using (var connections = new HostConnections()) cluster = await bench.InstallAsync(connections, cancellationToken);
        IReadOnlyDictionary<string, string> environment = (await lab.WithCredentialsAsync(cluster, cancellationToken)).EtcdctlEnvironment;
        var contest = new Contest("Restore");
        Contestant restore = contest.Add("restore", token => OutageProbe.DuringAsync(cluster, () => RestoreAsync(token), token));
        Contestant byHand = contest.Add("by hand", token => OutageProbe.DuringAsync(cluster, () => ByHandAsync(environment, token), token));
        await contest.RunAsync(runs, cancellationToken);
        return new Section(
            "Restoring a cluster on hosts",
            "by hand",
            string.Create(CultureInfo.InvariantCulture, $"""
                Three hosts of the lab and a snapshot of {snapshots.Megabytes:0.0} MB. By hand: the members are stopped. On one host after the other, the
                file is copied, restored with `etcdutl` and moved into place. Then all members start. `SnapshotRestorer` verifies the file first,
                creates the data on all hosts at the same time while the old cluster serves, and at the end verifies revision, number of keys and equal
                hashes on all members. Both raise revisions, and both delete the old data at the end. All three hosts share the processors and the disk
                of this machine.
                """),
            [
                Row.Of("three members restored, healthy: time", "s", restore.Seconds, byHand.Seconds),
                Row.Of("of this, without service: time", "s", restore.OutageSeconds, byHand.OutageSeconds),
            ],
            ["systemctl stop etcd; scp snapshot n1:; ssh n1 etcdutl snapshot restore …; systemctl start etcd; etcdctl endpoint health"]);
    }

    private async Task<Sample> RestoreAsync(CancellationToken cancellationToken)
    {
        await using var connections = new HostConnections();
        EtcdCluster cluster = await bench.Context.Profiles.LoadAsync(HostBench.Cluster, cancellationToken);
        var request = new RestoreRequest { SkipBackup = true, HealthTimeout = TimeSpan.FromMinutes(5) };
        long began = Stopwatch.GetTimestamp();
        await using RestoreSource source = await RestoreSource.OpenAsync(
            snapshots.First, cluster, secrets: null, skipHashCheck: false, events: null, cancellationToken);
        Operation<EtcdRestore> operation = await new SnapshotRestorer(bench.Over(connections)).PlanAsync(cluster, source, request, cancellationToken);
        EtcdRestore result = await operation.RunAsync(null, cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return result.TotalKeys == snapshots.Data.Keys
            ? new Sample(elapsed)
            : throw new BenchException($"{result.TotalKeys} keys were restored, not {snapshots.Data.Keys}.");
    }

    private async Task<Sample> ByHandAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = await bench.Context.Profiles.LoadAsync(HostBench.Cluster, cancellationToken);
        ClusterSpec spec = cluster.RequireSpec();
        string members = string.Join(
            ',', spec.Members.Select(member => $"{member.Name}={member.PeerUrl(spec.Tls).GetLeftPart(UriPartial.Authority)}"));
        string programs = Path.GetDirectoryName(spec.Members[0].BinaryPath("etcd", lab.EtcdVersion))!; // a file in a folder
        string token = string.Create(CultureInfo.InvariantCulture, $"by-hand-{Stopwatch.GetTimestamp()}");
        return await MeasuredProcess.RunAsync(
            ["sh", "-c", ByHand, "sh", snapshots.First, bench.SshConfig, lab.Etcdctl, members, token, programs], environment, cancellationToken);
    }
}
