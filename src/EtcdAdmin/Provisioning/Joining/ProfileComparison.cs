using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>Compares who belongs to a cluster by its profile with who does by its own list, before anything waits for all of them.</summary>
internal static class ProfileComparison
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Refuses where they differ.</summary>
    /// <exception cref="EtcdException">ProfileOutdated.</exception>
    public static void RequireSame(EtcdCluster cluster, IReadOnlyList<Member> members)
    {
        string[] differences = [.. Differences(cluster.RequireSpec(), members)];
        if (differences.Length == 0) return;
        throw new EtcdException(EtcdErrorIds.ProfileOutdated,
            $"The profile of cluster '{cluster.Name}' does not match the cluster: {string.Join("; ", differences)}.")
        {
            Target = cluster.Name,
            NextStep = $"To take members and addresses into the profile as the cluster has them, run Set-EtcdConfiguration {cluster.Name} -FromCluster. "
                + "Where an Add-EtcdMember, Remove-EtcdMember or Repair-EtcdMember was interrupted, run it again.",
        };
    }

    /// <summary>The same with the list of whoever answers; where nobody does, there is nothing to compare with.</summary>
    /// <exception cref="EtcdException">ProfileOutdated.</exception>
    public static async Task RequireSameAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        if (await ListAsync(cluster, cancellationToken).ConfigureAwait(false) is { } members) RequireSame(cluster, members);
    }

    /// <summary>Refuses where members that the profile does not have would go on as the cluster from before.</summary>
    /// <exception cref="EtcdException">ProfileOutdated.</exception>
    public static async Task RequireNoOthersAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        if (await ListAsync(cluster, cancellationToken).ConfigureAwait(false) is { } members && Others(cluster.RequireSpec(), members).Any()) RequireSame(cluster, members);
    }

    /// <summary>Members of the cluster that the profile does not have; none where nobody answers.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static async Task<IReadOnlyList<Member>> FindOthersAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        // What a repair or a restore has begun is between two clusters.
        if (spec.Recovery is not null || spec.Restore is not null) return [];
        return await ListAsync(cluster, cancellationToken).ConfigureAwait(false) is { } members ? [.. Others(spec, members)] : [];
    }

    /// <summary>What differs, one after the other.</summary>
    public static IEnumerable<string> Differences(ClusterSpec spec, IReadOnlyList<Member> members)
    {
        // What a repair or a restore has begun is between two clusters; they compare by themselves.
        if (spec.Recovery is not null || spec.Restore is not null) yield break;
        foreach (MemberSpec known in spec.Members)
        {
            if (Find(members, known, spec) is not { } present) yield return $"member {known.Name} of the profile is not in the cluster";
            else if (Moved(spec, known, present) is { } moved) yield return moved;
        }

        foreach (Member member in Others(spec, members))
            yield return $"member {Membership.NameOf(member)} ({Text(member.PeerUrls)}) of the cluster is not in the profile";
    }

    /// <summary>Whether a URL is one of some.</summary>
    public static bool Has(IReadOnlyList<Uri> urls, Uri wanted) => urls.Any(url =>
        Uri.Compare(url, wanted, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0);

    /// <summary>The member that a specification means: by name, or before it has started by where it is.</summary>
    public static Member? Find(IReadOnlyList<Member> members, MemberSpec known, ClusterSpec spec) =>
        members.FirstOrDefault(member => member.Name == known.Name)
        ?? members.FirstOrDefault(member => !member.IsStarted && Has(member.PeerUrls, known.PeerUrl(spec.Tls)));

    private static IEnumerable<Member> Others(ClusterSpec spec, IReadOnlyList<Member> members) =>
        members.Where(member => !spec.Members.Any(known => Find([member], known, spec) is not null));

    // A change of ports that was broken off has moved some of them, and the profile says from where.
    private static string? Moved(ClusterSpec spec, MemberSpec known, Member present)
    {
        MemberSpec[] places = [known, .. spec.Former?.Where(former => former.Name == known.Name) ?? []];
        if (!places.Any(place => Has(present.PeerUrls, place.PeerUrl(spec.Tls))))
            return $"peers reach member {known.Name} at {Text(present.PeerUrls)}, and the profile says {EtcdConfiguration.Text(known.PeerUrl(spec.Tls))}";
        if (present.IsStarted && !places.Any(place => Has(present.ClientUrls, place.ClientUrl(spec.Tls))))
            return $"clients reach member {known.Name} at {Text(present.ClientUrls)}, and the profile says {EtcdConfiguration.Text(known.ClientUrl(spec.Tls))}";
        return null;
    }

    private static string Text(IReadOnlyList<Uri> urls) => EtcdConfiguration.Text(urls);

    private static async Task<IReadOnlyList<Member>?> ListAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            return await MemberQuery.ListAsync(cluster, Limit, cancellationToken).ConfigureAwait(false);
        }
        // With a certificate that cannot be used nobody can be asked either. Plans that need it have refused before.
        catch (EtcdException e) when (e is EtcdRpcException || e.ErrorId == EtcdErrorIds.CertificateInvalid)
        {
            return null;
        }
    }
}
