using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Health;

/// <summary>A member that is to be asked.</summary>
/// <param name="Name">Its name, or its address where the name is not known.</param>
/// <param name="Id">Null where nobody told.</param>
/// <param name="Endpoint">Where it is asked; null where that is not known.</param>
internal sealed record HealthTarget(string Name, MemberId? Id, Uri? Endpoint)
{
    /// <summary>Whether the cluster has it as a member; null where nobody told.</summary>
    public bool? IsMember { get; init; }

    /// <summary>Whether it is in the cluster, and the profile does not have it.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Whether it has announced itself; without that it has no endpoint.</summary>
    public bool IsStarted { get; init; } = true;

    /// <summary>Whether it is in the list of members without a vote: one that does not answer cannot say so itself. Null where nobody told.</summary>
    public bool? IsLearner { get; init; }

    public static HealthTarget From(EtcdCluster cluster, Member member)
    {
        // A member may have several client URLs; one that we were given is one that is known to work from here.
        Uri? endpoint = member.ClientUrls.FirstOrDefault(url => cluster.Endpoints.Any(known => SameAddress(known, url)))
            ?? First(member.ClientUrls);
        string name = member.IsStarted ? member.Name : First(member.PeerUrls)?.Authority ?? member.Id.ToString();
        return new HealthTarget(name, member.Id, endpoint) { IsMember = true, IsStarted = member.IsStarted, IsLearner = member.IsLearner };
    }

    public static HealthTarget From(EtcdCluster cluster, Uri endpoint)
    {
        MemberSpec? member = cluster.Spec?.Members.FirstOrDefault(spec => SameAddress(spec.ClientUrl(cluster.Spec.Tls), endpoint));
        return new HealthTarget(member?.Name ?? endpoint.Authority, null, endpoint);
    }

    public static bool SameAddress(Uri left, Uri right) =>
        string.Equals(EndpointUrl.Show(left), EndpointUrl.Show(right), StringComparison.OrdinalIgnoreCase);

    private static Uri? First(IReadOnlyList<Uri> urls) => urls.Count > 0 ? urls[0] : null;
}
