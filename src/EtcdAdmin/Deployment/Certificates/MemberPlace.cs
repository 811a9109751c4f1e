using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>A URL of a member, at which it shows a certificate if it uses TLS.</summary>
/// <param name="Member">The name of the member.</param>
/// <param name="Use">To whom: <see cref="CertificateUse.Server"/> or <see cref="CertificateUse.Peer"/>.</param>
/// <param name="Url">The URL.</param>
internal sealed record MemberPlace(string Member, CertificateUse Use, Uri Url)
{
    /// <summary>The name or address that its certificate must be valid for.</summary>
    public string Host => HostOf(Url);

    /// <summary>The name or address of a URL that a certificate must be valid for: without the zone of an IPv6 address.</summary>
    public static string HostOf(Uri url) => EndpointUrl.HostOf(url).Split('%')[0];

    /// <summary>Those with TLS.</summary>
    public static IReadOnlyList<MemberPlace> WithTls(IEnumerable<MemberPlace> places) =>
        [.. places.Where(place => place.Url.Scheme == Uri.UriSchemeHttps)];

    /// <summary>The URLs of members by the specification.</summary>
    public static IReadOnlyList<MemberPlace> Of(ClusterSpec spec, IEnumerable<MemberSpec> members) =>
    [
        .. members.SelectMany(member => spec.PossibleClientUrlsOf(member).Select(url => new MemberPlace(member.Name, CertificateUse.Server, url))
            .Concat(spec.PossiblePeerUrlsOf(member).Select(url => new MemberPlace(member.Name, CertificateUse.Peer, url)))),
    ];

    /// <summary>The URLs of members, with and without TLS: those of the profile, and those that all members advertise.</summary>
    /// <exception cref="EtcdException">No member answered, and there are no URLs of the profile.</exception>
    public static async Task<IReadOnlyList<MemberPlace>> FindAsync(
        EtcdCluster cluster, IReadOnlyList<MemberSpec> specs, TimeSpan timeout, CancellationToken cancellationToken)
    {
        IEnumerable<MemberPlace> places = cluster.Spec is { } spec ? Of(spec, specs) : [];
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

        return [.. places.Where(place => EndpointUrl.IsNetwork(place.Url)).DistinctBy(place => (EndpointUrl.Show(place.Url), place.Use))];
    }
}
