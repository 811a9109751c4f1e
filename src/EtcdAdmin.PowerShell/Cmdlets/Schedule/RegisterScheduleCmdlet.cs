using System.Management.Automation;
using EtcdAdmin.Client.Options;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Schedules;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What the cmdlets that register schedules share: the cluster, the times, and who acts.</summary>
public abstract class RegisterScheduleCmdlet : PlannedCmdlet
{
    private protected const string AtSet = "At";
    private protected const string EverySet = "Every";
    private protected const string CalendarSet = "OnCalendar";

    private protected RegisterScheduleCmdlet()
    {
    }

    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The times of day, in UTC, for instance 02:30.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AtSet)]
    public TimeOnly[] At { get; set; } = null!; // mandatory

    /// <summary>
    /// The interval between runs, starting at midnight UTC: hours or a TimeSpan. It must be whole minutes that divide an hour (at least five), whole
    /// hours that divide a day, or one day. Default: six hours for snapshots, one day for maintenance.
    /// </summary>
    [Parameter(ParameterSetName = EverySet)]
    [Hours]
    public TimeSpan? Every { get; set; }

    /// <summary>
    /// The times, as systemd.time(7) calendar expressions, for instance 'Mon..Fri 22:00 UTC'. Without a time zone, each host uses its own.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = CalendarSet)]
    [ValidateNotNullOrEmpty]
    public string[] OnCalendar { get; set; } = null!; // mandatory

    /// <summary>
    /// The maximum random delay of each run: seconds or a TimeSpan. Default: a quarter of the interval, at most ten minutes.
    /// </summary>
    [Parameter]
    [Seconds]
    public TimeSpan? RandomizedDelay { get; set; }

    /// <summary>
    /// An etcd user with the role root, and its password. Needed if authentication is enabled. They are stored on the hosts, in a
    /// file that only root and the member's user can read.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>
    /// Continues even if a host cannot be managed now, for instance because it is down, and leaves that host as it is. Without
    /// -Force, nothing is changed on any host in this case.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The times that the parameters give.</summary>
    /// <param name="usual">The interval if they give none.</param>
    private protected ScheduleTimes Times(TimeSpan usual)
    {
        ScheduleTimes times = ParameterSetName switch
        {
            AtSet => ScheduleTimes.At(At),
            CalendarSet => ScheduleTimes.OnCalendar(OnCalendar),
            _ => ScheduleTimes.Every(Every ?? usual),
        };
        return times with { RandomizedDelay = RandomizedDelay };
    }

    private protected static EtcdCredential? Known(PSCredential? given) =>
        given is null ? null : new EtcdCredential(given.UserName, given.GetNetworkCredential().Password);
}
