using System.Management.Automation;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Lists etcd packages: in the package cache of this machine (default), available from the sources (-ListAvailable), or in a file
/// or folder (-Path). With -Path the command opens and verifies each package.
/// </summary>
/// <example>
/// <code>Get-EtcdPackage</code>
/// <para>Lists the packages in the package cache. Clusters can be installed from them without a network.</para>
/// </example>
/// <example>
/// <code>Get-EtcdPackage -ListAvailable -Version 3.5 | Select-Object -First 1</code>
/// <para>Shows the newest 3.5 that any source offers.</para>
/// </example>
/// <example>
/// <code>Get-EtcdPackage -Path ./stick</code>
/// <para>Verifies every package file in a folder. A damaged file is an error.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdPackage", DefaultParameterSetName = "Cache")]
[OutputType(typeof(EtcdPackageInfo))]
public sealed class GetEtcdPackageCommand : AdminCmdlet
{
    /// <summary>The version of etcd: 3.5.16, or 3.5 for all versions of 3.5. Default: all versions.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>
    /// A release archive, a .deb package, a folder with the programs of etcd, or a folder that holds such files and folders. To
    /// find out the version, the command runs "etcd --version" if this machine can run the program; it starts no server.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!; // mandatory

    /// <summary>
    /// Lists the packages that the sources offer: the package cache, the clusters installed on this machine, PATH, the official
    /// releases, and apt if it exists.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = "Available")]
    public SwitchParameter ListAvailable { get; set; }

    /// <summary>The processor architectures to list: amd64, arm64, ppc64le, s390x. Default: that of this machine.</summary>
    [Parameter(ParameterSetName = "Available")]
    [ValidateNotNullOrEmpty]
    public string[]? Architecture { get; set; }

    /// <summary>
    /// The URL of a mirror in the layout of the official releases. It is used instead of the official releases, PATH and apt.
    /// </summary>
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
