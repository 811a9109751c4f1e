using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Locking;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Lab;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Tests.Support;

/// <summary>A home of its own for clusters on the lab's hosts; whatever a test leaves on them is removed at the end.</summary>
internal sealed class HostCluster : IAsyncDisposable
{
    // By hand, and not by the product: what that leaves behind must not meet the next test. Killed, as a leader that is asked to end would try
    // for seconds to hand over to a member that ends too.
    private const string CleanScript = """
        systemctl kill --signal=KILL etcd.service 2>/dev/null
        [ ! -e /etc/systemd/system/etcd.service ] || systemctl disable --now etcd.service
        rm -rf /etc/systemd/system/etcd.service* /run/systemd/system/etcd* /etc/etcd /etc/etcd.before-joining /etc/etcd-*-prod /opt/etcd
        systemctl daemon-reload
        systemctl reset-failed etcd.service
        for mount in $(findmnt -rno TARGET | grep -E '^/(var/lib/etcd|srv/)' | sort -r); do umount "$mount"; done
        rm -rf /var/lib/etcd* /srv/etcd* /etc/systemd/system/*etcd*
        userdel etcd
        true
        """;

    private readonly TempFolder _folder = new();
    private readonly EtcdBinaries _etcd;

    private HostCluster(HostLab lab, EtcdBinaries etcd, SshTransport? transport = null)
    {
        Connections = new HostConnections { Transport = transport };
        Lab = lab;
        _etcd = etcd;
        Context = new AdminContext(new EtcdAdminHome(_folder.File("home"), EtcdAdminHome.Resolve().PackagesPath))
        {
            Hosts = Connections,
            HostLocking = new HostLockOptions
            {
                Interval = TimeSpan.FromSeconds(2),
                AnswerLimit = TimeSpan.FromSeconds(6),
                HostLimit = TimeSpan.FromSeconds(8),
            },
        };
    }

    public HostLab Lab { get; }

    public HostConnections Connections { get; }

    public AdminContext Context { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Begins a test on hosts that are clean, as the end of each test makes them.</summary>
    /// <param name="fixture">The hosts.</param>
    /// <param name="version">Of etcd.</param>
    /// <param name="transport">What connects to the hosts; null is ssh, unless the variable ETCDADMIN_SSH_TRANSPORT says otherwise.</param>
    public static async Task<HostCluster> StartAsync(HostLabFixture fixture, string version = "3.5", SshTransport? transport = null) =>
        new(await fixture.GetAsync(), await EtcdBinaries.GetAsync(version), transport);

    /// <summary>The same on the hosts of a lab of its own.</summary>
    public static async Task<HostCluster> OnAsync(HostLab lab) => new(lab, await EtcdBinaries.GetAsync("3.5"));

    /// <summary>The same hosts for another operator, who shares nothing else.</summary>
    public HostCluster Other() => new(Lab, _etcd, Connections.Transport);

    /// <summary>The way to a host; a broken connection is noticed within some six seconds.</summary>
    public HostConnection To(string host, string login = "root") => new()
    {
        HostName = host,
        UserName = login,
        ConfigPath = Lab.SshConfigPath,
        ConnectingTimeout = TimeSpan.FromSeconds(5),
        Options = new Dictionary<string, string> { ["ServerAliveInterval"] = "2", ["ServerAliveCountMax"] = "2" },
    };

    public InstallRequest Request(params string[] hosts) => new()
    {
        Name = "prod",
        Hosts = [.. hosts.Select(host => new HostRequest { Connection = To(host) })],
        Package = Package,
    };

    public PackageRequest Package => new() { Path = _etcd.Folder };

    public async Task<EtcdCluster> InstallAsync(params string[] hosts) => await InstallAsync(Request(hosts));

    public async Task<EtcdCluster> InstallAsync(InstallRequest request, IProgress<EtcdEvent>? events = null)
    {
        Operation<EtcdCluster> operation = await new ClusterInstaller(Context).PlanAsync(request, Token);
        return await operation.RunAsync(events, Token);
    }

    public async Task<EtcdMember> AddAsync(EtcdCluster cluster, string host, bool learner = false)
    {
        var request = new AddMemberRequest { Host = new HostRequest { Connection = To(host) }, Package = Package, Learner = learner };
        return await (await new MemberAdder(Context).PlanAsync(cluster, request, Token)).RunAsync(null, Token);
    }

    public async Task<ClusterHealth> HealthAsync(EtcdCluster cluster) =>
        await new HealthChecker(Context).CheckAsync(cluster, new HealthOptions(), Token);

    /// <summary>The truth about a host, seen without the product.</summary>
    public Task<string> LookAsync(string host, string script) => Lab[host].RunAsync(script, Token);

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            foreach (LabHost host in Lab.Hosts.Where(host => host.IsOn))
                TestContext.Current.AddAttachment(
                    $"{host.Name}.log", (await host.TryRunAsync("journalctl -u etcd.service -n 100 --no-pager", CancellationToken.None)).Output);
        }

        await CleanAsync();
        await Connections.DisposeAsync();
        _folder.Dispose();
    }

    private Task CleanAsync() => Task.WhenAll(Lab.Hosts.Select(async host =>
    {
        if (host.CutFrom.Count > 0) await host.HealAsync(CancellationToken.None);
        if (!host.IsOn) await host.StartAsync(CancellationToken.None);
        await host.TryRunAsync(CleanScript, CancellationToken.None);
    }));
}
