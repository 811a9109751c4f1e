using System.Management.Automation;
using EtcdAdmin.Clusters.Health.History;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Shows the recorded health of saved clusters, the oldest record first: the health of each member with the reason, the sizes of the databases, and
/// the revision. Get-EtcdHealth and Export-EtcdHealth add a record each time they check a saved cluster; Register-EtcdHealthMonitor lets a timer do
/// that. The newest 9,000 records of the last 90 days are kept, in the file health.jsonl beside the cluster's profile.
/// </summary>
/// <example>
/// <code>Get-EtcdHealthHistory prod</code>
/// <para>Shows the recorded health of the last day.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealthHistory prod -MaxAge 30 | Where-Object -Not Healthy</code>
/// <para>Shows when the cluster was not healthy during the last 30 days.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealthHistory prod -MaxAge 7 | Select-Object Time, Revision, DbSizeBytes | Export-Csv growth.csv</code>
/// <para>Saves the growth of a week for a spreadsheet.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdHealthHistory")]
[OutputType(typeof(EtcdHealthRecord))]
public sealed class GetEtcdHealthHistoryCommand : AdminCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>How far back: days or a TimeSpan. Default: 1 day.</summary>
    [Parameter]
    [Days]
    public TimeSpan? MaxAge { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        // An unknown name is an error; a cluster without a history gives no output.
        string name = (await FindAsync(Cluster, stop).ConfigureAwait(false)).Name;
        await WritePageAsync(await new HealthHistoryStore(Admin).ReadAsync(name, MaxAge ?? TimeSpan.FromDays(1), stop).ConfigureAwait(false))
            .ConfigureAwait(false);
    }
}
