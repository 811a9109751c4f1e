using EtcdAdmin.Client.Options;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The certificates of a profile: the operator's client certificate, and for managed clusters the authority.</summary>
internal sealed class ProfilePki(string profileFolder)
{
    private readonly string _folder = Path.Combine(profileFolder, "pki");

    /// <summary>The authority's certificate.</summary>
    public string CaFile => Path.Combine(_folder, "ca.crt");

    /// <summary>The authority's key.</summary>
    public string CaKeyFile => Path.Combine(_folder, "ca.key");

    private string CertificateFile => Path.Combine(_folder, "client.crt");

    private string KeyFile => Path.Combine(_folder, "client.key");

    private EtcdTlsSources Sources => new(CaFile, CertificateFile, KeyFile);

    /// <summary>Whether this profile can issue certificates.</summary>
    public bool HasAuthority => File.Exists(CaFile) && File.Exists(CaKeyFile);

    public async Task<ClusterTls> ReadClientAsync(CancellationToken cancellationToken)
    {
        // Without an authority file, the cluster's certificates are verified with the system's authorities.
        string? ca = File.Exists(CaFile) ? await PemFile.ReadAsync(CaFile, cancellationToken).ConfigureAwait(false) : null;
        if (!File.Exists(CertificateFile)) return new ClusterTls(ca, null) { Sources = Sources };
        return new ClusterTls(ca, await PemFile.ReadAsync(CertificateFile, cancellationToken).ConfigureAwait(false))
        {
            KeyPem = await PemFile.ReadAsync(KeyFile, cancellationToken).ConfigureAwait(false),
            Sources = Sources,
        };
    }

    public async Task WriteClientAsync(ClusterTls tls, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        if (tls.CaPem is { } ca) await PemFile.WriteCertificateAsync(CaFile, ca, cancellationToken).ConfigureAwait(false);
        if (tls.CertificatePem is null || tls.KeyPem is null) return;
        // The key first: the next reader would take a certificate without its key as complete.
        await PemFile.WriteKeyAsync(KeyFile, tls.KeyPem, cancellationToken).ConfigureAwait(false);
        await PemFile.WriteCertificateAsync(CertificateFile, tls.CertificatePem, cancellationToken).ConfigureAwait(false);
    }

    public async Task<CertificateAuthority> ReadAuthorityAsync(CancellationToken cancellationToken)
    {
        string certificate = await PemFile.ReadAsync(CaFile, cancellationToken).ConfigureAwait(false);
        return CertificateAuthority.Load(certificate, await PemFile.ReadAsync(CaKeyFile, cancellationToken).ConfigureAwait(false));
    }

    public async Task WriteAuthorityAsync(CertificateAuthority authority, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        await PemFile.WriteKeyAsync(CaKeyFile, authority.ExportKeyPem(), cancellationToken).ConfigureAwait(false);
        await PemFile.WriteCertificateAsync(CaFile, authority.CertificatePem, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The certificate of an authority that is replacing the present one.</summary>
    public string NextCaFile => Path.Combine(_folder, "next-ca.crt");

    private string NextCaKeyFile => Path.Combine(_folder, "next-ca.key");

    /// <summary>Whether a replacement of the authority has begun.</summary>
    public bool HasNextAuthority => File.Exists(NextCaFile) && File.Exists(NextCaKeyFile);

    public async Task<CertificateAuthority> ReadNextAuthorityAsync(CancellationToken cancellationToken)
    {
        string certificate = await PemFile.ReadAsync(NextCaFile, cancellationToken).ConfigureAwait(false);
        return CertificateAuthority.Load(certificate, await PemFile.ReadAsync(NextCaKeyFile, cancellationToken).ConfigureAwait(false));
    }

    public async Task WriteNextAuthorityAsync(CertificateAuthority authority, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        await PemFile.WriteKeyAsync(NextCaKeyFile, authority.ExportKeyPem(), cancellationToken).ConfigureAwait(false);
        await PemFile.WriteCertificateAsync(NextCaFile, authority.CertificatePem, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the next authority the profile's. Its files are removed last, so that an interrupted call can be repeated.</summary>
    public async Task TakeNextAuthorityAsync(CancellationToken cancellationToken)
    {
        using (CertificateAuthority next = await ReadNextAuthorityAsync(cancellationToken).ConfigureAwait(false))
            await WriteAuthorityAsync(next, cancellationToken).ConfigureAwait(false);
        RemoveNextAuthority();
    }

    /// <summary>Removes the next authority.</summary>
    public void RemoveNextAuthority()
    {
        File.Delete(NextCaFile);
        File.Delete(NextCaKeyFile);
    }
}
