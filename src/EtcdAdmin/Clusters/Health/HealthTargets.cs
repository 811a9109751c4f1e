using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Whom a health check is about: the members of the cluster that answers, and those that its profile has besides.</summary>
/// <param name="All">All of them; not those of <see cref="FindStrangersAsync"/>.</param>
/// <param name="List">The members as the cluster tells; null where nobody did.</param>
/// <param name="Difference">How they differ from those of the profile; null where that is not known, or not to be looked at.</param>
internal sealed record HealthTargets(IReadOnlyList<HealthTarget> All, MemberList? List, ClusterDifference? Difference)
{
    /// <summary>Whether what was answered is of another cluster than the one that the list is of.</summary>
    /// <param name="status">The answer; null where there was none.</param>
    public bool IsOther(MemberStatus? status) => List is { } list && status is not null && status.Header.ClusterId != list.Header.ClusterId;

    /// <summary>Finds them.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">How the check is made.</param>
    /// <param name="round">Who is asked already.</param>
    public static async Task<HealthTargets> FindAsync(EtcdCluster cluster, HealthOptions options, HealthRound round)
    {
        try
        {
            MemberList list = await MemberQuery.AskAsync(cluster, options.Timeout, round.Token).ConfigureAwait(false);
            ClusterDifference? difference = options.ComparesProfile && cluster.Spec is { } spec ? ClusterDifference.Between(spec, list.Members) : null;
            IEnumerable<HealthTarget> present = list.Members.Select(member =>
                HealthTarget.From(cluster, member) with { IsUnknown = difference?.Unknown.Contains(member) == true });
            IEnumerable<HealthTarget> missing = (difference?.Missing ?? []).Select(member =>
                new HealthTarget(member.Name, null, member.ClientUrl(cluster.RequireSpec().Tls)) { IsMember = false });
            return new HealthTargets([.. present, .. missing], list, difference);
        }
        catch (EtcdRpcException)
        {
            // Nobody tells who belongs to it, so each known address gets a verdict of its own, with its own reason.
            HealthTarget[] known = [.. AddressesOf(cluster, options).Select(endpoint => HealthTarget.From(cluster, endpoint))];
            return new HealthTargets([.. known, .. await PeersOfLearnersAsync(cluster, known, round).ConfigureAwait(false)], null, null);
        }
    }

    /// <summary>
    /// Addresses that were given for the cluster, and at which another one answers. One that belongs to no member may be another name of a
    /// member, or of all of them, and then the same cluster answers. Such addresses may be silent, so members are not kept waiting for them.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="options">How the check is made.</param>
    /// <param name="round">Who is asked already.</param>
    public async Task<IReadOnlyList<HealthTarget>> FindStrangersAsync(EtcdCluster cluster, HealthOptions options, HealthRound round)
    {
        if (!options.ComparesProfile || List is not { } list) return [];
        HealthTarget[] unlisted = [.. cluster.Endpoints
            .Where(endpoint => !list.Members.Any(member => member.ClientUrls.Any(url => HealthTarget.SameAddress(url, endpoint))))
            .Select(endpoint => HealthTarget.From(cluster, endpoint))
            .Where(target => cluster.Spec?.Members.Any(member => member.Name == target.Name) != true)];
        MemberProbe[] probes = await Task.WhenAll(unlisted.Select(target => round.AskAsync(target.Endpoint!))).ConfigureAwait(false); // made of addresses
        return [.. unlisted.Where((_, i) => IsOther(probes[i].Status))];
    }

    private static IEnumerable<Uri> AddressesOf(EtcdCluster cluster, HealthOptions options)
    {
        if (!options.ComparesProfile || cluster.Spec is not { } spec) return cluster.Endpoints;
        IEnumerable<Uri> others = spec.Members.Select(member => member.ClientUrl(spec.Tls))
            .Where(url => !cluster.Endpoints.Any(known => HealthTarget.SameAddress(known, url)));
        return cluster.Endpoints.Concat(others);
    }

    /// <summary>Those that a learner knows of, where it alone answers: it refuses to list the members, and they are there all the same.</summary>
    private static async Task<IReadOnlyList<HealthTarget>> PeersOfLearnersAsync(EtcdCluster cluster, HealthTarget[] known, HealthRound round)
    {
        MemberProbe[] probes = await Task.WhenAll(known.Select(target => round.AskAsync(target.Endpoint!))).ConfigureAwait(false); // made of addresses
        (HealthTarget learner, MemberProbe probe) = known.Zip(probes).FirstOrDefault(pair => pair.Second.Status?.IsLearner == true);
        // Where some do not answer, these may be the same: who they are is in the profile, if anywhere.
        if (probe?.Status is not { } status || probes.Any(other => !other.Reachable)) return [];
        IReadOnlyList<MemberId> others = await LearnerPeers
            .FindAsync(cluster.Client.ForEndpoint(learner.Endpoint!), status, round).ConfigureAwait(false);
        return [.. others.Where(id => probes.All(other => other.Status?.Header.MemberId != id))
            .Select(id => new HealthTarget(id.ToString(), id, null) { IsMember = true })];
    }
}
