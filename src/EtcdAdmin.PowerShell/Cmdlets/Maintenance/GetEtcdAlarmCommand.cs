using System.Management.Automation;
using EtcdAdmin.Maintenance.Alarms;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows the armed alarms of clusters, what each of them makes the cluster refuse, whether its cause remains, and what to do. A cluster without
/// alarms gives no output. Alarms of former members are shown too: they can come with a restored snapshot, and they count.
/// </summary>
/// <example>
/// <code>Get-EtcdAlarm prod</code>
/// <para>Shows the alarms of one cluster.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Get-EtcdAlarm | Where-Object CauseRemains -ne $true | Clear-EtcdAlarm</code>
/// <para>Disarms all alarms of all saved clusters whose cause is gone.</para>
/// </example>
/// <example>
/// <code>if (Get-EtcdAlarm prod) { Repair-EtcdSpace prod -WhatIf }</code>
/// <para>Shows what a repair would do, if the cluster has an alarm.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdAlarm")]
[OutputType(typeof(EtcdAlarm))]
public sealed class GetEtcdAlarmCommand : ClustersCmdlet<IReadOnlyList<EtcdAlarm>>
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        var reader = new AlarmReader(Admin);
        return AskAsync(Cluster, reader.ReadAsync, stop);
    }

    private protected override Task ShowAsync(IReadOnlyList<EtcdAlarm> found) => WritePageAsync(found);
}
