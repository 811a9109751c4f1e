using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The certificates of a profile: the operator's client certificate, and for managed clusters the authority, or one each for
/// clients and peers.</summary>
internal sealed class ProfilePki(string profileFolder)
{
    private readonly string _folder = Path.Combine(profileFolder, "pki");

    /// <summary>The authority of clients and of the certificates that members show them; without a separate one also that of peers.</summary>
    public AuthorityFiles Authority => new(_folder, "ca");

    /// <summary>The authority of peers, if it is a separate one.</summary>
    public AuthorityFiles PeerAuthority => new(_folder, "peer-ca");

    /// <summary>See <see cref="AuthorityFiles.File"/>.</summary>
    public string CaFile => Authority.File;

    /// <summary>The authority's key.</summary>
    public string CaKeyFile => Authority.KeyFile;

    private string CertificateFile => Path.Combine(_folder, "client.crt");

    private string KeyFile => Path.Combine(_folder, "client.key");

    // One file for each client certificate that was issued for others, named by its serial number. Without the keys.
    private string IssuedFolder => Path.Combine(_folder, "issued");

    private EtcdTlsSources Sources => new(CaFile, CertificateFile, KeyFile);

    /// <summary>Whether this profile can issue certificates.</summary>
    public bool HasAuthority => Authority.Exist;

    /// <summary>What a client needs.</summary>
    /// <param name="spec">The cluster; null if its hosts are not managed.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<ClusterTls> ReadClientAsync(ClusterSpec? spec, CancellationToken cancellationToken)
    {
        // Without an authority file, the cluster's certificates are verified with the system's authorities.
        string? ca = await Authority.ReadTrustedAsync(cancellationToken).ConfigureAwait(false);
        bool isKnown = File.Exists(CertificateFile);
        return new ClusterTls(ca, isKnown ? await PemFile.ReadAsync(CertificateFile, cancellationToken).ConfigureAwait(false) : null)
        {
            KeyPem = isKnown ? await PemFile.ReadAsync(KeyFile, cancellationToken).ConfigureAwait(false) : null,
            PeerCaPem = spec is { SeparatePeerAuthority: true }
                ? await PeerAuthority.ReadTrustedAsync(cancellationToken).ConfigureAwait(false)
                : null,
            Sources = Sources,
        };
    }

    public async Task WriteClientAsync(ClusterTls tls, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        if (tls.CaPem is { } ca) await Authority.WriteTrustedAsync(ca, cancellationToken).ConfigureAwait(false);
        if (tls.PeerCaPem is { } peers) await PeerAuthority.WriteTrustedAsync(peers, cancellationToken).ConfigureAwait(false);
        if (tls.CertificatePem is null || tls.KeyPem is null) return;
        // The key first: the next reader would take a certificate without its key as complete.
        await PemFile.WriteKeyAsync(KeyFile, tls.KeyPem, cancellationToken).ConfigureAwait(false);
        await PemFile.WriteCertificateAsync(CertificateFile, tls.CertificatePem, cancellationToken).ConfigureAwait(false);
    }

    public Task<CertificateAuthority> ReadAuthorityAsync(CancellationToken cancellationToken) =>
        Authority.ReadAsync(cancellationToken);

    public Task WriteAuthorityAsync(CertificateAuthority authority, CancellationToken cancellationToken) =>
        Authority.WriteAsync(authority, cancellationToken);

    /// <summary>The authorities that issue the certificates of members.</summary>
    public async Task<MemberAuthorities> ReadAuthoritiesAsync(ClusterSpec spec, CancellationToken cancellationToken)
    {
        CertificateAuthority? peers = spec.SeparatePeerAuthority ? await PeerAuthority.ReadAsync(cancellationToken).ConfigureAwait(false) : null;
        return new MemberAuthorities(await ReadAuthorityAsync(cancellationToken).ConfigureAwait(false), peers);
    }

    /// <summary>Keeps a copy of a client certificate that was issued for somebody else, so that it can be revoked without him.</summary>
    public async Task NoteIssuedAsync(IssuedCertificate issued, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        PrivateFolder.Create(IssuedFolder);
        await PemFile.WriteCertificateAsync(IssuedFile(issued.SerialNumber), issued.CertificatePem, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The files of the client certificates that were issued for others.</summary>
    public IReadOnlyList<string> IssuedFiles() =>
        Directory.Exists(IssuedFolder) ? [.. Directory.EnumerateFiles(IssuedFolder, "*.crt").Order(StringComparer.Ordinal)] : [];

    /// <summary>The client certificates that were issued for others; a damaged copy is left out.</summary>
    public async Task<IReadOnlyList<CertificateInfo>> ReadIssuedAsync(CancellationToken cancellationToken)
    {
        var issued = new List<CertificateInfo>();
        foreach (string file in IssuedFiles())
        {
            try
            {
                issued.Add(await CertificateInfo.ReadAsync(file, cancellationToken).ConfigureAwait(false));
            }
            catch (EtcdException)
            {
                // Its serial number is the name of the file.
            }
        }

        return issued;
    }

    private string IssuedFile(string serialNumber) => Path.Combine(IssuedFolder, $"{serialNumber}.crt");

    /// <summary>The authority that is replacing <see cref="Authority"/>.</summary>
    public AuthorityFiles Next => new(_folder, "next-ca");

    /// <summary>The authority that is replacing <see cref="PeerAuthority"/>.</summary>
    public AuthorityFiles NextPeer => new(_folder, "next-peer-ca");

    /// <summary>Whether a replacement of an authority has begun.</summary>
    public bool HasNextAuthority => Next.HasCertificate || NextPeer.HasCertificate;

    /// <summary>Writes the certificate of an authority whose key is elsewhere. The key of a former one, which nobody trusts any more, is removed.
    /// </summary>
    public Task WriteAuthorityAsync(string certificatePem, CancellationToken cancellationToken) =>
        Authority.WriteAsync(certificatePem, cancellationToken);
}
