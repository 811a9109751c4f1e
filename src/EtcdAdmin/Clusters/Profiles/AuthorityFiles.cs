using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The files of one authority in a profile: its certificate, its key, and the authorities above an intermediate one.</summary>
/// <param name="folder">The folder.</param>
/// <param name="name">The beginning of their names: <c>ca</c> makes ca.crt, ca.key and ca-chain.crt.</param>
internal sealed class AuthorityFiles(string folder, string name)
{
    /// <summary>The certificate that is trusted: the authority's own, or the root above it. While another authority replaces it, both.</summary>
    public string File { get; } = Path.Combine(folder, $"{name}.crt");

    /// <summary>The authority's key.</summary>
    public string KeyFile { get; } = Path.Combine(folder, $"{name}.key");

    // An intermediate authority and those above it, without the root. A root has no such file.
    private string ChainFile { get; } = Path.Combine(folder, $"{name}-chain.crt");

    /// <summary>Whether there is a certificate.</summary>
    public bool HasCertificate => System.IO.File.Exists(File);

    /// <summary>Whether the key is on this machine.</summary>
    public bool HasKey => System.IO.File.Exists(KeyFile);

    /// <summary>Whether certificate and key are there.</summary>
    public bool Exist => HasCertificate && HasKey;

    /// <summary>The certificates that are trusted; null if there is no file with them.</summary>
    public async Task<string?> ReadTrustedAsync(CancellationToken cancellationToken) =>
        HasCertificate ? await PemFile.ReadAsync(File, cancellationToken).ConfigureAwait(false) : null;

    /// <summary>Writes the certificates that are trusted.</summary>
    public Task WriteTrustedAsync(string pem, CancellationToken cancellationToken) => PemFile.WriteCertificateAsync(File, pem, cancellationToken);

    /// <summary>Reads the authority.</summary>
    /// <exception cref="Errors.EtcdException">CertificateInvalid.</exception>
    public async Task<CertificateAuthority> ReadAsync(CancellationToken cancellationToken)
    {
        string chain = System.IO.File.Exists(ChainFile) ? await PemFile.ReadAsync(ChainFile, cancellationToken).ConfigureAwait(false) : "";
        string certificate = await PemFile.ReadAsync(File, cancellationToken).ConfigureAwait(false);
        return CertificateAuthority.Load(chain + certificate, await PemFile.ReadAsync(KeyFile, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes the authority; its certificate last, without which it does not count.</summary>
    public async Task WriteAsync(CertificateAuthority authority, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(folder);
        await PemFile.WriteKeyAsync(KeyFile, authority.ExportKeyPem(), cancellationToken).ConfigureAwait(false);
        if (authority.ChainPem.Length == 0) System.IO.File.Delete(ChainFile);
        else await PemFile.WriteCertificateAsync(ChainFile, authority.ChainPem, cancellationToken).ConfigureAwait(false);
        await PemFile.WriteCertificateAsync(File, authority.CertificatePem, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the certificate of an authority whose key is elsewhere. The key of a former one is removed.</summary>
    public async Task WriteAsync(string certificatePem, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(folder);
        await PemFile.WriteCertificateAsync(File, certificatePem, cancellationToken).ConfigureAwait(false);
        System.IO.File.Delete(KeyFile);
        System.IO.File.Delete(ChainFile);
    }

    /// <summary>Replaces this authority by another one, whose files are kept.</summary>
    public async Task TakeAsync(AuthorityFiles next, CancellationToken cancellationToken)
    {
        if (next.HasKey)
        {
            using CertificateAuthority authority = await next.ReadAsync(cancellationToken).ConfigureAwait(false);
            await WriteAsync(authority, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await WriteAsync(await PemFile.ReadAsync(next.File, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the files: the certificate first, without which the others do not count.</summary>
    public void Remove()
    {
        System.IO.File.Delete(File);
        System.IO.File.Delete(KeyFile);
        System.IO.File.Delete(ChainFile);
    }
}
