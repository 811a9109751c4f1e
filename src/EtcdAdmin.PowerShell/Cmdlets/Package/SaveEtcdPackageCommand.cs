using System.Management.Automation;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Saves etcd to a package file, for machines without a network. On those machines, give the file as -Package. The package has
/// the layout and name of an official Linux release, and a checksum for every program in it; the checksums are verified whenever
/// the package is used. Programs from a Debian package need a C library on the hosts that is at least as new as that of the
/// Debian release. Programs from an official release do not need a C library.
/// </summary>
/// <example>
/// <code>Save-EtcdPackage 3.5 ./stick -Architecture amd64, arm64</code>
/// <para>Saves the newest 3.5 for two architectures, as two files in the folder stick.</para>
/// </example>
/// <example>
/// <code>Get-EtcdPackage -Path ./stick</code>
/// <para>On the other machine: verifies the copied files, and shows version and architecture of each.</para>
/// </example>
[Cmdlet(VerbsData.Save, "EtcdPackage", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdPackageInfo))]
public sealed class SaveEtcdPackageCommand : AdminCmdlet
{
    /// <summary>The version of etcd: 3.5.16, or 3.5 for the newest 3.5. Default: the newest available.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>
    /// The folder to save to, which is created if needed, or a file name that ends in .tar.gz. Default: the current folder.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = ".";

    /// <summary>
    /// The processor architectures of the hosts: amd64, arm64, ppc64le, s390x. Each gets its own file. Default: that of this
    /// machine.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Architecture { get; set; }

    /// <summary>The URL of a mirror in the layout of the official releases, with a SHA256SUMS file for each release.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>
    /// The file or folder to take etcd from: a release archive, a .deb package, or a folder with unpacked programs.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        string destination = PathOf(Destination)!; // null only for null
        VersionRequest version = PackageArguments.Version(Version);
        IReadOnlyList<EtcdPlatform> platforms = PackageArguments.LinuxPlatforms(Architecture);
        if (platforms.Count > 1 && PackageSaver.IsFile(destination))
            throw PackageArguments.Invalid("One file holds one architecture.", destination, "Give a folder as -Destination.");

        await ForEachAsync(platforms, async (platform, token) =>
        {
            string what = version.IsNewest ? $"newest etcd for {platform}" : $"etcd {version} for {platform}";
            if (!await ShouldProcessAsync(what, $"Save package to {destination}").ConfigureAwait(false)) return;
            var request = new PackageRequest { Version = version, Platform = platform, Path = PathOf(Package), BaseUrl = PackageUrl };
            await WriteAsync(await new PackageSaver(Admin.Home).SaveAsync(request, destination, Force, CoreEvents, token)
                .ConfigureAwait(false)).ConfigureAwait(false);
        }, stop).ConfigureAwait(false);
    }
}
