using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Deployment.Storage;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Moves the data of members to another device or folder on their hosts, one member after the other, the leader last. Each member
/// is stopped, its data is copied and compared file by file, and the member starts with the data in the new place. The old data
/// is kept in a subfolder of the old folder. If the member does not catch up in the new place, it is switched back to the old
/// place. After an interruption, run the same command again; it continues.
/// </summary>
/// <example>
/// <code>Move-EtcdData * -Cluster prod -Device /dev/vdb</code>
/// <para>Gives every member of prod its own file system. Get-EtcdHost lists the empty disks of a host.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember prod n2 | Move-EtcdData -Device /dev/vdc -FileSystem xfs -Path /srv/etcd -RemoveOldData</code>
/// <para>Moves one member to a disk that is mounted at /srv/etcd, and removes the old data when the member has caught up.</para>
/// </example>
[Cmdlet(VerbsCommon.Move, "EtcdData", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class MoveEtcdDataCommand : MemberCmdlet
{
    /// <summary>
    /// An empty block device on each host, for instance /dev/sdb. The command creates a file system on it. At least one of
    /// -Device and -Path is required.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Device { get; set; }

    /// <summary>The type of file system to create on -Device: ext4 or xfs. Default: ext4.</summary>
    [Parameter]
    [ValidateSet("ext4", "xfs")]
    public string? FileSystem { get; set; }

    /// <summary>
    /// The new folder for the data on the hosts. With -Device, it is where the device is mounted; default: the first free folder
    /// of /var/lib/etcd, /var/lib/etcd-2 and so on.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>
    /// Creates the file system on -Device even if the device is not empty; its contents are lost. A device that is mounted, has
    /// partitions or is in use is always refused.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Removes the old data when the member has caught up with the leader in the new place. If the old data was on its own
    /// device, the device is unmounted.
    /// </summary>
    [Parameter]
    public SwitchParameter RemoveOldData { get; set; }

    /// <summary>How long each member may take to serve again and catch up: seconds or a TimeSpan. Default: 10 minutes.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    private protected override bool InOrder => true;

    /// <inheritdoc/>
    private protected override async Task<IReadOnlyList<string>> OrderAsync(
        EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
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
        if (operation.Plan.IsEmpty) await SayAsync($"The data of member {member} is already in that place; nothing to do.").ConfigureAwait(false);
        EtcdMember? moved = operation.Plan.IsEmpty
            ? await operation.RunAsync(CoreEvents, stop).ConfigureAwait(false)
            : await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (moved is not null) await WriteAsync(moved).ConfigureAwait(false);
    }
}
