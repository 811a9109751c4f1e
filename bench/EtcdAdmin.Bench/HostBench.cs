using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Lab;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Bench;

/// <summary>Hosts of the lab for the time of the measurement; they are cleaned before every run.</summary>
internal sealed class HostBench : IAsyncDisposable
{
    public const string Cluster = "hosts";

    private const string CleanScript = """
        systemctl disable --now etcd.service
        rm -rf /etc/systemd/system/etcd.service /etc/etcd /opt/etcd /var/lib/etcd
        systemctl daemon-reload
        userdel etcd
        true
        """;

    // Restoring by hand needs room for the old data, the snapshot and the new data, each twice the size of the largest measured.
    private const long DiskBytes = 6L << 30;

    private readonly Lab _lab;
    private readonly HostLab _hosts;

    private HostBench(Lab lab, HostLab hosts) => (_lab, _hosts) = (lab, hosts);

    /// <summary>The programs of etcd on this machine.</summary>
    public string Programs => Path.GetDirectoryName(_lab.Etcdctl)!; // a file in a folder

    public string SshConfig => _hosts.SshConfigPath;

    public AdminContext Context => _lab.Context;

    /// <summary>Why the lab cannot run on this machine; null if it can.</summary>
    public static string? Obstacle => HostLab.SkipReason;

    /// <exception cref="BenchException">The lab cannot run on this machine.</exception>
    public static async Task<HostBench> StartAsync(Lab lab, CancellationToken cancellationToken)
    {
        if (HostLab.SkipReason is { } reason) throw new BenchException(reason);
        return new HostBench(lab,
            await HostLab.StartAsync(new HostLabOptions
            {
                HostCount = 4,
                Host = new HostOptions { SystemDiskBytes = DiskBytes },
            }, cancellationToken));
    }

    /// <summary>Restores the hosts to their state before any installation, and removes the profile.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_hosts.Hosts.Select(host => host.RunAsync(CleanScript, cancellationToken)));
        Context.Profiles.Remove(Cluster);
    }

    public AdminContext Over(HostConnections connections) => Context with { Hosts = connections };

    public HostConnection To(string host) => new() { HostName = host, ConfigPath = SshConfig };

    public InstallRequest Request() => new()
    {
        Name = Cluster,
        Hosts = [.. new[] { "n1", "n2", "n3" }.Select(host => new HostRequest { Connection = To(host) })],
        Package = new PackageRequest { Path = Programs },
    };

    public async Task<EtcdCluster> InstallAsync(HostConnections connections, CancellationToken cancellationToken)
    {
        Operation<EtcdCluster> install = await new ClusterInstaller(Over(connections)).PlanAsync(Request(), cancellationToken);
        return await install.RunAsync(null, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Context.Profiles.Remove(Cluster);
        await _hosts.DisposeAsync();
    }
}
