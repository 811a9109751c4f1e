using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Ownership;

/// <summary>Asks hosts whose etcd is where members should be, in one round trip each.</summary>
/// <param name="context">The surroundings.</param>
internal sealed class OwnershipReader(AdminContext context)
{
    /// <summary>Asks the host of one member.</summary>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="member">The member.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="id">The cluster's id, where it was asked.</param>
    /// <exception cref="EtcdException">The host cannot be managed.</exception>
    public async Task<MemberOwnership> ReadAsync(EtcdCluster cluster, MemberSpec member, CancellationToken cancellationToken, ClusterId? id = null)
    {
        var script = new HostScript(OwnerScripts.Read) { Arguments = OwnerScripts.Arguments(member) };
        string output = await context.HostOf(member).RunRequiredAsync("see whose etcd is there", script, cancellationToken).ConfigureAwait(false);
        string[] fields = output.Split('\n').Select(line => line.Split('\t')).FirstOrDefault(line => line[0] == "owner") ?? [];
        return await JudgeAsync(cluster, member, OwnerFacts.From(fields), cancellationToken, id).ConfigureAwait(false);
    }

    /// <summary>Judges what a host said; of a foreign one also whether another cluster of this user's knows it.</summary>
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
            return ownership; // only named by it, and an unreadable profile is reported where that cluster is used
        }
    }

    /// <summary>Refuses where one of some members is somebody else's.</summary>
    /// <exception cref="EtcdException">EtcdExists; or why a host cannot be managed.</exception>
    /// <exception cref="AggregateException">Several are, or cannot.</exception>
    public async Task RequireOursAsync(EtcdCluster cluster, IEnumerable<MemberSpec> members, CancellationToken cancellationToken) =>
        ThrowIfForeign(await HostErrors.WhenAllAsync(members.Select(member => ReadAsync(cluster, member, cancellationToken))).ConfigureAwait(false));

    /// <summary>The same for those whose hosts can be managed now; the others are left to whoever needs them.</summary>
    /// <exception cref="EtcdException">EtcdExists.</exception>
    /// <exception cref="AggregateException">Several are somebody else's.</exception>
    public async Task RequireOursWhereReachedAsync(EtcdCluster cluster, IEnumerable<MemberSpec> members, CancellationToken cancellationToken)
    {
        MemberOwnership?[] all = await Task.WhenAll(members.Select(member => TryReadAsync(cluster, member, cancellationToken))).ConfigureAwait(false);
        ThrowIfForeign([.. all.OfType<MemberOwnership>()]);
    }

    /// <summary>Refuses where one is somebody else's.</summary>
    /// <exception cref="EtcdException">EtcdExists.</exception>
    /// <exception cref="AggregateException">Several are.</exception>
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
            return null; // whoever needs this host says what is wrong with it
        }
    }
}
