using System.Globalization;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Compares the cluster after all members joined with the data of its source.</summary>
internal sealed class RecoveryProof(AdminContext context, EtcdCluster cluster, TimeSpan timeout)
{
    private long _revision;
    private long _keys = -1;

    /// <summary>Waits until the source serves by itself, and records what it has.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, NotHealthy, RestoreNotProved.</exception>
    public async Task BeginAsync(
        EtcdCluster alone, MemberSpec source, long leastRevision, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        await new MemberGate(context).WaitAsync(alone, source, timeout, cancellationToken).ConfigureAwait(false);
        MemberList list = await alone.Client.Cluster.ListAsync(linearizable: false, cancellationToken).ConfigureAwait(false);
        if (list.Members is not [{ IsLearner: false }])
            throw NotProved(
                $"it should consist of member {source.Name} alone, and consists of {string.Join(", ", list.Members.Select(member => member.Name))}");
        (_revision, _keys) = await CountAsync(alone, revision: 0, cancellationToken).ConfigureAwait(false);
        if (_revision < leastRevision) throw NotProved($"its revision is {_revision}, and member {source.Name} had {leastRevision}");
        events.Message(
            string.Create(CultureInfo.InvariantCulture, $"Member {source.Name} serves by itself at revision {_revision}, with {_keys} keys."));
        IReadOnlyList<MemberAlarm> alarms = await alone.Client.Maintenance.AlarmsAsync(cancellationToken).ConfigureAwait(false);
        foreach (AlarmType alarm in alarms.Select(alarm => alarm.Type).Distinct())
            events.Warning($"The data of member {source.Name} has the alarm {AlarmAdvice.Name(alarm)}. {AlarmAdvice.Next(alarm)}");
    }

    /// <summary>Waits until all members serve, and proves that all have the same data.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, NotHealthy, RestoreNotProved.</exception>
    public async Task CompleteAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        await new HealthGate(context).WaitAsync(cluster, timeout, cancellationToken).ConfigureAwait(false);
        (long revision, long keys) = await CountAsync(cluster, revision: 0, cancellationToken).ConfigureAwait(false);
        if (revision < _revision) throw NotProved($"its revision is {revision}, and was {_revision}");
        // Clients may write already, so the keys are counted at the earlier revision.
        if (_keys >= 0 && await CountThenAsync(cancellationToken).ConfigureAwait(false) is { } then && then != _keys)
            throw NotProved($"it has {then} keys at revision {_revision}, not {_keys}");

        EqualHashes hashes = new(cluster, revision);
        if (await hashes.WaitAsync(context.Clock, cancellationToken).ConfigureAwait(false) is null)
            throw NotProved($"its members do not have the same data: {hashes.Difference}");
        events.Message(string.Create(CultureInfo.InvariantCulture,
            $"All {cluster.RequireSpec().Members.Count} members of cluster {cluster.Name} have the same data: revision {revision}, {keys} keys."));
    }

    /// <summary>How many keys there were when the source served alone; null if that revision has been compacted since.</summary>
    private async Task<long?> CountThenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await CountAsync(cluster, _revision, cancellationToken).ConfigureAwait(false)).Keys;
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.Compacted)
        {
            return null;
        }
    }

    private static async Task<(long Revision, long Keys)> CountAsync(EtcdCluster asked, long revision, CancellationToken cancellationToken)
    {
        RangeResult result =
            await asked.Client.Kv.QueryAsync(KeyRange.All, new RangeQuery { CountOnly = true, Revision = revision }, cancellationToken)
            .ConfigureAwait(false);
        return (result.Header.Revision, result.Count);
    }

    private EtcdException NotProved(string difference) => new(
        EtcdErrorIds.RestoreNotProved, $"Cluster '{cluster.Name}' was rebuilt, but the result is wrong: {difference}.")
    {
        Target = cluster.Name,
        NextStep =
            "Keep clients away from the cluster until this is solved. All old data is kept beside the data folders; do not delete it. Check "
                + "Get-EtcdHealth, then run the same command again.",
    };
}
