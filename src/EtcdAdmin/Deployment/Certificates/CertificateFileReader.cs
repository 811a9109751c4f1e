using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>Reads the certificates in files that belong to no cluster.</summary>
/// <param name="clock">The clock.</param>
/// <param name="warnDays">A certificate that is valid for fewer days is a problem.</param>
public sealed class CertificateFileReader(TimeProvider clock, int warnDays)
{
    /// <summary>Reads the certificates of a file (PEM, DER or PKCS#12), or of a credential package.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">Of a PKCS#12 file; null for none.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid, CredentialPackageInvalid: it cannot be read.</exception>
    public async Task<IReadOnlyList<EtcdCertificate>> ReadAsync(string path, string? passphrase, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!CredentialArchive.IsOne(path))
            return Describe(await PemFile.ReadAsync(path, passphrase, cancellationToken).ConfigureAwait(false), path, []);
        IReadOnlyDictionary<string, string> files = await CredentialArchive.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        string? authorities = files.GetValueOrDefault(CredentialFiles.Authority);
        IReadOnlyList<X509Certificate2> trusted = authorities is null ? [] : [.. PemContent.Certificates(authorities, path)];
        return
        [
            .. authorities is null ? [] : Describe(authorities, $"{path}:{CredentialFiles.Authority}", []),
            .. files.TryGetValue(CredentialFiles.Certificate, out string? client)
                ? Describe(client, $"{path}:{CredentialFiles.Certificate}", trusted)
                : [],
        ];
    }

    private List<EtcdCertificate> Describe(string pem, string place, IReadOnlyList<X509Certificate2> trusted)
    {
        X509Certificate2[] all = [.. PemContent.Certificates(pem, place)];
        return [.. all.Select(one =>
        {
            var info = CertificateInfo.From(one, place);
            CertificateUse use = info.IsAuthority ? CertificateUse.Authority
                : !info.ExtendedKeyUsages.Contains("serverAuth") ? CertificateUse.Client
                : info.ExtendedKeyUsages.Contains("clientAuth") ? CertificateUse.Peer : CertificateUse.Server;
            var judge = new CertificateJudge(trusted, clock.GetUtcNow(), warnDays);
            return EtcdCertificate.From(one, use, place, clock) with { Problems = judge.Find(one, all, use, []) };
        })];
    }
}
