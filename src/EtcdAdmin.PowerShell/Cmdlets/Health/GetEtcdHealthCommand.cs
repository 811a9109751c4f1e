using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Asks all members of a cluster at once how they are, and gives a verdict on each with its reason. A member that does not answer
/// is a verdict, not an error, and costs no more than the timeout.
/// </summary>
/// <example>
/// <code>Get-EtcdHealth demo</code>
/// <para>One row per member, under the line that says it all, for instance: Healthy with 3 known peers.</para>
/// </example>
/// <example>
/// <code>Get-EtcdHealth demo | Where-Object -Not Healthy | Start-EtcdMember</code>
/// <para>Starts the members that are down.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdHealth")]
[OutputType(typeof(EtcdHealth))]
public sealed class GetEtcdHealthCommand : AdminCmdlet
{
    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>How long each member has to answer: seconds or a TimeSpan; by default 5 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Also compares the hash of all data. Every member walks through its whole database for it.</summary>
    [Parameter]
    public SwitchParameter CheckHash { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        var options = new HealthOptions { CheckHash = CheckHash };
        if (Timeout is { } timeout) options = options with { Timeout = timeout };
        ClusterHealth health = await new HealthChecker(Admin).CheckAsync(cluster, options, stop).ConfigureAwait(false);
        await WritePageAsync(health.Members).ConfigureAwait(false);
    }
}
