using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The certificates of a profile: the operator's client certificate, and for managed clusters the authority.</summary>
internal sealed class ProfilePki(string profileFolder)
{
    private readonly string _folder = Path.Combine(profileFolder, "pki");

    /// <summary>The authority that is trusted: the cluster's own, or the root above it.</summary>
    public string CaFile => Path.Combine(_folder, "ca.crt");

    /// <summary>The authority's key.</summary>
    public string CaKeyFile => Path.Combine(_folder, "ca.key");

    // An intermediate authority and those above it, without the root. A root has no such file.
    private string ChainFile => Path.Combine(_folder, "ca-chain.crt");

    private string CertificateFile => Path.Combine(_folder, "client.crt");

    private string KeyFile => Path.Combine(_folder, "client.key");

    // One file for each client certificate that was issued for others, named by its serial number. Without the keys.
    private string IssuedFolder => Path.Combine(_folder, "issued");

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

    public Task<CertificateAuthority> ReadAuthorityAsync(CancellationToken cancellationToken) =>
        ReadAsync(CaFile, CaKeyFile, ChainFile, cancellationToken);

    public Task WriteAuthorityAsync(CertificateAuthority authority, CancellationToken cancellationToken) =>
        WriteAsync(authority, CaFile, CaKeyFile, ChainFile, cancellationToken);

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

    /// <summary>The certificate of an authority that is replacing the present one.</summary>
    public string NextCaFile => Path.Combine(_folder, "next-ca.crt");

    private string NextChainFile => Path.Combine(_folder, "next-ca-chain.crt");

    private string NextCaKeyFile => Path.Combine(_folder, "next-ca.key");

    /// <summary>Whether a replacement of the authority has begun.</summary>
    public bool HasNextAuthority => File.Exists(NextCaFile);

    /// <summary>Whether the key of the next authority is on this machine.</summary>
    public bool HasNextKey => File.Exists(NextCaKeyFile);

    public Task<CertificateAuthority> ReadNextAuthorityAsync(CancellationToken cancellationToken) =>
        ReadAsync(NextCaFile, NextCaKeyFile, NextChainFile, cancellationToken);

    public Task WriteNextAuthorityAsync(CertificateAuthority authority, CancellationToken cancellationToken) =>
        WriteAsync(authority, NextCaFile, NextCaKeyFile, NextChainFile, cancellationToken);

    /// <summary>Writes the certificate of a next authority whose key is elsewhere.</summary>
    public Task WriteNextAuthorityAsync(string certificatePem, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        // An interrupted removal may have left them.
        File.Delete(NextCaKeyFile);
        File.Delete(NextChainFile);
        return PemFile.WriteCertificateAsync(NextCaFile, certificatePem, cancellationToken);
    }

    /// <summary>Writes the certificate of an authority whose key is elsewhere. The key of a former one, which nobody trusts any more, is removed.
    /// </summary>
    public async Task WriteAuthorityAsync(string certificatePem, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        await PemFile.WriteCertificateAsync(CaFile, certificatePem, cancellationToken).ConfigureAwait(false);
        File.Delete(CaKeyFile);
        File.Delete(ChainFile);
    }

    /// <summary>Makes the next authority the profile's. Its files are removed last, so that an interrupted call can be repeated.</summary>
    public async Task TakeNextAuthorityAsync(CancellationToken cancellationToken)
    {
        if (HasNextKey)
        {
            using CertificateAuthority next = await ReadNextAuthorityAsync(cancellationToken).ConfigureAwait(false);
            await WriteAuthorityAsync(next, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await WriteAuthorityAsync(await PemFile.ReadAsync(NextCaFile, cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
        }

        RemoveNextAuthority();
    }

    /// <summary>Removes the next authority: its certificate first, without which it does not count.</summary>
    public void RemoveNextAuthority()
    {
        File.Delete(NextCaFile);
        File.Delete(NextCaKeyFile);
        File.Delete(NextChainFile);
    }

    private static async Task<CertificateAuthority> ReadAsync(string file, string keyFile, string chainFile, CancellationToken cancellationToken)
    {
        string chain = File.Exists(chainFile) ? await PemFile.ReadAsync(chainFile, cancellationToken).ConfigureAwait(false) : "";
        string certificate = await PemFile.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        return CertificateAuthority.Load(chain + certificate, await PemFile.ReadAsync(keyFile, cancellationToken).ConfigureAwait(false));
    }

    private async Task WriteAsync(
        CertificateAuthority authority, string file, string keyFile, string chainFile, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        await PemFile.WriteKeyAsync(keyFile, authority.ExportKeyPem(), cancellationToken).ConfigureAwait(false);
        if (authority.ChainPem.Length == 0) File.Delete(chainFile);
        else await PemFile.WriteCertificateAsync(chainFile, authority.ChainPem, cancellationToken).ConfigureAwait(false);
        await PemFile.WriteCertificateAsync(file, authority.CertificatePem, cancellationToken).ConfigureAwait(false);
    }
}
