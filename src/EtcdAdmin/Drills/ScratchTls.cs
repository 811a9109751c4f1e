using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Drills;

/// <summary>
/// The certificate authority of one drill. The member requires its certificates from clients and peers, so that no other user of this
/// machine can read the snapshot's data through the ports. The authority's private key is never written to disk.
/// </summary>
internal sealed class ScratchTls : IDisposable
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(7); // longer than any drill

    private readonly CertificateAuthority _authority;

    private ScratchTls(CertificateAuthority authority, ScratchFolder folder)
    {
        _authority = authority;
        AuthorityFile = folder.File("ca.crt");
        CertificateFile = folder.File("member.crt");
        KeyFile = folder.File("member.key");
    }

    public string AuthorityFile { get; }

    /// <summary>The certificate for clients and peers.</summary>
    public string CertificateFile { get; }

    public string KeyFile { get; }

    /// <summary>Creates the authority and writes the member's files to the folder.</summary>
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

    /// <summary>Creates a client certificate, kept in memory only.</summary>
    /// <param name="user">The user name. If authentication is on in the snapshot, etcd uses it as the user.</param>
    public EtcdTls Client(string user)
    {
        IssuedCertificate client = _authority.Issue(CertificateSpec.Client(user));
        return EtcdTls.FromPem(_authority.CertificatePem, client.CertificatePem, client.KeyPem);
    }

    public void Dispose() => _authority.Dispose();
}
