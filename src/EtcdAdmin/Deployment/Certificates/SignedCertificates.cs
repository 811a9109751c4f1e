using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Security;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>Certificates of members in a folder on this machine, signed by an authority whose key is elsewhere.</summary>
/// <param name="folder">The folder, with the keys of the requests.</param>
/// <param name="now">The time.</param>
internal sealed class SignedCertificates(string folder, DateTimeOffset now)
{
    /// <summary>The name of a member's files without their extensions.</summary>
    public static string FileName(string member, CertificateProfile profile) =>
        $"{member}-{(profile == CertificateProfile.Peer ? "peer" : "server")}";

    /// <summary>The members that have a certificate in the folder.</summary>
    /// <exception cref="EtcdException">CertificateInvalid: none has one.</exception>
    public MemberSpec[] Find(IEnumerable<MemberSpec> members)
    {
        MemberSpec[] found = [.. members.Where(member => File.Exists(CertificateOf(member, CertificateProfile.Server))
            || File.Exists(CertificateOf(member, CertificateProfile.Peer)))];
        if (found.Length > 0) return found;
        throw CertificateError.Make(folder, "it has no certificate of a member",
            "For member n1, it must have n1-server.crt, n1-server.key, n1-peer.crt and n1-peer.key. New-EtcdCertificate -RequestOnly makes the keys, "
                + "and requests for the certificates.");
    }

    /// <summary>Reads the certificates and checks everything that etcd and its clients will check.</summary>
    /// <param name="members">The members.</param>
    /// <param name="places">The URLs in use.</param>
    /// <param name="files">The authorities that the members trust.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    /// <exception cref="AggregateException">Several certificates cannot be used.</exception>
    public async Task<IReadOnlyDictionary<string, MemberCertificates>> ReadAsync(
        IReadOnlyList<MemberSpec> members, IReadOnlyList<MemberPlace> places, IReadOnlyDictionary<string, TrustFacts> files,
        CancellationToken cancellationToken)
    {
        var read = new Dictionary<string, MemberCertificates>(StringComparer.Ordinal);
        var failures = new List<EtcdException>();
        foreach (MemberSpec member in members)
        {
            string trusted = files[member.Name].Authorities;
            IssuedCertificate? server = await TryAsync(member, CertificateProfile.Server).ConfigureAwait(false);
            IssuedCertificate? peer = await TryAsync(member, CertificateProfile.Peer).ConfigureAwait(false);
            if (server is not null && peer is not null) read[member.Name] = new MemberCertificates(trusted, server, peer);
        }

        return failures.Count switch
        {
            0 => read,
            1 => throw failures[0],
            _ => throw new AggregateException(failures),
        };

        async Task<IssuedCertificate?> TryAsync(MemberSpec member, CertificateProfile profile)
        {
            try
            {
                return await ReadAsync(member, profile, places, files[member.Name].Authorities, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException e)
            {
                failures.Add(e);
                return null;
            }
        }
    }

    private async Task<IssuedCertificate> ReadAsync(
        MemberSpec member, CertificateProfile profile, IReadOnlyList<MemberPlace> places, string trusted, CancellationToken cancellationToken)
    {
        string path = CertificateOf(member, profile), keyPath = Path.Combine(folder, FileName(member.Name, profile) + ".key");
        string pem = await PemFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        string key = await PemFile.ReadAsync(keyPath, cancellationToken).ConfigureAwait(false);
        CertificateCheck.KeyMatches(pem, key, path, keyPath);
        X509Certificate2Collection all = PemContent.Certificates(pem, path);
        CertificateUse use = profile == CertificateProfile.Peer ? CertificateUse.Peer : CertificateUse.Server;
        IReadOnlyList<string> problems = new CertificateJudge([.. PemContent.Certificates(trusted, member.Layout.CaFile)], now, warnDays: 0).Find(
            all[0], [.. all.Skip(1)], use, places.Where(place => place.Member == member.Name && place.Use == use).Select(place => place.Host));
        foreach (X509Certificate2 one in all) one.Dispose();
        return problems.Count == 0
            ? IssuedCertificate.From(pem, key, path)
            : throw CertificateError.Make(path,
                $"it is not a usable {use} certificate of member {member.Name}. {string.Join(" ", problems).TrimEnd('.')}",
                "Have a new certificate signed. New-EtcdCertificate -RequestOnly makes a request with all names and usages. Nothing was changed.");
    }

    private string CertificateOf(MemberSpec member, CertificateProfile profile) => Path.Combine(folder, FileName(member.Name, profile) + ".crt");
}
