using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Client;

/// <summary>Status, alarms, defragmentation, hashes, snapshots.</summary>
/// <remarks>Most calls mean the one member that answers: use <see cref="EtcdClient.ForEndpoint"/> to choose it.</remarks>
public sealed class MaintenanceClient
{
    private readonly EtcdCaller _caller;

    internal MaintenanceClient(EtcdCaller caller) => _caller = caller;

    /// <summary>What the member says about itself; works without quorum.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<MemberStatus> StatusAsync(CancellationToken cancellationToken = default) =>
        MemberStatus.From(await _caller
            .UnaryAsync(EtcdMethods.Status, new Wire.StatusRequest(), cancellationToken).ConfigureAwait(false));

    /// <summary>The alarms that are armed, of all members.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task<IReadOnlyList<MemberAlarm>> AlarmsAsync(CancellationToken cancellationToken = default) =>
        AlarmAsync(Wire.AlarmRequest.Types.AlarmAction.Get, default, AlarmType.None, cancellationToken);

    /// <summary>Arms an alarm. NOSPACE stops all writes that grow the database, CORRUPT all writes: for tests and emergencies.</summary>
    /// <returns>What is armed now and was not before.</returns>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task<IReadOnlyList<MemberAlarm>> ActivateAlarmAsync(
        MemberId member, AlarmType type, CancellationToken cancellationToken = default) =>
        AlarmAsync(Wire.AlarmRequest.Types.AlarmAction.Activate, member, type, cancellationToken);

    /// <summary>Disarms an alarm; remove its cause first, or it comes back.</summary>
    /// <returns>What was disarmed.</returns>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task<IReadOnlyList<MemberAlarm>> DisarmAlarmAsync(
        MemberId member, AlarmType type, CancellationToken cancellationToken = default) =>
        AlarmAsync(Wire.AlarmRequest.Types.AlarmAction.Deactivate, member, type, cancellationToken);

    /// <summary>Gives free space in the member's database back to its disk. The member serves nothing meanwhile: one after another.</summary>
    /// <remarks>Takes as long as it takes; only the token ends the wait, and the member goes on even then.</remarks>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task DefragmentAsync(CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.Defragment, new Wire.DefragmentRequest(), cancellationToken);

    /// <summary>The hash of the member's whole database, history and internal data included. For tests; stops writes meanwhile.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<uint> HashAsync(CancellationToken cancellationToken = default) =>
        (await _caller.UnaryAsync(EtcdMethods.Hash, new Wire.HashRequest(), cancellationToken).ConfigureAwait(false)).Hash;

    /// <summary>The hash of the member's keys and values, to compare members with; since etcd 3.3.</summary>
    /// <param name="revision">Up to which revision; 0 is now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdRpcException">Compacted or FutureRevision, or the call failed.</exception>
    public async Task<KvHash> HashKvAsync(long revision = 0, CancellationToken cancellationToken = default)
    {
        Wire.HashKVResponse response = await _caller.UnaryAsync(
            EtcdMethods.HashKV, new Wire.HashKVRequest { Revision = revision }, cancellationToken).ConfigureAwait(false);
        var header = EtcdHeader.From(response.Header);
        // Before 3.6 the answer does not repeat the revision that was asked for.
        long upTo = response.HashRevision > 0 ? response.HashRevision : revision > 0 ? revision : header.Revision;
        return new KvHash(header, response.Hash, response.CompactRevision, upTo);
    }

    /// <summary>The member's database as it is now, piece by piece; the last 32 bytes are the SHA-256 of all before them.</summary>
    /// <remarks>Needs no quorum. The first piece is waited for as long as a call, the others as long as the connection lives.</remarks>
    /// <exception cref="EtcdRpcException">The call failed, or the connection broke; what was read is then no snapshot.</exception>
    public IAsyncEnumerable<SnapshotChunk> SnapshotAsync(CancellationToken cancellationToken = default) =>
        SnapshotReader.ReadAsync(_caller, cancellationToken);

    /// <summary>Hands the leadership over. Only the leader does it, so call it there.</summary>
    /// <param name="transferee">A voting member.</param>
    /// <param name="cancellationToken">Gives up; the leadership may have moved.</param>
    /// <exception cref="EtcdRpcException">NotLeader, BadLeaderTransferee, or the call failed.</exception>
    public Task MoveLeaderAsync(MemberId transferee, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.MoveLeader, new Wire.MoveLeaderRequest { TargetID = transferee.Value }, cancellationToken);

    /// <summary>Checks, starts or cancels a downgrade of the cluster; since etcd 3.5, which checks but does not yet change its data.</summary>
    /// <param name="action">What to do.</param>
    /// <param name="version">The target, one minor version lower, for instance <c>3.5.0</c>; null to cancel.</param>
    /// <param name="cancellationToken">Gives up; it may have happened.</param>
    /// <returns>The cluster's version.</returns>
    /// <exception cref="EtcdRpcException">InvalidDowngradeTargetVersion, DowngradeInProcess, NoInflightDowngrade, NotSupported, or the call failed.</exception>
    public async Task<string> DowngradeAsync(
        DowngradeAction action, string? version = null, CancellationToken cancellationToken = default)
    {
        var request = new Wire.DowngradeRequest
        {
            Action = (Wire.DowngradeRequest.Types.DowngradeAction)action,
            Version = version ?? "",
        };
        return (await _caller.UnaryAsync(EtcdMethods.Downgrade, request, cancellationToken).ConfigureAwait(false)).Version;
    }

    private async Task<IReadOnlyList<MemberAlarm>> AlarmAsync(
        Wire.AlarmRequest.Types.AlarmAction action, MemberId member, AlarmType type, CancellationToken cancellationToken)
    {
        var request = new Wire.AlarmRequest { Action = action, MemberID = member.Value, Alarm = (Wire.AlarmType)type };
        Wire.AlarmResponse response =
            await _caller.UnaryAsync(EtcdMethods.Alarm, request, cancellationToken).ConfigureAwait(false);
        return [.. response.Alarms.Select(alarm => new MemberAlarm(new MemberId(alarm.MemberID), (AlarmType)alarm.Alarm))];
    }
}
