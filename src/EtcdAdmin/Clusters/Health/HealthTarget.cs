using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Health;

/// <summary>A member to check.</summary>
/// <param name="Name">Its name, or its address if the name is not known.</param>
/// <param name="Id">Null if not known.</param>
/// <param name="Endpoint">The endpoint to check; null if not known.</param>
internal sealed record HealthTarget(string Name, MemberId? Id, Uri? Endpoint)
{
    /// <summary>Whether it is a member of the cluster; null if not known.</summary>
    public bool? IsMember { get; init; }

    /// <summary>Whether it is in the cluster but not in the profile.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Whether it has ever started; before that it has no endpoint.</summary>
    public bool IsStarted { get; init; } = true;

    /// <summary>Whether the member list has it as a learner, since a silent member cannot report it. Null if not known.</summary>
    public bool? IsLearner { get; init; }

    /// <summary>Whether it listens for clients only on Unix sockets.</summary>
    public bool IsSocket { get; init; }

    public static HealthTarget From(EtcdCluster cluster, Member member)
    {
        // A member may have several client URLs; a given endpoint is known to work from this machine.
        Uri? endpoint = member.ClientUrls.FirstOrDefault(url => cluster.Endpoints.Any(known => SameAddress(known, url)))
            ?? First([.. member.ClientUrls.Where(EndpointUrl.IsNetwork)]);
        string name = member.IsStarted ? member.Name : First(member.PeerUrls)?.Authority ?? member.Id.ToString();
        return new HealthTarget(name, member.Id, endpoint)
        {
            IsMember = true,
            IsStarted = member.IsStarted,
            IsLearner = member.IsLearner,
            IsSocket = endpoint is null && member.ClientUrls.Count > 0,
        };
    }

    public static HealthTarget From(EtcdCluster cluster, Uri endpoint)
    {
        MemberSpec? member = cluster.Spec?.Members.FirstOrDefault(spec =>
            cluster.Spec.PossibleClientUrlsOf(spec).Any(url => SameAddress(url, endpoint)));
        return new HealthTarget(member?.Name ?? endpoint.Authority, null, endpoint);
    }

    public static bool SameAddress(Uri left, Uri right) =>
        string.Equals(EndpointUrl.Show(left), EndpointUrl.Show(right), StringComparison.OrdinalIgnoreCase);

    private static Uri? First(IReadOnlyList<Uri> urls) => urls.Count > 0 ? urls[0] : null;
}
