using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>The members to check: those of the cluster that answers, and those that only its profile has.</summary>
/// <param name="All">All members, without those of <see cref="FindStrangersAsync"/>.</param>
/// <param name="List">The cluster's member list; null without an answer.</param>
/// <param name="Difference">The differences from the profile; null if not known, or not to be checked.</param>
internal sealed record HealthTargets(IReadOnlyList<HealthTarget> All, MemberList? List, ClusterDifference? Difference)
{
    /// <summary>Whether an answer comes from another cluster than the member list.</summary>
    /// <param name="status">The answer; null without one.</param>
    public bool IsOther(MemberStatus? status) => List is { } list && status is not null && status.Header.ClusterId != list.Header.ClusterId;

    /// <summary>Finds the members.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">The options.</param>
    /// <param name="round">The queries so far.</param>
    public static async Task<HealthTargets> FindAsync(EtcdCluster cluster, HealthOptions options, HealthRound round)
    {
        try
        {
            MemberList list = await MemberQuery.AskAsync(cluster, options.Timeout, round.Token).ConfigureAwait(false);
            ClusterDifference? difference = options.ComparesProfile && cluster.Spec is { } spec
                ? ClusterDifference.Between(spec, list.Members)
                : null;
            IEnumerable<HealthTarget> present = list.Members.Select(member =>
                HealthTarget.From(cluster, member) with { IsUnknown = difference?.Unknown.Contains(member) == true });
            IEnumerable<HealthTarget> missing = (difference?.Missing ?? []).Select(member =>
                new HealthTarget(member.Name, null, member.ClientUrl(cluster.RequireSpec().Tls)) { IsMember = false });
            return new HealthTargets([.. present, .. missing], list, difference);
        }
        catch (EtcdRpcException)
        {
            // Without a member list, each known address gets its own result with its own reason.
            HealthTarget[] known = [.. AddressesOf(cluster, options).Select(endpoint => HealthTarget.From(cluster, endpoint))];
            return new HealthTargets([.. known, .. await PeersOfLearnersAsync(cluster, known, round).ConfigureAwait(false)], null, null);
        }
    }

    /// <summary>Given addresses of the cluster at which another cluster answers. An address that belongs to no member may be another name of a
    /// member, or of all members; then the same cluster answers. Such addresses may be silent, so the members do not wait for them.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">The options.</param>
    /// <param name="round">The queries so far.</param>
    public async Task<IReadOnlyList<HealthTarget>> FindStrangersAsync(EtcdCluster cluster, HealthOptions options, HealthRound round)
    {
        if (!options.ComparesProfile || List is not { } list) return [];
        HealthTarget[] unlisted = [.. cluster.Endpoints
            .Where(endpoint => !list.Members.Any(member => member.ClientUrls.Any(url => HealthTarget.SameAddress(url, endpoint))))
            .Select(endpoint => HealthTarget.From(cluster, endpoint))
            .Where(target => cluster.Spec?.Members.Any(member => member.Name == target.Name) != true)];
        // Each has an address.
        MemberProbe[] probes = await Task.WhenAll(unlisted.Select(target => round.AskAsync(target.Endpoint!))).ConfigureAwait(false);
        return [.. unlisted.Where((_, i) => IsOther(probes[i].Status))];
    }

    private static IEnumerable<Uri> AddressesOf(EtcdCluster cluster, HealthOptions options)
    {
        if (!options.ComparesProfile || cluster.Spec is not { } spec) return cluster.Endpoints;
        IEnumerable<Uri> others = spec.Members.Select(member => member.ClientUrl(spec.Tls))
            .Where(url => !cluster.Endpoints.Any(known => HealthTarget.SameAddress(known, url)));
        return cluster.Endpoints.Concat(others);
    }

    /// <summary>The members that a learner knows, if only a learner answers: it refuses to list the members.</summary>
    private static async Task<IReadOnlyList<HealthTarget>> PeersOfLearnersAsync(EtcdCluster cluster, HealthTarget[] known, HealthRound round)
    {
        // Each has an address.
        MemberProbe[] probes = await Task.WhenAll(known.Select(target => round.AskAsync(target.Endpoint!))).ConfigureAwait(false);
        (HealthTarget learner, MemberProbe probe) = known.Zip(probes).FirstOrDefault(pair => pair.Second.Status?.IsLearner == true);
        // If some do not answer, these may be the same members; only the profile could show which.
        if (probe?.Status is not { } status || probes.Any(other => !other.Reachable)) return [];
        IReadOnlyList<MemberId> others = await LearnerPeers
            .FindAsync(cluster.Client.ForEndpoint(learner.Endpoint!), status, round).ConfigureAwait(false);
        return [.. others.Where(id => probes.All(other => other.Status?.Header.MemberId != id))
            .Select(id => new HealthTarget(id.ToString(), id, null) { IsMember = true })];
    }
}
