using System.Management.Automation;
using System.Security;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Tls;
using EtcdAdmin.Plans;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Security;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Turns TLS on in a running cluster that was installed without it, without losing the quorum. First all members get certificates, then they
/// require TLS from each other and from clients. The members are restarted one by one, twice, the leader last; each must serve again before the
/// next is restarted. If a step fails, the members go back to where the last complete round left them. After an interruption, run the same command
/// again: it continues. Disable-EtcdTls goes back. Ports stay as they are, so clients that know only the http:// URLs are refused as soon as
/// the members require TLS: -Stage stops before that.
/// </summary>
/// <example>
/// <code>Enable-EtcdTls prod -WhatIf</code>
/// <para>Shows the steps.</para>
/// </example>
/// <example>
/// <code>Enable-EtcdTls prod -Stage Prepared; Export-EtcdCredential prod -Destination ./clients; Enable-EtcdTls prod</code>
/// <para>Gives members their certificates first, makes a package for clients, and then turns TLS on. Give the package to the clients before
/// the last command.</para>
/// </example>
/// <example>
/// <code>Enable-EtcdTls prod -Stage Optional</code>
/// <para>Members require TLS from each other, and clients may use it or not, until the command is run without -Stage. For etcd
/// 3.4.25, 3.5.8 and later.</para>
/// </example>
/// <example>
/// <code>Enable-EtcdTls prod -CertificateAuthority ./ca.p12 -Passphrase (Read-Host -AsSecureString)</code>
/// <para>Uses a certificate authority of your own.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Enable, "EtcdTls", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCluster))]
public sealed class EnableEtcdTlsCommand : CertificateUpdateCmdlet
{
    /// <summary>
    /// How far to go. Prepared: members get certificates and still serve without TLS; no other command changes the cluster until TLS is on or off.
    /// Optional: members require TLS from each other, and clients may connect with or without it on the same port. Required (default): members
    /// and clients use TLS.
    /// </summary>
    [Parameter]
    [ValidateSet(nameof(TlsStage.Prepared), nameof(TlsStage.Optional), nameof(TlsStage.Required))]
    public string Stage { get; set; } = nameof(TlsStage.Required);

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

    /// <summary>
    /// Makes a certificate authority for clients and another one for peers. A client certificate is then refused at the peer ports, and a
    /// certificate that members have for their peers is refused at the client ports. Default: one authority for both.
    /// </summary>
    [Parameter]
    public SwitchParameter SeparatePeerAuthority { get; set; }

    /// <summary>
    /// An authority of your own for peers, in a file as for -CertificateAuthority; implies -SeparatePeerAuthority. Its root must be another one than
    /// that of -CertificateAuthority. Default: a new authority.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PeerCertificateAuthority { get; set; }

    /// <summary>The PEM file with the private key of -PeerCertificateAuthority, if it is not in the same file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PeerCertificateAuthorityKey { get; set; }

    /// <summary>The passphrase of the private key of -PeerCertificateAuthority, or of the PKCS#12 file.</summary>
    [Parameter]
    public SecureString? PeerPassphrase { get; set; }

    /// <inheritdoc/>
    protected override async Task UpdateAsync(EtcdCluster cluster, CancellationToken stop)
    {
        using CertificateAuthority? own = await AuthorityArguments.ReadAsync(
            PathOf(CertificateAuthority), PathOf(CertificateAuthorityKey), Passphrase, Admin.Clock, stop).ConfigureAwait(false);
        using CertificateAuthority? peers = await AuthorityArguments.ReadAsync(
            PathOf(PeerCertificateAuthority), PathOf(PeerCertificateAuthorityKey), PeerPassphrase, Admin.Clock, stop,
            nameof(PeerCertificateAuthority)).ConfigureAwait(false);
        var request = new TlsRequest
        {
            Stage = Enum.Parse<TlsStage>(Stage, ignoreCase: true),
            KeyAlgorithm = KeyAlgorithm,
            Authority = own,
            SeparatePeerAuthority = SeparatePeerAuthority,
            PeerAuthority = peers,
        };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdCluster> operation = await new TlsChanger(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        if (operation.Plan.IsEmpty) await SayAsync(string.Join(' ', operation.Warnings)).ConfigureAwait(false);
        if (await CarryOutAnyAsync(operation, stop).ConfigureAwait(false) is { } changed) await WriteAsync(changed).ConfigureAwait(false);
    }
}
