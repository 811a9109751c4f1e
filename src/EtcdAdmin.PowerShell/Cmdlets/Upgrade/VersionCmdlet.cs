using System.Management.Automation;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What the cmdlets share that change the version of a cluster, or check whether that is possible.</summary>
public abstract class VersionCmdlet : PlannedCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The wanted version: 3.5.30, or 3.5 for the newest available 3.5.</summary>
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

    /// <summary>
    /// Allows a version that is several minor versions newer, and passes all versions in between, each with its own checks, snapshot and
    /// proof. Test-EtcdUpgrade makes the checks of the first of them.
    /// </summary>
    [Parameter]
    public SwitchParameter Through { get; set; }

    /// <summary>
    /// The folder on this machine for the snapshot that is saved before the change. Default: the folder snapshots in EtcdAdmin's home, with
    /// one folder for each cluster. Test-EtcdUpgrade looks for snapshots there.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SnapshotDestination { get; set; }

    private protected UpdateRequest Request() =>
        new VersionArguments(Version, PathOf(Package), PackageUrl, PathOf(SnapshotDestination)).ToRequest() with { PassesThrough = Through };
}
