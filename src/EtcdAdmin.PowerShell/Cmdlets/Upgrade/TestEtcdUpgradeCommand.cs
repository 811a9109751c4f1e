using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Checks whether a cluster can change to another version of etcd, and changes nothing. Each check of each member is one object: it passes,
/// warns, fails, or could not be made, with the reason and what to do. Update-EtcdCluster makes the same checks and refuses to begin while
/// one of them fails.
///
/// A cluster is upgraded one minor version at a time. If the wanted version is further away, the error lists the steps.
/// </summary>
/// <example>
/// <code>Test-EtcdUpgrade prod -Version 3.6</code>
/// <para>Shows all checks for an upgrade to the newest 3.6 that is at hand.</para>
/// </example>
/// <example>
/// <code>Test-EtcdUpgrade prod -Version 3.5.30 | Where-Object Result -in Warn, Fail | Format-List</code>
/// <para>Shows only what needs attention, with the next step for each.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Test-EtcdUpgrade -Package ./etcd-v3.6.14-linux-amd64.tar.gz</code>
/// <para>Checks all saved clusters for the version in a release archive.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdUpgrade")]
[OutputType(typeof(EtcdUpgradeCheck))]
public sealed class TestEtcdUpgradeCommand : AdminCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The wanted version: 3.5.30, or 3.5 for the newest 3.5 that is at hand.</summary>
    [Parameter(Position = 1)]
    [Alias("Channel")]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>The file or folder to take etcd from: a release archive, a .deb package, or a folder with unpacked programs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Package { get; set; }

    /// <summary>The URL of a mirror in the layout of the official releases, with a SHA256SUMS file for each release.</summary>
    [Parameter]
    public Uri? PackageUrl { get; set; }

    /// <summary>Allows a version that is several minor versions newer. The checks are those of the first step.</summary>
    [Parameter]
    public SwitchParameter Through { get; set; }

    /// <summary>The folder in which snapshots of the cluster are looked for. Default: the folder of Update-EtcdCluster.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SnapshotDestination { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        var request = new UpdateRequest
        {
            Package = new PackageRequest { Version = PackageArguments.Version(Version), Path = PathOf(Package), BaseUrl = PackageUrl },
            PassesThrough = Through,
            SnapshotFolder = PathOf(SnapshotDestination),
        };
        foreach (EtcdUpgradeCheck check in await new ClusterUpdater(Admin).TestAsync(cluster, request, stop).ConfigureAwait(false))
            await WriteAsync(check).ConfigureAwait(false);
    }
}
