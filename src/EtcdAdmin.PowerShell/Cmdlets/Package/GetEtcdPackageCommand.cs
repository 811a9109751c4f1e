using System.Management.Automation;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows etcd packages: those that this machine holds already, those that could be fetched (-ListAvailable), or what a file is
/// (-Path), which is opened and checked for that.
/// </summary>
/// <example>
/// <code>Get-EtcdPackage</code>
/// <para>The packages in the package cache; clusters are installed from these without a network.</para>
/// </example>
/// <example>
/// <code>Get-EtcdPackage -ListAvailable -Version 3.5 | Select-Object -First 1</code>
/// <para>The newest 3.5 that any source offers.</para>
/// </example>
/// <example>
/// <code>Get-EtcdPackage -Path ./stick</code>
/// <para>Every package file in a folder; one that is damaged is an error.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdPackage", DefaultParameterSetName = "Cache")]
[OutputType(typeof(EtcdPackageInfo))]
public sealed class GetEtcdPackageCommand : AdminCmdlet
{
    /// <summary>The version of etcd: 3.5.16, or 3.5 for all of that series; by default all.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>
    /// An archive, a folder with the programs of etcd, or a folder of such archives and folders. An etcd that this machine can run
    /// is run, to ask for its version.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>Asks the sources what they offer: the package cache, the clusters installed on this machine, PATH, the official releases and apt where there is one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Available")]
    public SwitchParameter ListAvailable { get; set; }

    /// <summary>The processors to ask for: amd64, arm64, ppc64le, s390x; by default this machine's.</summary>
    [Parameter(ParameterSetName = "Available")]
    [ValidateNotNullOrEmpty]
    public string[]? Architecture { get; set; }

    /// <summary>A mirror to ask, in the layout of the official releases, instead of these, PATH and apt.</summary>
    [Parameter(ParameterSetName = "Available")]
    public Uri? PackageUrl { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        VersionRequest version = PackageArguments.Version(Version);
        var inspector = new PackageInspector(Admin.Home);
        switch (ParameterSetName)
        {
            case "Path":
                await ForEachAsync(PackageInspector.Find(PathOf(Path)!), async (path, token) => // null only for null
                {
                    EtcdPackageInfo package = await inspector.InspectAsync(path, token).ConfigureAwait(false);
                    if (version.IsNewest || version.Matches(package.Version)) await WriteAsync(package).ConfigureAwait(false);
                }, stop).ConfigureAwait(false);
                break;
            case "Available":
                await ForEachAsync(PackageArguments.LinuxPlatforms(Architecture),
                    (platform, token) => ListAsync(version, platform, token), stop).ConfigureAwait(false);
                break;
            default:
                await WritePageAsync(await inspector.ListCacheAsync(version, stop).ConfigureAwait(false)).ConfigureAwait(false);
                break;
        }
    }

    private async Task ListAsync(VersionRequest version, EtcdPlatform platform, CancellationToken stop)
    {
        var request = new PackageRequest { Version = version, Platform = platform, BaseUrl = PackageUrl };
        await WritePageAsync(await new PackageInspector(Admin.Home).ListAvailableAsync(request, CoreEvents, stop).ConfigureAwait(false))
            .ConfigureAwait(false);
    }
}
