using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Ownership;

/// <summary>Reads the owners of the etcds in the places of members, in one round trip per host.</summary>
/// <param name="context">The environment.</param>
internal sealed class OwnershipReader(AdminContext context)
{
    /// <summary>Reads one member's host.</summary>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="member">The member.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="id">The cluster's id, if known.</param>
    /// <exception cref="EtcdException">The host cannot be managed.</exception>
    public async Task<MemberOwnership> ReadAsync(EtcdCluster cluster, MemberSpec member, CancellationToken cancellationToken, ClusterId? id = null)
    {
        var script = new HostScript(OwnerScripts.Read) { Arguments = OwnerScripts.Arguments(member) };
        string output = await context.HostOf(member).RunRequiredAsync("check which cluster its etcd belongs to", script, cancellationToken)
            .ConfigureAwait(false);
        string[] fields = output.Split('\n').Select(line => line.Split('\t')).FirstOrDefault(line => line[0] == "owner") ?? [];
        return await JudgeAsync(cluster, member, OwnerFacts.From(fields), cancellationToken, id).ConfigureAwait(false);
    }

    /// <summary>Evaluates the facts of a host; for a foreign member, also whether it belongs to another cluster of this user.</summary>
    public async Task<MemberOwnership> JudgeAsync(
        EtcdCluster? cluster, MemberSpec member, OwnerFacts facts, CancellationToken cancellationToken, ClusterId? id = null)
    {
        var ownership = MemberOwnership.Of(cluster, member, facts, id);
        if (!ownership.IsForeign || ownership.OtherCluster is not { } name || facts.Token is not { } token
            || !ClusterName.IsAllowed(name) || !context.Profiles.Exists(name)) return ownership;
        try
        {
            EtcdCluster other = await context.Profiles.LoadAsync(name, cancellationToken).ConfigureAwait(false);
            return other.Spec?.Knows(token) == true ? ownership with { Known = other } : ownership;
        }
        catch (EtcdException)
        {
            return ownership; // only the name is known; an unreadable profile is reported when its cluster is used
        }
    }

    /// <summary>Throws if one of the members has another owner.</summary>
    /// <exception cref="EtcdException">EtcdExists; or why a host cannot be managed.</exception>
    /// <exception cref="AggregateException">Several errors.</exception>
    public async Task RequireOursAsync(EtcdCluster cluster, IEnumerable<MemberSpec> members, CancellationToken cancellationToken) =>
        ThrowIfForeign(await HostErrors.WhenAllAsync(members.Select(member => ReadAsync(cluster, member, cancellationToken))).ConfigureAwait(false));

    /// <summary>The same for hosts that can be managed now; the other hosts are checked when they are needed.</summary>
    /// <exception cref="EtcdException">EtcdExists.</exception>
    /// <exception cref="AggregateException">Several members have another owner.</exception>
    public async Task RequireOursWhereReachedAsync(EtcdCluster cluster, IEnumerable<MemberSpec> members, CancellationToken cancellationToken)
    {
        MemberOwnership?[] all = await Task.WhenAll(members.Select(member => TryReadAsync(cluster, member, cancellationToken))).ConfigureAwait(false);
        ThrowIfForeign([.. all.OfType<MemberOwnership>()]);
    }

    /// <summary>Throws if one member has another owner.</summary>
    /// <exception cref="EtcdException">EtcdExists.</exception>
    /// <exception cref="AggregateException">Several members have.</exception>
    public void ThrowIfForeign(IReadOnlyList<MemberOwnership> all)
    {
        EtcdException[] foreign = [.. all.Where(one => one.IsForeign).Select(one => ForeignMember.Refusal(one, context.Home.ClustersPath))];
        if (foreign.Length > 0) throw foreign is [var only] ? only : new AggregateException(foreign);
    }

    private async Task<MemberOwnership?> TryReadAsync(EtcdCluster cluster, MemberSpec member, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(cluster, member, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException)
        {
            return null; // the error is reported when the host is needed
        }
    }
}
