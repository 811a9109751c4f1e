using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Bench;

/// <summary>A temporary home folder for the measured clusters; it is deleted at the end.</summary>
internal sealed class Lab : IAsyncDisposable
{
    // The largest quota that etcd recommends: no measurement may reach it.
    private const long QuotaBytes = 8L << 30;

    private readonly AdminContext _context;
    private EtcdPackage? _package;

    public Lab()
    {
        Folder = Directory.CreateTempSubdirectory("etcdadmin-bench-").FullName;
        // etcd itself is taken from, and downloaded to, the user's package cache.
        _context = new AdminContext(new EtcdAdminHome(Path.Combine(Folder, "home"), EtcdAdminHome.Resolve().PackagesPath));
    }

    public string Folder { get; }

    public AdminContext Context => _context;

    public EtcdVersion EtcdVersion => Package.Version;

    /// <summary>The peer.</summary>
    public string Etcdctl => Package.EtcdctlPath ?? throw new BenchException($"{Package} has no etcdctl to compare with.");

    /// <summary>The peer for snapshot files.</summary>
    public string Etcdutl => Package.EtcdutlPath ?? throw new BenchException($"{Package} has no etcdutl to compare with.");

    /// <summary>The variables by which our own processes find the clusters.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        [EtcdAdminHome.HomeVariable] = _context.Home.Path,
        [EtcdAdminHome.PackagesVariable] = _context.Home.PackagesPath,
    };

    private EtcdPackage Package => _package ?? throw new InvalidOperationException("FindEtcdAsync comes first.");

    public async Task FindEtcdAsync(string version, CancellationToken cancellationToken)
    {
        var request = new PackageRequest { Version = VersionRequest.Parse(version) };
        _package = await new PackageResolver(_context.Home).ResolveAsync(request, null, cancellationToken);
        Console.WriteLine($"Found {_package}.");
    }

    /// <summary>Installs a cluster as users do, with TLS, and with a separate credential package for etcdctl.</summary>
    public async Task<LabCluster> InstallAsync(string name, int size, CancellationToken cancellationToken)
    {
        var request = new InstallRequest
        {
            Name = name,
            Size = size,
            Package = new PackageRequest { Path = Package.Folder },
            Tuning = new EtcdTuning { QuotaBytes = QuotaBytes },
        };
        Operation<EtcdCluster> install = await new ClusterInstaller(_context).PlanAsync(request, cancellationToken);
        EtcdCluster cluster = await install.RunAsync(null, cancellationToken);
        Console.WriteLine($"Installed cluster {name} with {size} member(s).");
        return await WithCredentialsAsync(cluster, cancellationToken);
    }

    /// <summary>A cluster with credentials for etcdctl.</summary>
    public async Task<LabCluster> WithCredentialsAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        // Not named after the cluster: a cluster that was uninstalled and installed again gets new credentials.
        string folder = Directory.CreateDirectory(Path.Combine(Folder, "credentials", Guid.NewGuid().ToString("n"))).FullName;
        string package = Path.Combine(folder, "package.tar.gz");
        await new CredentialExporter(_context).ExportAsync(cluster, package, new CredentialRequest(), cancellationToken);
        await using FileStream file = File.OpenRead(package);
        await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unpacked, folder, overwriteFiles: false, cancellationToken);
        return new LabCluster(cluster, Path.Combine(folder, "etcd_credentials"));
    }

    public async Task UninstallAsync(LabCluster installed, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = await _context.Profiles.LoadAsync(installed.Name, cancellationToken);
        await (await new ClusterUninstaller(_context).PlanAsync(cluster, new UninstallRequest { RemoveData = true }, cancellationToken)).RunAsync(
            null, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string name in _context.Profiles.Names())
        {
            EtcdCluster cluster = await _context.Profiles.LoadAsync(name, CancellationToken.None);
            await (await new ClusterUninstaller(_context).PlanAsync(cluster, new UninstallRequest
            {
                RemoveData = true,
            }, CancellationToken.None)).RunAsync(null, CancellationToken.None);
        }

        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>A cluster that is measured.</summary>
/// <param name="Cluster">The cluster object of the core library.</param>
/// <param name="CredentialFolder">An unpacked credential package, for etcdctl.</param>
internal sealed record LabCluster(EtcdCluster Cluster, string CredentialFolder)
{
    public string Name => Cluster.Name;

    /// <summary>The variables by which etcdctl connects to it.</summary>
    public IReadOnlyDictionary<string, string> EtcdctlEnvironment => new Dictionary<string, string>
    {
        ["ETCDCTL_API"] = "3",
        ["ETCDCTL_ENDPOINTS"] = string.Join(',', Cluster.Endpoints.Select(endpoint => endpoint.GetLeftPart(UriPartial.Authority))),
        ["ETCDCTL_CACERT"] = Path.Combine(CredentialFolder, "ca.crt"),
        ["ETCDCTL_CERT"] = Path.Combine(CredentialFolder, "client.crt"),
        ["ETCDCTL_KEY"] = Path.Combine(CredentialFolder, "client.key"),
    };
}
