using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Security;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>Certificates in a folder on this machine, signed by an authority whose key is elsewhere.</summary>
/// <param name="folder">The folder, with the keys of the requests.</param>
/// <param name="clock">The clock.</param>
internal sealed class SignedCertificates(string folder, TimeProvider clock)
{
    private const string ClientPrefix = "client";

    /// <summary>The name of a member's files without their extensions.</summary>
    public static string FileName(string member, CertificateProfile profile) =>
        $"{Plain(member)}-{(profile == CertificateProfile.Peer ? "peer" : "server")}";

    /// <summary>The name of a client's files without their extensions.</summary>
    public static string ClientFileName(string commonName) =>
        Plain(commonName) is var name && name.StartsWith(ClientPrefix, StringComparison.Ordinal) ? name : $"{ClientPrefix}-{name}";

    // Common names may have characters that file names cannot have.
    private static string Plain(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')).TrimStart('.');

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

    /// <summary>Reads the certificates of members and checks everything that etcd and its clients will check.</summary>
    /// <param name="members">The members.</param>
    /// <param name="places">The URLs in use.</param>
    /// <param name="trusted">The authorities that a member trusts, for a use.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    /// <exception cref="AggregateException">Several certificates cannot be used.</exception>
    public async Task<IReadOnlyDictionary<string, MemberCertificates>> ReadAsync(
        IReadOnlyList<MemberSpec> members, IReadOnlyList<MemberPlace> places, Func<MemberSpec, CertificateUse, string> trusted,
        CancellationToken cancellationToken)
    {
        var failures = new List<EtcdException>();
        IReadOnlyDictionary<string, MemberCertificates> read =
            await ReadAsync(members, places, trusted, failures, cancellationToken).ConfigureAwait(false);
        Throw(failures);
        return read;
    }

    /// <summary>Reads all that a cluster needs: the certificates of its members, and that of the operator.</summary>
    /// <param name="authorityFile">The file with the root authority that will be trusted.</param>
    /// <param name="members">All members.</param>
    /// <param name="places">Their URLs.</param>
    /// <param name="user">The operator's user.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    /// <exception cref="AggregateException">Several certificates cannot be used.</exception>
    public async Task<SignedPki> ReadAsync(
        string authorityFile, IReadOnlyList<MemberSpec> members, IReadOnlyList<MemberPlace> places, string user, CancellationToken cancellationToken)
    {
        (CertificateInfo root, string rootPem) = await ReadRootAsync(authorityFile, cancellationToken).ConfigureAwait(false);
        var failures = new List<EtcdException>();
        IReadOnlyDictionary<string, MemberCertificates> read =
            await ReadAsync(members, places, (_, _) => rootPem, failures, cancellationToken).ConfigureAwait(false);
        string name = ClientFileName(user);
        IssuedCertificate? client = await TryAsync(name, CertificateUse.Client, "the operator", [], rootPem, failures, cancellationToken)
            .ConfigureAwait(false);
        Throw(failures);
        return new SignedPki(root, rootPem, read, client!); // read, or one of the failures
    }

    private async Task<(CertificateInfo Root, string Pem)> ReadRootAsync(string file, CancellationToken cancellationToken)
    {
        X509Certificate2Collection all =
            PemContent.Certificates(await PemFile.ReadAsync(file, cancellationToken).ConfigureAwait(false), file);
        try
        {
            X509Certificate2 root = AuthorityPath.Find(all, file)[^1];
            var info = CertificateInfo.From(root, file);
            CertificateCheck.IsValidNow(info, file, clock);
            return (info, root.ExportCertificatePem() + "\n");
        }
        finally
        {
            foreach (X509Certificate2 one in all) one.Dispose();
        }
    }

    private async Task<IReadOnlyDictionary<string, MemberCertificates>> ReadAsync(
        IReadOnlyList<MemberSpec> members, IReadOnlyList<MemberPlace> places, Func<MemberSpec, CertificateUse, string> trusted,
        List<EtcdException> failures, CancellationToken cancellationToken)
    {
        var read = new Dictionary<string, MemberCertificates>(StringComparer.Ordinal);
        foreach (MemberSpec member in members)
        {
            IssuedCertificate? server = await TryAsync(member, CertificateProfile.Server).ConfigureAwait(false);
            IssuedCertificate? peer = await TryAsync(member, CertificateProfile.Peer).ConfigureAwait(false);
            if (server is null || peer is null) continue;
            string peers = trusted(member, CertificateUse.Peer), servers = trusted(member, CertificateUse.Server);
            read[member.Name] = new MemberCertificates(servers, server, peer) { PeerCaPem = peers == servers ? null : peers };
        }

        return read;

        Task<IssuedCertificate?> TryAsync(MemberSpec member, CertificateProfile profile)
        {
            CertificateUse use = profile == CertificateProfile.Peer ? CertificateUse.Peer : CertificateUse.Server;
            return this.TryAsync(
                FileName(member.Name, profile), use, $"member {member.Name}",
                places.Where(place => place.Member == member.Name && place.Use == use).Select(place => place.Host), trusted(member, use), failures,
                cancellationToken);
        }
    }

    private async Task<IssuedCertificate?> TryAsync(
        string name, CertificateUse use, string owner, IEnumerable<string> hosts, string trusted, List<EtcdException> failures,
        CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(name, use, owner, hosts, trusted, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            failures.Add(e);
            return null;
        }
    }

    private async Task<IssuedCertificate> ReadAsync(
        string name, CertificateUse use, string owner, IEnumerable<string> hosts, string trusted, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, name + ".crt"), keyPath = Path.Combine(folder, name + ".key");
        string pem = await PemFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        string key = await PemFile.ReadAsync(keyPath, cancellationToken).ConfigureAwait(false);
        CertificateCheck.KeyMatches(pem, key, path, keyPath);
        X509Certificate2Collection all = PemContent.Certificates(pem, path);
        var judge = new CertificateJudge([.. PemContent.Certificates(trusted, "trusted authorities")], clock.GetUtcNow(), warnDays: 0);
        IReadOnlyList<string> problems = judge.Find(all[0], [.. all.Skip(1)], use, hosts);
        foreach (X509Certificate2 one in all) one.Dispose();
        return problems.Count == 0
            ? IssuedCertificate.From(pem, key, path)
            : throw CertificateError.Make(path,
                $"it is not a usable {use} certificate of {owner}. {string.Join(" ", problems).TrimEnd('.')}",
                "Have a new certificate signed. New-EtcdCertificate -RequestOnly makes a request with all names and usages. Nothing was changed.");
    }

    private static void Throw(IReadOnlyList<EtcdException> failures)
    {
        if (failures.Count == 1) throw failures[0];
        if (failures.Count > 1) throw new AggregateException(failures);
    }

    private string CertificateOf(MemberSpec member, CertificateProfile profile) => Path.Combine(folder, FileName(member.Name, profile) + ".crt");
}
