using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Changes single members to another version of etcd, as Update-EtcdCluster does with all of them: with the same checks, a snapshot before,
/// and proof after each member. The members of a cluster may differ by one minor version; the cluster has the older one until the last member
/// is done.
/// </summary>
/// <example>
/// <code>Update-EtcdMember n1 -Cluster prod -Version 3.5.30</code>
/// <para>Updates the member n1 only.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember prod | Where-Object Version -lt 3.5.30 | Update-EtcdMember -Version 3.5.30</code>
/// <para>Updates the members that run an older version, one after the other.</para>
/// </example>
/// <example>
/// <code>Update-EtcdMember n1, n2 -Cluster prod -Package ./etcd-v3.6.14-linux-amd64.tar.gz -WhatIf</code>
/// <para>Shows the steps for two members with the programs in a file.</para>
/// </example>
[Cmdlet(VerbsData.Update, "EtcdMember", SupportsShouldProcess = true, DefaultParameterSetName = "Name")]
[OutputType(typeof(EtcdMember))]
public sealed class UpdateEtcdMemberCommand : MemberCmdlet
{
    /// <summary>The wanted version: 3.5.30, or 3.5 for the newest available 3.5.</summary>
    [Parameter]
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
    /// The folder on this machine for the snapshot that is saved before the change. Default: the folder snapshots in EtcdAdmin's home, with
    /// one folder for each cluster.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SnapshotDestination { get; set; }

    /// <summary>
    /// Checks whose failure does not refuse the change: you take the responsibility. Access, Package and Version cannot be ignored.
    /// </summary>
    [Parameter]
    public UpgradeGate[]? IgnoreCheck { get; set; }

    /// <summary>
    /// Changes a member of a cluster of two voters, which does not serve while the member restarts. If that is interrupted, start both
    /// members first (Start-EtcdMember), then run the command again.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long each member may take to serve again: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    private protected override bool InOrder => true;

    private protected override async Task ActOnAllAsync(EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken stop)
    {
        var arguments = new VersionArguments(Version, PathOf(Package), PackageUrl, PathOf(SnapshotDestination));
        UpdateRequest request =
            VersionArguments.ForChange(arguments.ToRequest() with { Members = members, AllowsInterruption = Force }, IgnoreCheck, Timeout);
        ClusterUpdate update = await new ClusterUpdater(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        EtcdCluster? changed = update.Operation.Plan.IsEmpty
            ? await update.Operation.RunAsync(CoreEvents, stop).ConfigureAwait(false)
            : await CarryOutAsync(update.Operation, stop).ConfigureAwait(false);
        if (changed is null) return;
        foreach (EtcdMember member in await new MemberReader(Admin).ReadAsync(changed, ReadTimeout, stop).ConfigureAwait(false))
        {
            if (members.Contains(member.Name, StringComparer.OrdinalIgnoreCase)) await WriteAsync(member).ConfigureAwait(false);
        }
    }

    private protected override Task ActAsync(EtcdCluster cluster, string member, CancellationToken stop) => ActOnAllAsync(cluster, [member], stop);

    private static TimeSpan ReadTimeout => new Clusters.Health.HealthOptions().Timeout;
}
