using EtcdAdmin.Client;

namespace EtcdAdmin.Clusters;

/// <summary>A member that is to be asked.</summary>
/// <param name="Name">Its name, or its address where the name is not known.</param>
/// <param name="Id">Null where nobody told.</param>
/// <param name="Endpoint">Where it is asked; null where it has not announced itself.</param>
internal sealed record HealthTarget(string Name, MemberId? Id, Uri? Endpoint)
{
    public static HealthTarget From(EtcdCluster cluster, Member member)
    {
        // A member may have several client URLs; one that we were given is one that is known to work from here.
        Uri? endpoint = member.ClientUrls.FirstOrDefault(url => cluster.Endpoints.Any(known => SameAddress(known, url)))
            ?? First(member.ClientUrls);
        string name = member.IsStarted ? member.Name : First(member.PeerUrls)?.Authority ?? member.Id.ToString();
        return new HealthTarget(name, member.Id, endpoint);
    }

    public static HealthTarget From(EtcdCluster cluster, Uri endpoint)
    {
        MemberSpec? member = cluster.Spec?.Members.FirstOrDefault(spec => SameAddress(spec.ClientUrl(cluster.Spec.Tls), endpoint));
        return new HealthTarget(member?.Name ?? endpoint.Authority, null, endpoint);
    }

    private static Uri? First(IReadOnlyList<Uri> urls) => urls.Count > 0 ? urls[0] : null;

    private static bool SameAddress(Uri left, Uri right) =>
        Uri.Compare(left, right, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
}
