using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Gets the effective configuration of each member, from its configuration file, systemd unit and command line. Differences from
/// the cluster's specification (the settings saved in its profile) are listed as drift.
/// </summary>
/// <example>
/// <code>Get-EtcdConfiguration prod | Where-Object IsAsSpecified -eq $false | Select-Object Member -ExpandProperty Drift</code>
/// <para>Lists the settings that were changed by hand on the hosts.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdConfiguration")]
[OutputType(typeof(EtcdMemberConfiguration))]
public sealed class GetEtcdConfigurationCommand : AdminCmdlet
{
    /// <summary>
    /// The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Names of members. Wildcards are allowed. Default: all members.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        string[] known = [.. cluster.RequireSpec().Members.Select(member => member.Name)];
        var wanted = new NamePatterns(Name);
        IReadOnlyList<Task<EtcdMemberConfiguration>> reading = new ConfigurationReader(Admin).Read(cluster, known.Where(wanted.Match), stop);
        await ForEachAsync(reading, async (member, _) => await WriteAsync(await member.ConfigureAwait(false)).ConfigureAwait(false), stop)
            .ConfigureAwait(false);
        foreach (string missing in wanted.Missing(known)) await WriteErrorAsync(NotFound(cluster, missing, known)).ConfigureAwait(false);
    }

    private static EtcdException NotFound(EtcdCluster cluster, string name, string[] names) =>
        new(EtcdErrorIds.MemberNotFound, $"Cluster '{cluster.Name}' has no member '{name}'.")
        {
            Target = name,
            NextStep = $"Its members are {string.Join(", ", names)}.",
        };
}
