using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Deployment.Storage;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Moves the data of members to another device or folder of their hosts, one member after the other, the leader last. Each is
/// stopped, its data copied, compared file by file and switched; the old data stays, moved aside in its folder, and is put back
/// if anything fails before the member has caught up in the new place. Run again after an interruption it carries on.
/// </summary>
/// <example>
/// <code>Move-EtcdData * -Cluster prod -Device /dev/vdb</code>
/// <para>Gives every member of prod a file system of its own. Get-EtcdHost shows which disks are there and empty.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember prod n2 | Move-EtcdData -Device /dev/vdc -FileSystem xfs -Path /srv/etcd -RemoveOldData</code>
/// <para>Moves one member to a disk that is mounted at /srv/etcd, and removes the old data once it has caught up there.</para>
/// </example>
[Cmdlet(VerbsCommon.Move, "EtcdData", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class MoveEtcdDataCommand : MemberCmdlet
{
    /// <summary>
    /// An empty block device of each host, for instance /dev/sdb, which gets a file system. Give -Device, -Path, or both.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Device { get; set; }

    /// <summary>The kind of that file system; ext4 by default.</summary>
    [Parameter]
    [ValidateSet("ext4", "xfs")]
    public string? FileSystem { get; set; }

    /// <summary>
    /// The folder on the hosts for the data; with -Device where that is mounted, by default the first free one of /var/lib/etcd,
    /// /var/lib/etcd-2 and so on.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Makes the file system even if the device carries something, which is lost. A mounted device is refused all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Removes the old data once the member has caught up with the leader in the new place, and unmounts its device if it had one.</summary>
    [Parameter]
    public SwitchParameter RemoveOldData { get; set; }

    /// <summary>How long a member may take to serve again and catch up: seconds or a TimeSpan; by default 10 minutes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    private protected override bool InOrder => true;

    /// <inheritdoc/>
    private protected override async Task<IReadOnlyList<string>> OrderAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        string? leader = members.Count > 1 ? await MemberReader.FindLeaderAsync(cluster, stop).ConfigureAwait(false) : null;
        return [.. members.OrderBy(member => member == leader)];
    }

    /// <inheritdoc/>
    private protected override async Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop)
    {
        var request = new MoveDataRequest
        {
            Device = Device,
            FileSystem = FileSystem,
            Path = Path,
            ForceFormat = Force,
            RemoveOldData = RemoveOldData,
        };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdMember> operation = await new MemberDataMover(Admin).PlanAsync(cluster, member, request, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync($"The data of member {member} is there already; nothing to do.").ConfigureAwait(false);
        EtcdMember? moved = operation.Plan.IsEmpty
            ? await operation.RunAsync(CoreEvents, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (moved is not null) await WriteAsync(moved).ConfigureAwait(false);
    }
}
