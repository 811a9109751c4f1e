using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Tls;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Turns TLS off in a running cluster, without losing the quorum, or goes back from an Enable-EtcdTls that was interrupted. The members are
/// restarted one by one, twice: first they no longer require TLS, then they forget their certificates, whose files are kept. Without TLS, everybody
/// on the network can read what clients and members send, and every client that reaches the members can read and change everything unless
/// authentication is on. The authority is kept in the profile; Enable-EtcdTls uses it again.
/// </summary>
/// <example>
/// <code>Disable-EtcdTls test -WhatIf</code>
/// <para>Shows the steps.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster test -Credential root | Disable-EtcdTls</code>
/// <para>Turns TLS off in a cluster with authentication. A user and its password are needed, because without TLS there are no certificates
/// that name a user.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Disable, "EtcdTls", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdCluster))]
public sealed class DisableEtcdTlsCommand : PlannedCmdlet
{
    /// <summary>The cluster: an object, or the name of a saved cluster. It must have been installed with Install-EtcdCluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>How long all members may take to serve after each restart: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        var request = new TlsRequest { Stage = TlsStage.None };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdCluster> operation = await new TlsChanger(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync(string.Join(' ', operation.Warnings)).ConfigureAwait(false);
        if (await CarryOutAnyAsync(operation, stop).ConfigureAwait(false) is { } changed) await WriteAsync(changed).ConfigureAwait(false);
    }
}
