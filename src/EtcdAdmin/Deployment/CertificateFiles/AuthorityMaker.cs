using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.CertificateFiles;

/// <summary>Makes certificate authorities in files, for clusters that are installed later, or for other programs.</summary>
/// <param name="context">The environment.</param>
public sealed class AuthorityMaker(AdminContext context)
{
    /// <summary>Makes an authority and writes its certificate and key.</summary>
    /// <param name="spec">The authority.</param>
    /// <param name="destination">The folder; it is created if it does not exist.</param>
    /// <param name="name">The names of the files without their extensions, for instance <c>ca</c>.</param>
    /// <param name="passphrase">Encrypts the key; null does not.</param>
    /// <param name="overwrite">Replaces existing files.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The subject is not a name.</exception>
    /// <exception cref="EtcdException">FileExists, DiskFull, FileWriteFailed.</exception>
    public async Task<EtcdCertificateFile> MakeAsync(
        AuthoritySpec spec, string destination, string name, string? passphrase, bool overwrite, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var folder = new CertificateFolder(destination, overwrite);
        using var authority = CertificateAuthority.Create(spec, context.Clock);
        string key = passphrase is null ? authority.ExportKeyPem() : authority.ExportKeyPem(passphrase);
        string file = folder.Certificate(name), keyFile = folder.Key(name);
        await folder.WriteAsync([(file, authority.CertificatePem, keyFile, key)], cancellationToken).ConfigureAwait(false);
        return new EtcdCertificateFile
        {
            Use = CertificateUse.Authority,
            Subject = authority.Certificate.Subject,
            NotAfter = authority.Certificate.NotAfter,
            Thumbprint = authority.Certificate.Thumbprint,
            Path = file,
            KeyFile = keyFile,
        };
    }
}
