using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>Compares the members of the profile with the member list of the cluster, before an operation waits for all of them.</summary>
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
            NextStep = $"To copy members and addresses from the cluster to the profile, run Set-EtcdConfiguration {cluster.Name} -FromCluster. "
                + "If an Add-EtcdMember, Remove-EtcdMember or Repair-EtcdMember was interrupted, run it again instead.",
        };
    }

    /// <summary>The same; asks the cluster for the list. Where no member answers, nothing is compared.</summary>
    /// <exception cref="EtcdException">ProfileOutdated.</exception>
    public static async Task RequireSameAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        if (await ListAsync(cluster, cancellationToken).ConfigureAwait(false) is { } members) RequireSame(cluster, members);
    }

    /// <summary>Refuses where members that are not in the profile would go on as the old cluster.</summary>
    /// <exception cref="EtcdException">ProfileOutdated.</exception>
    public static async Task RequireNoOthersAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        if (await ListAsync(cluster, cancellationToken).ConfigureAwait(false) is { } members && Others(cluster.RequireSpec(), members).Any())
            RequireSame(cluster, members);
    }

    /// <summary>The members of the cluster that are not in the profile; none where no member answers.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async Task<IReadOnlyList<Member>> FindOthersAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        // During a repair or a restore the profile is between two clusters.
        if (spec.Recovery is not null || spec.Restore is not null) return [];
        return await ListAsync(cluster, cancellationToken).ConfigureAwait(false) is { } members ? [.. Others(spec, members)] : [];
    }

    /// <summary>The differences, each as a part of a sentence.</summary>
    public static IEnumerable<string> Differences(ClusterSpec spec, IReadOnlyList<Member> members)
    {
        // During a repair or a restore the profile is between two clusters. Those operations compare by themselves.
        if (spec.Recovery is not null || spec.Restore is not null) yield break;
        foreach (MemberSpec known in spec.Members)
        {
            if (Find(members, known, spec) is not { } present) yield return $"member {known.Name} of the profile is not in the cluster";
            else if (Moved(spec, known, present) is { } moved) yield return moved;
        }

        foreach (Member member in Others(spec, members))
            yield return $"member {Membership.NameOf(member)} ({Text(member.PeerUrls)}) of the cluster is not in the profile";
    }

    /// <summary>Whether a list has a URL.</summary>
    public static bool Has(IReadOnlyList<Uri> urls, Uri wanted) => urls.Any(url =>
        Uri.Compare(url, wanted, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0);

    /// <summary>The member of a specification: found by name or, before its first start, by its peer URL.</summary>
    public static Member? Find(IReadOnlyList<Member> members, MemberSpec known, ClusterSpec spec) =>
        members.FirstOrDefault(member => member.Name == known.Name)
        ?? members.FirstOrDefault(member => !member.IsStarted && spec.PossiblePeerUrlsOf(known).Any(url => Has(member.PeerUrls, url)));

    private static IEnumerable<Member> Others(ClusterSpec spec, IReadOnlyList<Member> members) =>
        members.Where(member => !spec.Members.Any(known => Find([member], known, spec) is not null));

    // An interrupted change of ports may have moved some members; the profile has their former ports.
    private static string? Moved(ClusterSpec spec, MemberSpec known, Member present)
    {
        MemberSpec[] places = [known, .. spec.Former?.Where(former => former.Name == known.Name) ?? []];
        if (!places.SelectMany(spec.PossiblePeerUrlsOf).Any(url => Has(present.PeerUrls, url)))
            return $"the peer URL of member {known.Name} is {Text(present.PeerUrls)}, "
                + $"but the profile has {EtcdConfiguration.Text(known.PeerUrl(spec.Tls))}";
        if (present.IsStarted && !places.SelectMany(spec.PossibleClientUrlsOf).Any(url => Has(present.ClientUrls, url)))
            return $"the client URL of member {known.Name} is {Text(present.ClientUrls)}, "
                + $"but the profile has {EtcdConfiguration.Text(known.ClientUrl(spec.Tls))}";
        return null;
    }

    private static string Text(IReadOnlyList<Uri> urls) => EtcdConfiguration.Text(urls);

    private static async Task<IReadOnlyList<Member>?> ListAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            return await MemberQuery.ListAsync(cluster, Limit, cancellationToken).ConfigureAwait(false);
        }
        // Without a valid certificate no member can be asked. Plans that need the certificate have refused before.
        catch (EtcdException e) when (e is EtcdRpcException || e.ErrorId == EtcdErrorIds.CertificateInvalid)
        {
            return null;
        }
    }
}
