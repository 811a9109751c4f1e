using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Handshakes;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Security;
using EtcdAdmin.Text;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>Reads all certificates of a cluster: in the profile, in the files of the members, and as the members show them.</summary>
/// <param name="context">The environment.</param>
/// <param name="warnDays">A certificate that is valid for fewer days is a problem.</param>
/// <param name="timeout">How long a member may take to show its certificate.</param>
public sealed class CertificateReader(AdminContext context, int warnDays, TimeSpan timeout)
{
    private const UnixFileMode OfOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    /// <summary>Reads them. A host or URL that does not answer does not hide the others.</summary>
    /// <param name="cluster">Any cluster. Files of members are read only of a managed one. Without TLS there are no certificates.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<CertificateListing> ReadAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var found = new List<EtcdCertificate>();
        var failures = new List<EtcdException>();
        IReadOnlyList<X509Certificate2> trusted = Certificates(cluster.Tls?.CaPem, "certificate authority");
        IReadOnlyList<X509Certificate2> peers =
            cluster.Tls?.PeerCaPem is { } separate ? Certificates(separate, "certificate authority for peers") : trusted;
        Add(found, cluster, null, CertificateUse.Authority, cluster.Tls?.CaPem, cluster.Tls?.Sources.CertificateAuthorities ?? "", [], trusted);
        Add(found, cluster, null, CertificateUse.Authority, cluster.Tls?.PeerCaPem, PeerAuthority(cluster), [], peers);
        Add(found, cluster, null, CertificateUse.Client, cluster.Tls?.CertificatePem, cluster.Tls?.Sources.ClientCertificate ?? "", [], trusted);

        IReadOnlyList<MemberSpec> specs = cluster.Spec is { Tls: true } spec ? spec.Members : [];
        IReadOnlyDictionary<string, TrustFacts> files = await ReadFilesAsync(cluster, specs, failures, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<MemberPlace> places =
            MemberPlace.WithTls(await MemberPlace.FindAsync(cluster, specs, timeout, cancellationToken).ConfigureAwait(false));
        X509Certificate2?[] served = await Task.WhenAll(places.Select(place => ShowAsync(place, failures, cancellationToken))).ConfigureAwait(false);
        foreach (string member in places.Select(place => place.Member).Concat(files.Keys).Distinct(StringComparer.Ordinal))
        {
            var facts = files.GetValueOrDefault(member);
            if (facts is not null && specs.First(one => one.Name == member) is { } own) AddFiles(found, cluster, own, facts, places);
            for (int i = 0; i < places.Count; i++)
            {
                if (places[i].Member == member && served[i] is { } shown)
                    found.Add(Served(cluster, places[i], shown, facts, places[i].Use == CertificateUse.Peer ? peers : trusted));
            }
        }

        return new CertificateListing(found, failures);
    }

    /// <summary>Reads the client certificates that this machine has issued for others, as far as their copies are kept.</summary>
    /// <param name="cluster">A saved cluster.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<CertificateListing> ReadIssuedAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var found = new List<EtcdCertificate>();
        var failures = new List<EtcdException>();
        IReadOnlyList<X509Certificate2> trusted = Certificates(cluster.Tls?.CaPem, "certificate authority");
        foreach (string file in new ProfilePki(context.Profiles.Folder(cluster.Name)).IssuedFiles())
        {
            try
            {
                string pem = await PemFile.ReadAsync(file, cancellationToken).ConfigureAwait(false);
                Add(found, cluster, null, CertificateUse.Client, pem, file, [], trusted);
            }
            catch (EtcdException e)
            {
                failures.Add(e);
            }
        }

