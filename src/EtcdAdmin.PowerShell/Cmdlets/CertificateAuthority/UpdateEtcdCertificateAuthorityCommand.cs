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
/// twice. New connections prove each phase before the next one begins: from this machine to all members with certificates of both authorities, and
/// from every member to every other. If a step fails, the steps before it are undone; after an interruption, run the same command again: it
/// continues. Use it before the authority expires, or if its key is lost. Clients need the new authority and new certificates: Export-EtcdCredential.
///
/// If somebody else may have the key of the authority, use -Emergency: all members are stopped together and start with the new authority only. That
/// interrupts the cluster for some seconds.
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
/// <code>Update-EtcdCertificateAuthority prod -CertificateAuthority ./corporate-root.crt -CertificatePath ./signed</code>
/// <para>Moves the cluster to an authority whose key is elsewhere. It signed the requests of
/// New-EtcdCertificate -RequestOnly -Use Server, Peer, Client -CommonName root.</para>
/// </example>
/// <example>
/// <code>Update-EtcdCertificateAuthority prod -SeparatePeerAuthority</code>
/// <para>Gives peers an authority of their own, so that no client certificate is accepted at the peer ports.</para>
/// </example>
/// <example>
/// <code>Update-EtcdCertificateAuthority prod -Scope Peer</code>
/// <para>Replaces only the authority for peers of a cluster that has one for clients and another one for peers. Clients notice nothing.</para>
/// </example>
/// <example>
/// <code>Update-EtcdCertificateAuthority prod -Emergency; Export-EtcdCredential prod -UserName app</code>
/// <para>Replaces a compromised authority, and makes a package for the client app, which is refused until it has it.</para>
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
    /// Replaces a compromised authority: no member trusts it any more as soon as all members have been restarted, together. The cluster does not
    /// serve meanwhile, and refuses clients with certificates of the former authority from then on. Also for a cluster that does not serve now.
    /// Default: the members are restarted one by one, and trust both authorities in between.
    /// </summary>
    [Parameter]
    public SwitchParameter Emergency { get; set; }

    /// <summary>
    /// The new authority allows authorities below it, as Register-EtcdCertificateRenewal -OnHost needs them. One of your own must allow them itself.
    /// Default: it allows none.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowIntermediate { get; set; }

    /// <summary>
    /// An authority of your own for the cluster: a PEM file with its certificate, and those of all authorities above it up to the
    /// root, or a PKCS#12 file. Its key is kept in the profile on this machine, not encrypted. With -CertificatePath, only its certificate is
    /// needed. Default: a new authority.
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
    /// Which authority to replace, if the cluster has one for clients and another one for peers: Client, Peer or All (default, both together).
    /// </summary>
    [Parameter]
    public AuthorityUse Scope { get; set; }

    /// <summary>
    /// Gives peers of a cluster with one authority a new one of their own. A client certificate is then refused at the peer ports, and a
    /// certificate that members have for their peers is refused at the client ports. Clients notice nothing. The members are restarted one by one,
    /// twice. The cluster cannot go back to one authority.
    /// </summary>
    [Parameter]
    public SwitchParameter SeparatePeerAuthority { get; set; }

    /// <summary>
    /// An authority of your own for peers, in a file as for -CertificateAuthority, if the cluster has or gets a separate one for them. Its root must
    /// be another one than that of the authority for clients. Default: a new authority.
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

    /// <summary>
    /// The folder with certificates that -CertificateAuthority signed elsewhere, because its key is not here: for each member n1 the files
    /// n1-server.crt and n1-peer.crt, and client-root.crt for the operator, each beside its key and with its intermediate authorities.
    /// New-EtcdCertificate -RequestOnly makes the keys and the requests. All are checked before anything is changed. From then on, certificates can
    /// only be signed elsewhere. Default: this machine issues the certificates.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificatePath { get; set; }

    /// <inheritdoc/>
    protected override async Task UpdateAsync(EtcdCluster cluster, CancellationToken stop)
    {
        using GivenAuthority own = await AuthorityArguments.ReadAsync(
            PathOf(CertificateAuthority), PathOf(CertificateAuthorityKey), Passphrase, PathOf(CertificatePath), Admin.Clock, stop)
            .ConfigureAwait(false);
        using CertificateAuthority? peers = await AuthorityArguments.ReadAsync(
            PathOf(PeerCertificateAuthority), PathOf(PeerCertificateAuthorityKey), PeerPassphrase, Admin.Clock, stop,
            nameof(PeerCertificateAuthority)).ConfigureAwait(false);
        var request = new AuthorityRequest
        {
            KeyAlgorithm = KeyAlgorithm,
            Use = Scope,
            SeparatesPeers = SeparatePeerAuthority,
            Authority = own.Issuing,
            PeerAuthority = peers,
            SignedElsewhere = own.Signed,
            Emergency = Emergency,
            AllowsIntermediate = AllowIntermediate,
        };
        if (Timeout is { } timeout) request = request with { Timeout = timeout };
        Operation<EtcdAuthority> operation = await new AuthorityReplacer(Admin).PlanAsync(cluster, request, stop).ConfigureAwait(false);
        if (await CarryOutAsync(operation, stop).ConfigureAwait(false) is not { } authority) return;
        if (Scope != AuthorityUse.Peer && !SeparatePeerAuthority) await WriteAsync(authority).ConfigureAwait(false);
        if (Scope != AuthorityUse.Client && authority.PeerAuthority is { } other) await WriteAsync(other).ConfigureAwait(false);
    }
}
