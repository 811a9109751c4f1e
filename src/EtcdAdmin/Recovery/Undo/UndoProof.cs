using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>
/// Compares a cluster with its state before a restore: its members, its id, its revision, the same hash on every member, and that it accepts
/// writes.
/// </summary>
/// <param name="cluster">The cluster with its old data and the credential of the proof.</param>
/// <param name="record">The restore that is undone.</param>
internal sealed class UndoProof(EtcdCluster cluster, RestoreRecord record)
{
    /// <exception cref="EtcdException">RestoreNotProved, with what differs.</exception>
    public async Task<ProvedData> MakeAsync(TimeProvider clock, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        MemberList list = await cluster.Client.Cluster.ListAsync(linearizable: true, cancellationToken).ConfigureAwait(false);
        string[] found = [.. list.Members.Select(Describe).Order(StringComparer.Ordinal)];
        string[] wanted = [.. spec.Members.Select(member => member.Name).Order(StringComparer.Ordinal)];
        if (!found.SequenceEqual(wanted)) throw NotProved($"its members are {string.Join(", ", found)}, and were {string.Join(", ", wanted)}");
        string id = list.Header.ClusterId.ToString();
        if (record.Before.ClusterId is { } known && known != id) throw NotProved($"it is cluster {id}, and was {known}");
        EtcdHeader header =
            (await cluster.Client.Kv.QueryAsync(KeyRange.All, new RangeQuery { CountOnly = true }, cancellationToken).ConfigureAwait(false)).Header;
        if (header.Revision < record.Before.Revision)
            throw NotProved($"its revision is {header.Revision}, and was at least {record.Before.Revision}");
        long keys = await cluster.Client.Kv.CountAsync(KeyRange.All, header.Revision, cancellationToken).ConfigureAwait(false);
        await new WriteProof(cluster, NotProved).MakeAsync(events, cancellationToken).ConfigureAwait(false);
        EqualHashes hashes = new(cluster, header.Revision);
        uint hash = await hashes.WaitAsync(clock, cancellationToken).ConfigureAwait(false)
            ?? throw NotProved("its members do not have the same data: " + hashes.Difference);
        return new ProvedData(header.Revision, keys, hash);
    }

    private static string Describe(Member member) => member.Name.Length == 0 ? "a member that has not started" : member.Name;

    private EtcdException NotProved(string difference, Exception? cause) => new(
        EtcdErrorIds.RestoreNotProved,
        $"Cluster '{cluster.Name}' is not as it was before restore {record.Id}: {difference}.", cause)
    {
        Target = cluster.Name,
        NextStep =
            "Keep clients away from the cluster, make sure that nothing else starts its members or writes to them, then run the command again.",
    };

    private EtcdException NotProved(string difference) => NotProved(difference, cause: null);
}

/// <summary>What a cluster was proved to hold.</summary>
internal sealed record ProvedData(long Revision, long TotalKeys, uint Hash);
