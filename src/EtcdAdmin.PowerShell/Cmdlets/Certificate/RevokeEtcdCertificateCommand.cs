using System.Management.Automation;
using System.Security;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Revocation;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Revokes client certificates of a cluster: its authority signs a list, every member gets it, and refuses the certificates on it. The members are
/// restarted one by one, which ends the open connections of the revoked clients; all others connect again. At the end it proves that every member
/// refuses a revoked certificate and accepts the others. A revoked certificate stays revoked: give its holder a new one if he is to come back.
/// </summary>
/// <example>
/// <code>Get-EtcdCertificate prod -Issued | Where-Object Subject -eq 'CN=app' | Revoke-EtcdCertificate</code>
/// <para>Revokes the certificates that this machine has issued for the client app.</para>
/// </example>
/// <example>
/// <code>Revoke-EtcdCertificate prod -CommonName app -Reason KeyCompromise</code>
/// <para>Does the same by the common name, and notes why.</para>
/// </example>
/// <example>
/// <code>Revoke-EtcdCertificate prod -Path ./etcd_credentials.tar.gz -WhatIf</code>
/// <para>Shows the steps that would revoke the certificate in a credential package.</para>
/// </example>
/// <example>
/// <code>Revoke-EtcdCertificate prod -SerialNumber 4A0F3C9D11E27B6C8E55D0A1B2C3D4E5 -NoRestart</code>
/// <para>Revokes a certificate of which only the serial number is known. Connections that are open continue until they end.</para>
/// </example>
[Cmdlet(VerbsSecurity.Revoke, "EtcdCertificate", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdRevokedCertificate))]
public sealed class RevokeEtcdCertificateCommand : PlannedCmdlet
{
    private readonly Dictionary<string, (EtcdCluster Cluster, List<string> SerialNumbers)> _clusters = new(StringComparer.Ordinal);

    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>Serial numbers, hexadecimal, as Get-EtcdCertificate shows them.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? SerialNumber { get; set; }

    /// <summary>Common names: all certificates that this machine has issued for them and that have not expired.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? CommonName { get; set; }

    /// <summary>Files with a certificate (PEM, DER or PKCS#12), or credential packages (.tar.gz).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>The passphrase of a PKCS#12 file.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <summary>Why, for readers of the list: etcd refuses a certificate for any reason. Default: none is given.</summary>
    [Parameter]
    public RevocationReason Reason { get; set; }

    /// <summary>Restarts no member that uses a list already, so that open connections of the revoked clients continue until they end.</summary>
    [Parameter]
    public SwitchParameter NoRestart { get; set; }

    /// <summary>How long all members may take to serve again after a restart: seconds or a TimeSpan. Default: 60 s.</summary>
    [Parameter]
    [Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken stop)
    {
        EtcdCluster cluster = await FindAsync(Cluster, stop).ConfigureAwait(false);
        if (!_clusters.TryGetValue(cluster.Name, out (EtcdCluster Cluster, List<string> SerialNumbers) known))
            _clusters[cluster.Name] = known = (cluster, []);
        known.SerialNumbers.AddRange(SerialNumber ?? []);
    }

    /// <inheritdoc/>
    protected override Task EndAsync(CancellationToken stop) => ForEachAsync(
        _clusters.Values, (one, token) => RevokeAsync(one.Cluster, one.SerialNumbers, token), stop);

    private async Task RevokeAsync(EtcdCluster cluster, IReadOnlyList<string> serialNumbers, CancellationToken stop)
    {
        var request = new RevocationRequest
        {
            Files = [.. (Path ?? []).Select(path => PathOf(path)!)], // not null
            Passphrase = Passphrase.ToPlainText(),
            SerialNumbers = serialNumbers,
            CommonNames = CommonName ?? [],
            Reason = Reason,
            EndsConnections = !NoRestart,
        };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<IReadOnlyList<EtcdRevokedCertificate>> operation = await new CertificateRevoker(Admin).PlanAsync(cluster, request, stop)
            .ConfigureAwait(false);
        if (operation.Plan.IsEmpty)
            await SayAsync($"Every member of cluster {cluster.Name} refuses these certificates already; nothing to do.").ConfigureAwait(false);
        if (await CarryOutAnyAsync(operation, stop).ConfigureAwait(false) is { } revoked) await WritePageAsync(revoked).ConfigureAwait(false);
    }
}
