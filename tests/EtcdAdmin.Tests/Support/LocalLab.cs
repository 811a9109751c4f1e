using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Tests.Support;

/// <summary>A home of its own for clusters on this machine; whatever was installed there is stopped and removed at the end.</summary>
public sealed class LocalLab : IAsyncDisposable
{
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
        EtcdBinaries binaries = await EtcdBinaries.GetAsync(version);
        return new InstallRequest
        {
            Name = name,
            Size = size,
            ClientPorts = FreePorts.Take(size),
            PeerPorts = FreePorts.Take(size),
            Package = new PackageRequest { Path = binaries.Folder },
        };
    }

    public async Task<EtcdCluster> InstallAsync(string name, int size, string version) =>
        await RunAsync(await Installer.PlanAsync(await RequestAsync(name, size, version), TestContext.Current.CancellationToken));

    public static Task<T> RunAsync<T>(Operation<T> operation, IProgress<EtcdEvent>? events = null) =>
        operation.RunAsync(events, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (string name in Context.Profiles.Names())
        {
            EtcdCluster cluster = await Context.Profiles.LoadAsync(name, CancellationToken.None);
            if (cluster.IsManaged)
                await (await new ClusterUninstaller(Context).PlanAsync(cluster, new UninstallRequest
                {
                    RemoveData = true,
                }, CancellationToken.None)).RunAsync(null, CancellationToken.None);
        }

        _folder.Dispose();
    }
}
