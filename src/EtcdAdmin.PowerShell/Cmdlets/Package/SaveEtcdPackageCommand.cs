using System.Management.Automation;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Saves etcd into a file that carries all that a machine without a network needs: give it there as -Package. It has the layout
/// and name of an official release for Linux, with the checksum of every program inside, which is checked wherever it is used.
/// Programs that came from a Debian package need a C library on the hosts as new as that release's; official ones need none.
/// </summary>
/// <example>
/// <code>Save-EtcdPackage 3.5 ./stick -Architecture amd64, arm64</code>
/// <para>The newest 3.5 for both kinds of hosts, as two files in the folder stick.</para>
/// </example>
/// <example>
/// <code>Get-EtcdPackage -Path ./stick</code>
/// <para>On the other machine: checks the files that came over, and says what each is.</para>
/// </example>
[Cmdlet(VerbsData.Save, "EtcdPackage", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdPackageInfo))]
public sealed class SaveEtcdPackageCommand : AdminCmdlet
{
    /// <summary>The version of etcd: 3.5.16, or 3.5 for its newest; by default the newest available.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>The folder, made if it is not there, or the name of the file, ending in .tar.gz; by default the current folder.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = ".";

    /// <summary>The processors of the hosts, a file for each: amd64, arm64, ppc64le, s390x; by default this machine's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Architecture { get; set; }

    /// <summary>A mirror in the layout of the official releases, with SHA256SUMS beside each.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>The file or folder to take etcd from: a release archive, a .deb package, or unpacked programs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>Replaces a file that is there.</summary>
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
