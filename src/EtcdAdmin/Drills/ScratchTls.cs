using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Drills;

/// <summary>
/// A certificate authority for one drill. The member demands certificates of it from clients and peers, so that nobody else on this
/// machine gets at the data of the snapshot through its ports. The authority's own key is never written anywhere.
/// </summary>
internal sealed class ScratchTls : IDisposable
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(7); // no drill takes longer

    private readonly CertificateAuthority _authority;

    private ScratchTls(CertificateAuthority authority, ScratchFolder folder)
    {
        _authority = authority;
        AuthorityFile = folder.File("ca.crt");
        CertificateFile = folder.File("member.crt");
        KeyFile = folder.File("member.key");
    }

    public string AuthorityFile { get; }

    /// <summary>For clients and peers alike.</summary>
    public string CertificateFile { get; }

    public string KeyFile { get; }

    /// <summary>Makes it, and puts what the member needs into the folder.</summary>
    /// <exception cref="EtcdException">DiskFull, FileWriteFailed.</exception>
    public static async Task<ScratchTls> MakeAsync(ScratchFolder folder, TimeProvider clock, CancellationToken cancellationToken)
    {
        var tls = new ScratchTls(CertificateAuthority.Create("etcd drill", validity: Validity, clock: clock), folder);
        try
        {
            IssuedCertificate member = tls._authority.Issue(CertificateSpec.Server(ScratchMember.Name, ScratchMember.Address));
            await PemFile.WriteCertificateAsync(tls.AuthorityFile, tls._authority.CertificatePem, cancellationToken).ConfigureAwait(false);
            await PemFile.WriteCertificateAsync(tls.CertificateFile, member.CertificatePem, cancellationToken).ConfigureAwait(false);
            await PemFile.WriteKeyAsync(tls.KeyFile, member.KeyPem, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }

    /// <summary>What a client shows the member; kept in memory alone.</summary>
    /// <param name="user">Where the snapshot asks who one is, etcd takes this name for the answer.</param>
    public EtcdTls Client(string user)
    {
        IssuedCertificate client = _authority.Issue(CertificateSpec.Client(user));
        return EtcdTls.FromPem(_authority.CertificatePem, client.CertificatePem, client.KeyPem);
    }

    public void Dispose() => _authority.Dispose();
}