        return new CertificateListing(found, failures);
    }

    /// <summary>Reads the certificate that an endpoint shows.</summary>
    /// <exception cref="EtcdException">ConnectFailed: the connection failed, or is one without TLS. Timeout.</exception>
    public async Task<EtcdCertificate> ReadEndpointAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        X509Certificate2 shown = await ShowAsync(endpoint, cancellationToken).ConfigureAwait(false);
        var certificate = EtcdCertificate.From(shown, CertificateUse.Server, EndpointUrl.Show(endpoint), context.Clock);
        return certificate with { IsServed = true, Problems = Judge([]).Find(shown, [], CertificateUse.Server, [MemberPlace.HostOf(endpoint)]) };
    }

    private void AddFiles(List<EtcdCertificate> found, EtcdCluster cluster, MemberSpec member, TrustFacts facts, IReadOnlyList<MemberPlace> places)
    {
        IReadOnlyList<X509Certificate2> trusted = Certificates(facts.Authorities, member.Layout.CaFile);
        string Place(string path) => member.Connection is null ? path : $"{member.HostName}:{path}";
        Add(found, cluster, member, CertificateUse.Authority, facts.Authorities, Place(member.Layout.CaFile), [], trusted);
        Add(found, cluster, member, CertificateUse.Server, facts.ServerCertificate, Place(member.Layout.ServerCertificateFile),
            Hosts(CertificateUse.Server), trusted, KeyProblems(member.Layout.ServerKeyFile, facts.ServerKeyMode));
        string peerFile = cluster.RequireSpec().PeerCaFileOf(member); // its files were read
        IReadOnlyList<X509Certificate2> peers = peerFile == member.Layout.CaFile ? trusted : Certificates(facts.PeerAuthorities, peerFile);
        if (peerFile != member.Layout.CaFile)
            Add(found, cluster, member, CertificateUse.Authority, facts.PeerAuthorities, Place(peerFile), [], peers);
        Add(found, cluster, member, CertificateUse.Peer, facts.PeerCertificate, Place(member.Layout.PeerCertificateFile),
            Hosts(CertificateUse.Peer), peers, KeyProblems(member.Layout.PeerKeyFile, facts.PeerKeyMode));

        IEnumerable<string> Hosts(CertificateUse use) =>
            places.Where(place => place.Member == member.Name && place.Use == use).Select(place => place.Host);
    }

    private void Add(
        List<EtcdCertificate> found, EtcdCluster cluster, MemberSpec? member, CertificateUse use, string? pem, string place,
        IEnumerable<string> hosts, IReadOnlyList<X509Certificate2> trusted, IEnumerable<string>? more = null)
    {
        IReadOnlyList<X509Certificate2> all = Certificates(pem, place);
        foreach (X509Certificate2 one in use == CertificateUse.Authority ? all : all.Take(1))
        {
            found.Add(EtcdCertificate.From(one, use, place, context.Clock) with
            {
                Cluster = cluster.Name,
                Member = member?.Name,
                Problems = [.. Revoked(cluster, one), .. Judge(trusted).Find(one, all, use, hosts), .. more ?? []],
            });
        }
    }

    private EtcdCertificate Served(
        EtcdCluster cluster, MemberPlace place, X509Certificate2 shown, TrustFacts? facts, IReadOnlyList<X509Certificate2> trusted)
    {
        string? file = place.Use == CertificateUse.Server ? facts?.ServerCertificate : facts?.PeerCertificate;
        IReadOnlyList<X509Certificate2> inFile = Certificates(file, "certificate");
        bool differs = inFile.Count > 0 && CertificateInfo.ThumbprintOf(inFile[0]) != CertificateInfo.ThumbprintOf(shown);
        return EtcdCertificate.From(shown, place.Use, EndpointUrl.Show(place.Url), context.Clock) with
        {
            Cluster = cluster.Name,
            Member = place.Member,
            IsServed = true,
            Problems =
            [
                .. Revoked(cluster, shown),
                // The intermediate authorities of its file are sent with it.
                .. Judge(trusted).Find(shown, [.. inFile.Skip(1)], place.Use, [place.Host]),
                .. differs ? ["The member shows another certificate than the one in its file."] : Array.Empty<string>(),
            ],
        };
    }

    private string PeerAuthority(EtcdCluster cluster) =>
        cluster.Tls is { PeerCaPem: not null } ? new ProfilePki(context.Profiles.Folder(cluster.Name)).PeerAuthority.File : "";

    private static IEnumerable<string> Revoked(EtcdCluster cluster, X509Certificate2 certificate)
    {
        string number = RevocationList.Normalize(certificate.SerialNumber);
        RevokedCertificate? revoked = cluster.Spec?.Revocation?.Certificates.FirstOrDefault(one => one.SerialNumber == number);
        return revoked is null ? []
            : [string.Create(CultureInfo.InvariantCulture, $"It was revoked on {revoked.RevokedAt.UtcDateTime:yyyy-MM-dd HH:mm}Z.")];
    }

    private static string[] KeyProblems(string path, UnixFileMode? mode) =>
        mode is { } known && (known & OfOthers) != 0 ? [$"Others can use its key: {path} has mode {Convert.ToString((int)known, 8)}."] : [];

    private CertificateJudge Judge(IReadOnlyList<X509Certificate2> trusted) => new(trusted, context.Clock.GetUtcNow(), warnDays);

    private static IReadOnlyList<X509Certificate2> Certificates(string? pem, string source) =>
        string.IsNullOrWhiteSpace(pem) ? [] : [.. PemContent.Certificates(pem, source)];

    private async Task<IReadOnlyDictionary<string, TrustFacts>> ReadFilesAsync(
        EtcdCluster cluster, IReadOnlyList<MemberSpec> specs, List<EtcdException> failures, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, TrustFacts>(StringComparer.Ordinal);
        foreach (Task<IReadOnlyDictionary<string, TrustFacts>> reading in specs.GroupBy(member => member.HostName)
            .Select(host => TrustFacts.ReadAsync(context, cluster.RequireSpec(), [.. host], cancellationToken)).ToArray())
        {
            try
            {
                foreach ((string member, TrustFacts facts) in await reading.ConfigureAwait(false)) found[member] = facts;
            }
            catch (EtcdException e)
            {
                failures.Add(e);
            }
        }

        return found;
    }

    private async Task<X509Certificate2?> ShowAsync(MemberPlace place, List<EtcdException> failures, CancellationToken cancellationToken)
    {
        try
        {
            return await ShowAsync(place.Url, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            lock (failures) failures.Add(e);
            return null;
        }
    }

    private async Task<X509Certificate2> ShowAsync(Uri url, CancellationToken cancellationToken) =>
        (await ServedCertificate.ReadAsync(url, timeout, context.Clock, cancellationToken).ConfigureAwait(false)).Certificate;
}
