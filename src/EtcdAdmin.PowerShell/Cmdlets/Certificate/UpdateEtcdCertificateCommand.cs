using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Renews the certificates and keys of members, and the operator's client certificate: new ones of the same authority, for the same names, valid
/// for a year. It takes one member after the other, proves that each shows its new certificates, and goes back to the old ones if a member does not.
/// No member is restarted, and no write fails: etcd reads its certificates at each new connection. Certificates that have expired already are renewed
/// in the same way, also if the cluster no longer serves because of them.
/// </summary>
/// <example>
/// <code>Update-EtcdCertificate prod -DaysLeft 60</code>
/// <para>Renews the certificates of members that have one which is valid for fewer than 60 days.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCluster | Update-EtcdCertificate -DaysLeft 60</code>
/// <para>Does that for all saved clusters, in a scheduled job.</para>
/// </example>
/// <example>
/// <code>Update-EtcdCertificate prod -Member n1 -WhatIf</code>
/// <para>Shows the steps that would renew the certificates of one member.</para>
/// </example>
[Cmdlet(VerbsData.Update, "EtcdCertificate", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCertificate))]
public sealed class UpdateEtcdCertificateCommand : PlannedCmdlet
{
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    /// <summary>The cluster: an object, or the name of a saved cluster. This machine must have the key of its authority.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The members, by name. Default: all members, and the operator's client certificate.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Member { get; set; }

    /// <summary>Renews only the certificates of members that have one which is valid for fewer days. Default: all.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? DaysLeft { get; set; }

    /// <summary>The type of the new keys. Default: ECDSA with P-256.</summary>
    [Parameter]
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long a member may take to show its new certificates and to serve: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        if (!_done.Add(cluster.Name)) return; // several certificates of one cluster came through the pipeline
        var request = new RenewalRequest { Members = Member ?? [], DaysLeft = DaysLeft, KeyAlgorithm = KeyAlgorithm };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<IReadOnlyList<EtcdCertificate>> operation = await new CertificateRenewer(Admin).PlanAsync(cluster, request, stop)
            .ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
        {
            await SayAsync($"No certificate of cluster {cluster.Name} is due; nothing to do.").ConfigureAwait(false);
            return;
        }

        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is { } renewed) await WritePageAsync(renewed).ConfigureAwait(false);
    }
}
