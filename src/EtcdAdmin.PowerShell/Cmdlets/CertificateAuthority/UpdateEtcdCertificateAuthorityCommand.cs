using System.Management.Automation;
using System.Security;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Authority;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Replaces the certificate authority of a running cluster by a new one, without losing the quorum. First all members trust both authorities, then
/// this machine and the members get certificates of the new one, then all members trust only the new one. The members are restarted one by one,
/// twice. If a step fails, the steps before it are undone; after an interruption, run the same command again: it continues. Use it before the
/// authority expires, if its key is lost, or if somebody else may have it. Clients need the new authority and new certificates:
/// Export-EtcdCredential.
/// </summary>
/// <example>
/// <code>Update-EtcdCertificateAuthority prod -WhatIf</code>
/// <para>Shows the steps.</para>
/// </example>
/// <example>
/// <code>Update-EtcdCertificateAuthority prod; Export-EtcdCredential prod -Destination ./new</code>
/// <para>Replaces the authority, and makes a package for clients with the new one.</para>
/// </example>
/// <example>
/// <code>Get-EtcdCertificate prod | Where-Object { $_.Use -eq 'Authority' -and $_.DaysLeft -lt 365 } | Update-EtcdCertificateAuthority</code>
/// <para>Replaces the authority if it expires within a year.</para>
/// </example>
[Cmdlet(VerbsData.Update, "EtcdCertificateAuthority", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdAuthority))]
public sealed class UpdateEtcdCertificateAuthorityCommand : CertificateUpdateCmdlet
{
    /// <summary>
    /// An authority of your own for the cluster: a PEM file with its certificate, and those of all authorities above it up to the
    /// root, or a PKCS#12 file. Its key is kept in the profile on this machine, not encrypted. Default: a new authority.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthority { get; set; }

    /// <summary>The PEM file with the private key of -CertificateAuthority, if it is not in the same file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthorityKey { get; set; }

    /// <summary>The passphrase of the private key of -CertificateAuthority, or of the PKCS#12 file.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <inheritdoc/>
    protected override async Task UpdateAsync(EtcdCluster cluster, CancellationToken stop)
    {
        using CertificateAuthority? own = await AuthorityArguments.ReadAsync(
            PathOf(CertificateAuthority), PathOf(CertificateAuthorityKey), Passphrase, Admin.Clock, stop).ConfigureAwait(false);
        var request = new AuthorityRequest { KeyAlgorithm = KeyAlgorithm, Authority = own };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdAuthority> operation = await new AuthorityReplacer(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is { } authority) await WriteAsync(authority).ConfigureAwait(false);
    }
}
