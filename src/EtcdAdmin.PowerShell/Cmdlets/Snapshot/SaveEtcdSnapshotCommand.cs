using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Saves a snapshot of a live cluster to a file, which appears only when it is whole, checked and on the disk. Taken from the
/// freshest healthy member, a follower rather than the leader.
/// </summary>
/// <example>
/// <code>Get-EtcdCluster | Save-EtcdSnapshot -Destination ./backups</code>
/// <para>A snapshot of every saved cluster, as etcd-snapshot-(date and time in UTC).db.</para>
/// </example>
[Cmdlet(VerbsData.Save, "EtcdSnapshot", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdSnapshot))]
public sealed class SaveEtcdSnapshotCommand : AdminCmdlet
{
    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The folder, made if it is not there, or the name of the file, ending in .db; by default the current folder.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = ".";

    /// <summary>The member to take it from, by name or id; by default the best one is chosen.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Member { get; set; }

    /// <summary>How long no byte may arrive before it is given up: seconds or a TimeSpan; by default 30 s. The whole may take as long as it takes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? InactivityTimeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        string destination = PathOf(Destination)!; // null only for null
        if (!await ShouldProcessAsync($"cluster {cluster.Name}", $"Save snapshot to {destination}").ConfigureAwait(false)) return;
        var request = new SaveSnapshotRequest { Destination = destination, Member = Member };
        if (InactivityTimeout is { } inactivity) request = request with { InactivityTimeout = inactivity };
        EtcdSnapshot snapshot = await new SnapshotSaver(Admin).SaveAsync(cluster, request, CoreEvents, stop).ConfigureAwait(false);
        await WriteAsync(snapshot).ConfigureAwait(false);
    }
}
