using System.Management.Automation;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Maintenance.Alarms;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Disarms alarms, and then proves that every voter accepts writes. An alarm whose cause remains is not disarmed, because it would come back:
/// NOSPACE while a database has reached its quota (use Repair-EtcdSpace), CORRUPT while the data of the members differs or could not be compared
/// (use Repair-EtcdMember). A cluster without alarms is left as it is.
/// </summary>
/// <example>
/// <code>Clear-EtcdAlarm prod</code>
/// <para>Disarms all alarms of a cluster whose causes are gone.</para>
/// </example>
/// <example>
/// <code>Get-EtcdAlarm prod | Where-Object -Not IsMember | Clear-EtcdAlarm</code>
/// <para>Disarms the alarms of former members, which came with a restored snapshot.</para>
/// </example>
/// <example>
/// <code>Clear-EtcdAlarm prod -Alarm NoSpace -Force</code>
/// <para>Disarms NOSPACE although the quota is still used up. The next write raises it again.</para>
/// </example>
[Cmdlet(VerbsCommon.Clear, "EtcdAlarm", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdAlarm))]
public sealed class ClearEtcdAlarmCommand : PlannedCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Only alarms of this type. Default: all.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public AlarmType Alarm { get; set; }

    /// <summary>Only alarms of these members: names, or ids for former members. Default: all.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    public string[]? Member { get; set; }

    /// <summary>Disarms alarms whose cause remains, or is not known.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the disarmed alarms. Without it, the command writes nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        var request = new AlarmRequest { Alarm = Alarm == AlarmType.None ? null : Alarm, Members = Member ?? [], Force = Force };
        Operation<IReadOnlyList<EtcdAlarm>> operation = await new AlarmClearer(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
        {
            await SayAsync($"Cluster {cluster.Name} has no alarm to disarm.").ConfigureAwait(false);
            return;
        }

        IReadOnlyList<EtcdAlarm>? disarmed = await CarryOutAsync(operation, stop).ConfigureAwait(false);
        if (PassThru && disarmed is not null) await WritePageAsync(disarmed).ConfigureAwait(false);
    }
}
