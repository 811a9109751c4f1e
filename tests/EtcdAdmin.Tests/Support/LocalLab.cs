using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;
using EtcdAdmin.Deployment.Packages;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Tests.Support;

/// <summary>A home of its own for clusters on this machine; whatever was installed there is stopped and removed at the end.</summary>
public sealed class LocalLab : IAsyncDisposable
{
    // Below the range from which the system gives ports to outgoing connections, and a step of its own for each test process.
    private static int _nextPort = 20_000 + (Environment.ProcessId % 100 * 100);

    private readonly TempFolder _folder = new();

    public LocalLab()
    {
        Home = new EtcdAdminHome(_folder.File("home"), EtcdAdminHome.Resolve().PackagesPath);
        Context = new AdminContext(Home);
    }

    public EtcdAdminHome Home { get; }

    public AdminContext Context { get; }

    public string Path => _folder.Path;

    public ClusterInstaller Installer => new(Context);

    /// <summary>What it takes to install a cluster on ports that no other test uses.</summary>
    public static async Task<InstallRequest> RequestAsync(string name, int size, string version)
    {
        EtcdPackage package = await PackagedEtcd.GetAsync(version);
        return new InstallRequest
        {
            Name = name,
            Size = size,
            ClientPorts = FreePorts(size),
            PeerPorts = FreePorts(size),
            Package = new EtcdPackageWish { Path = package.Folder },
        };
    }

    public async Task<EtcdCluster> InstallAsync(string name, int size, string version) =>
        await RunAsync(await Installer.PlanAsync(await RequestAsync(name, size, version), TestContext.Current.CancellationToken));

    public static Task<T> RunAsync<T>(Operation<T> operation, IProgress<EtcdEvent>? events = null) =>
        operation.RunAsync(events, TestContext.Current.CancellationToken);

    public static int[] FreePorts(int count)
    {
        var ports = new List<int>();
        while (ports.Count < count)
        {
            int port = Interlocked.Increment(ref _nextPort);
            if (IsFree(port)) ports.Add(port);
        }

        return [.. ports];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string name in Context.Profiles.Names())
        {
            EtcdCluster cluster = await Context.Profiles.LoadAsync(name, CancellationToken.None);
            if (cluster.IsManaged)
                await new ClusterUninstaller(Context).Plan(cluster, keepData: false).RunAsync(null, CancellationToken.None);
        }

        _folder.Dispose();
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
