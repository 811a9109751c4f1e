using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Wire = Etcdserverpb;

namespace EtcdAdmin.Client;

/// <summary>Status, alarms, defragmentation, hashes, snapshots.</summary>
/// <remarks>Most calls are about the member that answers: choose it with <see cref="EtcdClient.ForEndpoint"/>.</remarks>
public sealed class MaintenanceClient
{
    private readonly EtcdCaller _caller;

    internal MaintenanceClient(EtcdCaller caller) => _caller = caller;

    /// <summary>The status of the member; works without quorum.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<MemberStatus> StatusAsync(CancellationToken cancellationToken = default) =>
        MemberStatus.From(await _caller
            .UnaryAsync(EtcdMethods.Status, new Wire.StatusRequest(), cancellationToken).ConfigureAwait(false));

    /// <summary>The active alarms of all members.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task<IReadOnlyList<MemberAlarm>> AlarmsAsync(CancellationToken cancellationToken = default) =>
        AlarmAsync(Wire.AlarmRequest.Types.AlarmAction.Get, default, AlarmType.None, cancellationToken);

    /// <summary>Activates an alarm. NOSPACE stops all writes that need space, CORRUPT all writes: for tests and emergencies.</summary>
    /// <returns>The alarms that this call activated.</returns>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task<IReadOnlyList<MemberAlarm>> ActivateAlarmAsync(
        MemberId member, AlarmType type, CancellationToken cancellationToken = default) =>
        AlarmAsync(Wire.AlarmRequest.Types.AlarmAction.Activate, member, type, cancellationToken);

    /// <summary>Disarms an alarm; fix its cause first, or it returns.</summary>
    /// <returns>The disarmed alarms.</returns>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task<IReadOnlyList<MemberAlarm>> DisarmAlarmAsync(
        MemberId member, AlarmType type, CancellationToken cancellationToken = default) =>
        AlarmAsync(Wire.AlarmRequest.Types.AlarmAction.Deactivate, member, type, cancellationToken);

    /// <summary>Releases free space of the member's database to its disk. The member does not serve requests meanwhile, so defragment one member
    /// after another.</summary>
    /// <remarks>There is no timeout; only the token ends the wait, and the member continues even then.</remarks>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task DefragmentAsync(CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.Defragment, new Wire.DefragmentRequest(), cancellationToken);

    /// <summary>The hash of the member's entire database, with history and internal data. For tests; it blocks writes meanwhile.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<uint> HashAsync(CancellationToken cancellationToken = default) =>
        (await _caller.UnaryAsync(EtcdMethods.Hash, new Wire.HashRequest(), cancellationToken).ConfigureAwait(false)).Hash;

    /// <summary>The hash of the member's keys and values, for comparing members; since etcd 3.3.</summary>
    /// <param name="revision">The last revision to include; 0 means the current one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">Compacted or FutureRevision, or the call failed.</exception>
    public async Task<KvHash> HashKvAsync(long revision = 0, CancellationToken cancellationToken = default)
    {
        Wire.HashKVResponse response = await _caller.UnaryAsync(
            EtcdMethods.HashKV, new Wire.HashKVRequest { Revision = revision }, cancellationToken).ConfigureAwait(false);
        var header = EtcdHeader.From(response.Header);
        // Before 3.6 the answer does not contain the requested revision.
        long upTo = response.HashRevision > 0 ? response.HashRevision : revision > 0 ? revision : header.Revision;
        return new KvHash(header, response.Hash, response.CompactRevision, upTo);
    }

    /// <summary>The member's current database, in pieces; the last 32 bytes are the SHA-256 of all bytes before them.</summary>
    /// <remarks>Needs no quorum. The call timeout applies to the first piece; later pieces are waited for as long as the connection works.</remarks>
    /// <exception cref="EtcdRpcException">The call failed, or the connection broke; the bytes read so far are not a snapshot.</exception>
    public IAsyncEnumerable<SnapshotChunk> SnapshotAsync(CancellationToken cancellationToken = default) =>
        SnapshotReader.ReadAsync(_caller, cancellationToken);

    /// <summary>Moves the leadership to another member. Only the leader can do this, so call it there.</summary>
    /// <param name="transferee">A voting member.</param>
    /// <param name="cancellationToken">Cancels the call; the leadership may have moved.</param>
    /// <exception cref="EtcdRpcException">NotLeader, BadLeaderTransferee, or the call failed.</exception>
    public Task MoveLeaderAsync(MemberId transferee, CancellationToken cancellationToken = default) =>
        _caller.UnaryAsync(EtcdMethods.MoveLeader, new Wire.MoveLeaderRequest { TargetID = transferee.Value }, cancellationToken);

    /// <summary>Validates, starts or cancels a downgrade of the cluster; since etcd 3.5, which validates but does not change its data yet.</summary>
    /// <param name="action">The action.</param>
    /// <param name="version">The target, one minor version lower, for instance <c>3.5.0</c>; null to cancel.</param>
    /// <param name="cancellationToken">Cancels the call; the action may have been applied.</param>
    /// <returns>The cluster's version.</returns>
    /// <exception cref="EtcdRpcException">InvalidDowngradeTargetVersion, DowngradeInProcess, NoInflightDowngrade, NotSupported, or the call
    /// failed.</exception>
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
