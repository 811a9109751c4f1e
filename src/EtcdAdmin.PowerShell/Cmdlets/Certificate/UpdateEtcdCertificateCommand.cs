using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Completion;

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
/// <code>Update-EtcdCertificate prod -KeepKey</code>
/// <para>Renews the certificates only: the keys that are in use are kept.</para>
/// </example>
/// <example>
/// <code>Update-EtcdCertificate prod -Member n1 -WhatIf</code>
/// <para>Shows the steps that would renew the certificates of one member.</para>
/// </example>
[Cmdlet(VerbsData.Update, "EtcdCertificate", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCertificate))]
public sealed class UpdateEtcdCertificateCommand : CertificateUpdateCmdlet
{
    /// <summary>The members, by name. Default: all members, and the operator's client certificate.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Member { get; set; }

    /// <summary>Renews only the certificates of members that have one which is valid for fewer days. Default: all.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? DaysLeft { get; set; }

    /// <summary>
    /// The folder with certificates that another authority signed: for member n1 the files n1-server.crt and n1-peer.crt, beside the
    /// keys that New-EtcdCertificate -RequestOnly made. They are checked before anything is changed. Default: the cluster's authority
    /// issues the certificates.
    /// </summary>
    [Parameter]
    [Alias("CertificatePath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>
    /// Keeps the keys that are in use, and renews only the certificates. A member or operator whose key or certificate is missing gets a new key.
    /// -KeyAlgorithm counts only for these. Default: all get new keys.
    /// </summary>
    [Parameter]
    public SwitchParameter KeepKey { get; set; }

    /// <inheritdoc/>
    protected override async Task UpdateAsync(EtcdCluster cluster, CancellationToken stop)
    {
        var request = new RenewalRequest
        {
            Members = Member ?? [],
            DaysLeft = DaysLeft,
            KeepsKeys = KeepKey,
            KeyAlgorithm = KeyAlgorithm,
            SignedFolder = PathOf(Path),
        };
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
