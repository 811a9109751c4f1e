using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
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
        Add(found, cluster, null, CertificateUse.Authority, cluster.Tls?.CaPem, cluster.Tls?.Sources.CertificateAuthorities ?? "", [], trusted);
        Add(found, cluster, null, CertificateUse.Client, cluster.Tls?.CertificatePem, cluster.Tls?.Sources.ClientCertificate ?? "", [], trusted);

        IReadOnlyList<MemberSpec> specs = cluster.Spec is { Tls: true } spec ? spec.Members : [];
        IReadOnlyDictionary<string, TrustFacts> files = await ReadFilesAsync(specs, failures, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<MemberPlace> places = await PlacesAsync(cluster, specs, cancellationToken).ConfigureAwait(false);
        X509Certificate2?[] served = await Task.WhenAll(places.Select(place => ShowAsync(place, failures, cancellationToken))).ConfigureAwait(false);
        foreach (string member in places.Select(place => place.Member).Concat(files.Keys).Distinct(StringComparer.Ordinal))
        {
            var facts = files.GetValueOrDefault(member);
            if (facts is not null && specs.First(one => one.Name == member) is { } own) AddFiles(found, cluster, own, facts, places);
            for (int i = 0; i < places.Count; i++)
            {
                if (places[i].Member == member && served[i] is { } shown) found.Add(Served(cluster, places[i], shown, facts, trusted));
            }
        }

        return new CertificateListing(found, failures);
    }

    /// <summary>Reads the certificates of a PEM file, or of a credential package.</summary>
    /// <exception cref="EtcdException">CertificateInvalid, CredentialPackageInvalid: it cannot be read.</exception>
    public async Task<IReadOnlyList<EtcdCertificate>> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!IsPackage(path)) return Describe(await PemFile.ReadAsync(path, cancellationToken).ConfigureAwait(false), path, []);
        IReadOnlyDictionary<string, string> files = await CredentialArchive.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        string? authorities = files.GetValueOrDefault(CredentialFiles.Authority);
        IReadOnlyList<X509Certificate2> trusted = Certificates(authorities, path);
        return
        [
            .. authorities is null ? [] : Describe(authorities, $"{path}:{CredentialFiles.Authority}", []),
            .. files.TryGetValue(CredentialFiles.Certificate, out string? client)
                ? Describe(client, $"{path}:{CredentialFiles.Certificate}", trusted)
                : [],
        ];
    }

    /// <summary>Reads the certificate that an endpoint shows.</summary>
    /// <exception cref="EtcdException">ConnectFailed: there is no connection, or no TLS. Timeout.</exception>
    public async Task<EtcdCertificate> ReadEndpointAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        X509Certificate2 shown = await ShowAsync(endpoint, cancellationToken).ConfigureAwait(false);
        var certificate = EtcdCertificate.From(shown, CertificateUse.Server, EndpointUrl.Show(endpoint), context.Clock);
        return certificate with { IsServed = true, Problems = Judge([]).Find(shown, [], CertificateUse.Server, [HostOf(endpoint)]) };
    }

    private static bool IsPackage(string path) =>
        path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);

    private List<EtcdCertificate> Describe(string pem, string place, IReadOnlyList<X509Certificate2> trusted)
    {
        X509Certificate2[] all = [.. PemContent.Certificates(pem, place)];
        return [.. all.Select(one =>
        {
            var info = CertificateInfo.From(one, place);
            CertificateUse use = info.IsAuthority ? CertificateUse.Authority
                : !info.ExtendedKeyUsages.Contains("serverAuth") ? CertificateUse.Client
                : info.ExtendedKeyUsages.Contains("clientAuth") ? CertificateUse.Peer : CertificateUse.Server;
            return EtcdCertificate.From(one, use, place, context.Clock) with { Problems = Judge(trusted).Find(one, all, use, []) };
        })];
    }

    private void AddFiles(List<EtcdCertificate> found, EtcdCluster cluster, MemberSpec member, TrustFacts facts, IReadOnlyList<MemberPlace> places)
    {
        IReadOnlyList<X509Certificate2> trusted = Certificates(facts.Authorities, member.Layout.CaFile);
        string Place(string path) => member.Connection is null ? path : $"{member.HostName}:{path}";
        Add(found, cluster, member, CertificateUse.Authority, facts.Authorities, Place(member.Layout.CaFile), [], trusted);
        Add(found, cluster, member, CertificateUse.Server, facts.ServerCertificate, Place(member.Layout.ServerCertificateFile),
            Hosts(CertificateUse.Server), trusted, KeyProblems(member.Layout.ServerKeyFile, facts.ServerKeyMode));
        Add(found, cluster, member, CertificateUse.Peer, facts.PeerCertificate, Place(member.Layout.PeerCertificateFile),
            Hosts(CertificateUse.Peer), trusted, KeyProblems(member.Layout.PeerKeyFile, facts.PeerKeyMode));

        IEnumerable<string> Hosts(CertificateUse use) =>
            places.Where(place => place.Member == member.Name && place.Use == use).Select(place => HostOf(place.Url));
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
                Problems = [.. Judge(trusted).Find(one, all, use, hosts), .. more ?? []],
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
                // The intermediate authorities of its file are sent with it.
                .. Judge(trusted).Find(shown, [.. inFile.Skip(1)], place.Use, [HostOf(place.Url)]),
                .. differs ? ["The member shows another certificate than the one in its file."] : Array.Empty<string>(),
            ],
        };
    }

    private static string[] KeyProblems(string path, UnixFileMode? mode) =>
        mode is { } known && (known & OfOthers) != 0 ? [$"Others can use its key: {path} has mode {Convert.ToString((int)known, 8)}."] : [];

    private CertificateJudge Judge(IReadOnlyList<X509Certificate2> trusted) => new(trusted, context.Clock.GetUtcNow(), warnDays);

    private static IReadOnlyList<X509Certificate2> Certificates(string? pem, string source) =>
        string.IsNullOrWhiteSpace(pem) ? [] : [.. PemContent.Certificates(pem, source)];

    private static string HostOf(Uri url) => EndpointUrl.HostOf(url).Split('%')[0];

    private async Task<IReadOnlyDictionary<string, TrustFacts>> ReadFilesAsync(
        IReadOnlyList<MemberSpec> specs, List<EtcdException> failures, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, TrustFacts>(StringComparer.Ordinal);
        foreach (Task<IReadOnlyDictionary<string, TrustFacts>> reading in specs.GroupBy(member => member.HostName)
            .Select(host => TrustFacts.ReadAsync(context, [.. host], cancellationToken)).ToArray())
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

    private async Task<IReadOnlyList<MemberPlace>> PlacesAsync(
        EtcdCluster cluster, IReadOnlyList<MemberSpec> specs, CancellationToken cancellationToken)
    {
        IEnumerable<MemberPlace> places = specs.SelectMany(member => new[]
        {
            new MemberPlace(member.Name, CertificateUse.Server, member.ClientUrl(true)),
            new MemberPlace(member.Name, CertificateUse.Peer, member.PeerUrl(true)),
        });
        try
        {
            foreach (Client.Records.Member member in await MemberQuery.ListAsync(cluster, timeout, cancellationToken).ConfigureAwait(false))
            {
                places = places.Concat(member.ClientUrls.Select(url => new MemberPlace(member.Name, CertificateUse.Server, url)))
                    .Concat(member.PeerUrls.Select(url => new MemberPlace(member.Name, CertificateUse.Peer, url)));
            }
        }
        catch (EtcdException) when (specs.Count > 0)
        {
            // The profile has their URLs; why they do not answer is what the certificates may tell.
        }

        return [.. places.Where(place => place.Url.Scheme == Uri.UriSchemeHttps && EndpointUrl.IsNetwork(place.Url))
            .DistinctBy(place => place.Url.Authority)];
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

    private async Task<X509Certificate2> ShowAsync(Uri url, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return (await ServedCertificate.ReadAsync(url, either.Token).ConfigureAwait(false)).Certificate;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EtcdException(EtcdErrorIds.Timeout, $"{EndpointUrl.Show(url)} showed no certificate within {timeout.TotalSeconds:0.#} s.")
            {
                Target = EndpointUrl.Show(url),
                NextStep = "Check that the member runs (Get-EtcdHealth), and that this machine can reach it.",
            };
        }
    }

    /// <summary>A URL at which a member shows a certificate.</summary>
    private sealed record MemberPlace(string Member, CertificateUse Use, Uri Url);
}
