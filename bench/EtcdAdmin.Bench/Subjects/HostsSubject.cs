using System.Diagnostics;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Installing clusters on hosts over SSH, compared with manual steps.</summary>
internal sealed class HostsSubject(Lab lab, HostBench bench)
{
    // The steps of an operator who has all files ready for each host: copy them, start etcd, wait. $1 folder with a folder of files for
    // each host, $2 ssh configuration, $3 etcdctl.
    private const string ByHand = """
        set -eu
        files=$1 config=$2 etcdctl=$3
        for host in n1 n2 n3; do
            ( tar --create --directory "$files/$host" . | ssh -F "$config" "$host" tar --extract --directory / --no-overwrite-dir
              ssh -F "$config" "$host" 'useradd --system --user-group --no-create-home --shell /bin/false etcd
                  install -d -m 0700 -o etcd -g etcd /var/lib/etcd /var/lib/etcd/data && chown -R etcd:etcd /etc/etcd
                  : >/run/etcdadmin.first-start.etcd.service # the unit starts no member without data otherwise
                  systemctl daemon-reload && systemctl --quiet enable etcd && systemctl start --no-block etcd' ) &
        done
        wait
        until "$etcdctl" endpoint health >/dev/null 2>&1; do sleep 0.1; done
        """;

    private const string Collect = """
        set -eu
        for host in n1 n2 n3; do
            mkdir -p "$1/$host"
            ssh -F "$2" "$host" tar --create --directory / opt/etcd etc/etcd etc/systemd/system/etcd.service | tar --extract --directory "$1/$host"
        done
        """;

    private int[] _runs = [];

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        string files = Directory.CreateTempSubdirectory("etcdadmin-bench-hosts-").FullName;
        try
        {
            IReadOnlyDictionary<string, string> environment = await PrepareAsync(files, cancellationToken);
            var contest = new Contest("Hosts");
            Contestant install = contest.Add("install", token => InstallAsync(SshTransport.OpenSsh, token));
            Contestant library = contest.Add("install over SSH.NET", token => InstallAsync(SshTransport.SshNet, token));
            Contestant byHand = contest.Add("by hand", token => ByHandAsync(files, environment, token));
            Contestant again = contest.Add("again", AgainAsync);
            Contestant add = contest.Add("add", AddAsync);
            await contest.RunAsync(runs, cancellationToken);
            return new Section(
                "Clusters on hosts",
                "by hand",
                $"""
                Three bare Debian hosts of the lab (tests/lab), over ssh as root. Each time includes connecting. The peer has all files ready for each
                host; it only copies them, starts etcd and waits, on all hosts at the same time. `ClusterInstaller` also checks the hosts twice, creates
                the certificates, locks the hosts, compares checksums and verifies the result. It made {string.Join(", ", _runs)} round trips to the
                hosts. A second run finds nothing to do. Then the fourth host gets a member, which catches up and is promoted.
                """,
                [
                    Row.Of("bare hosts to a healthy TLS cluster of three: time", "s", install.Seconds, byHand.Seconds),
                    Row.Of("the same over SSH.NET: time", "s", library.Seconds, byHand.Seconds),
                    Row.Alone("the same command again, with nothing to do: time", "s", again.Seconds),
                    Row.Alone("one more member added, caught up and promoted: time", "s", add.Seconds),
                ],
                ["tar c … | ssh n1 tar x …; ssh n1 'useradd … && systemctl start etcd'      # all hosts at once, then etcdctl "
                    + "endpoint health until it succeeds"]);
        }
        finally
        {
            Directory.Delete(files, recursive: true);
        }
    }

    /// <summary>One installation creates the files that the peer copies.</summary>
    private async Task<IReadOnlyDictionary<string, string>> PrepareAsync(string files, CancellationToken cancellationToken)
    {
        await bench.CleanAsync(cancellationToken);
        await using var connections = new HostConnections();
        EtcdCluster cluster = await bench.InstallAsync(connections, cancellationToken);
        await MeasuredProcess.RunAsync(["sh", "-c", Collect, "sh", files, bench.SshConfig], new Dictionary<string, string>(), cancellationToken);
        return (await lab.WithCredentialsAsync(cluster, cancellationToken)).EtcdctlEnvironment;
    }

    private async Task<Sample> InstallAsync(SshTransport transport, CancellationToken cancellationToken)
    {
        await bench.CleanAsync(cancellationToken);
        await using var connections = new HostConnections { Transport = transport };
        long began = Stopwatch.GetTimestamp();
        await bench.InstallAsync(connections, cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        _runs = [.. new[] { "n1", "n2", "n3" }.Select(host => connections.RoundTripsTo(bench.To(host)))];
        return new Sample(elapsed);
    }

    private async Task<Sample> ByHandAsync(
        string files, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        await bench.CleanAsync(cancellationToken);
        return await MeasuredProcess.RunAsync(["sh", "-c", ByHand, "sh", files, bench.SshConfig, lab.Etcdctl], environment, cancellationToken);
    }

    private async Task<Sample> AgainAsync(CancellationToken cancellationToken)
    {
        await bench.CleanAsync(cancellationToken);
        await using (var first = new HostConnections()) await bench.InstallAsync(first, cancellationToken);
        await using var connections = new HostConnections();
        long began = Stopwatch.GetTimestamp();
        bool nothing = (await new ClusterInstaller(bench.Over(connections)).PlanAsync(bench.Request(), cancellationToken)).Plan.IsEmpty;
        return nothing ? new Sample(Stopwatch.GetElapsedTime(began)) : throw new BenchException("The second run found something to do.");
    }

    /// <summary>Uses the cluster of the previous contestant.</summary>
    private async Task<Sample> AddAsync(CancellationToken cancellationToken)
    {
        await using var connections = new HostConnections();
        EtcdCluster cluster = await bench.Context.Profiles.LoadAsync(HostBench.Cluster, cancellationToken);
        var request = new AddMemberRequest { Host = new HostRequest { Connection = bench.To("n4") }, Package = bench.Request().Package };
        long began = Stopwatch.GetTimestamp();
        await (await new MemberAdder(bench.Over(connections)).PlanAsync(cluster, request, cancellationToken)).RunAsync(null, cancellationToken);
        return new Sample(Stopwatch.GetElapsedTime(began));
    }
}
