using Etcdserverpb;
using Grpc.Core;
using V3Electionpb;
using V3Lockpb;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Every call of the etcd v3 API, and whether it can be repeated.</summary>
/// <remarks>Repeatable are reads, and changes whose second run has no effect and the same answer (disarming an alarm, unlocking). LeaseGrant is not:
/// a repeated call would leave an unknown lease. Paths: etcd <c>api/etcdserverpb/rpc.proto</c>, <c>server/etcdserver/api/v3lock</c> and
/// <c>v3election</c>.</remarks>
internal static class EtcdMethods
{
    // Each is made when it is first used: all at once would load a hundred types before the first call.
    public static RpcMethod<RangeRequest, RangeResponse> Range =>
        field ??= new("/etcdserverpb.KV/Range", RangeResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<PutRequest, PutResponse> Put =>
        field ??= new("/etcdserverpb.KV/Put", PutResponse.Parser.ParseFrom);
    public static RpcMethod<DeleteRangeRequest, DeleteRangeResponse> DeleteRange =>
        field ??= new("/etcdserverpb.KV/DeleteRange", DeleteRangeResponse.Parser.ParseFrom);
    public static RpcMethod<TxnRequest, TxnResponse> Txn =>
        field ??= new("/etcdserverpb.KV/Txn", TxnResponse.Parser.ParseFrom);
    public static RpcMethod<TxnRequest, TxnResponse> TxnReadOnly =>
        field ??= new("/etcdserverpb.KV/Txn", TxnResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<CompactionRequest, CompactionResponse> Compact =>
        field ??= new("/etcdserverpb.KV/Compact", CompactionResponse.Parser.ParseFrom);
    public static RpcMethod<CompactionRequest, CompactionResponse> CompactPhysical =>
        field ??= new("/etcdserverpb.KV/Compact", CompactionResponse.Parser.ParseFrom) { Waits = true };

    public static RpcMethod<LeaseGrantRequest, LeaseGrantResponse> LeaseGrant =>
        field ??= new("/etcdserverpb.Lease/LeaseGrant", LeaseGrantResponse.Parser.ParseFrom);
    public static RpcMethod<LeaseRevokeRequest, LeaseRevokeResponse> LeaseRevoke =>
        field ??= new("/etcdserverpb.Lease/LeaseRevoke", LeaseRevokeResponse.Parser.ParseFrom);
    public static RpcMethod<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> LeaseTimeToLive =>
        field ??= new("/etcdserverpb.Lease/LeaseTimeToLive", LeaseTimeToLiveResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<LeaseLeasesRequest, LeaseLeasesResponse> LeaseLeases =>
        field ??= new("/etcdserverpb.Lease/LeaseLeases", LeaseLeasesResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<LeaseKeepAliveRequest, LeaseKeepAliveResponse> LeaseKeepAlive =>
        field ??= new("/etcdserverpb.Lease/LeaseKeepAlive", LeaseKeepAliveResponse.Parser.ParseFrom, MethodType.DuplexStreaming)
        {
            Repeatable = true,
            RequiresLeader = true,
        };

    public static RpcMethod<WatchRequest, WatchResponse> Watch =>
        field ??=
            new("/etcdserverpb.Watch/Watch", WatchResponse.Parser.ParseFrom, MethodType.DuplexStreaming) { Repeatable = true, RequiresLeader = true };

    public static RpcMethod<MemberListRequest, MemberListResponse> MemberList =>
        field ??= new("/etcdserverpb.Cluster/MemberList", MemberListResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<MemberAddRequest, MemberAddResponse> MemberAdd =>
        field ??= new("/etcdserverpb.Cluster/MemberAdd", MemberAddResponse.Parser.ParseFrom);
    public static RpcMethod<MemberRemoveRequest, MemberRemoveResponse> MemberRemove =>
        field ??= new("/etcdserverpb.Cluster/MemberRemove", MemberRemoveResponse.Parser.ParseFrom);
    public static RpcMethod<MemberUpdateRequest, MemberUpdateResponse> MemberUpdate =>
        field ??= new("/etcdserverpb.Cluster/MemberUpdate", MemberUpdateResponse.Parser.ParseFrom);
    public static RpcMethod<MemberPromoteRequest, MemberPromoteResponse> MemberPromote =>
        field ??= new("/etcdserverpb.Cluster/MemberPromote", MemberPromoteResponse.Parser.ParseFrom);

    public static RpcMethod<AlarmRequest, AlarmResponse> Alarm =>
        field ??= new("/etcdserverpb.Maintenance/Alarm", AlarmResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<StatusRequest, StatusResponse> Status =>
        field ??= new("/etcdserverpb.Maintenance/Status", StatusResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<DefragmentRequest, DefragmentResponse> Defragment =>
        field ??= new("/etcdserverpb.Maintenance/Defragment", DefragmentResponse.Parser.ParseFrom) { Waits = true };
    public static RpcMethod<HashRequest, HashResponse> Hash =>
        field ??= new("/etcdserverpb.Maintenance/Hash", HashResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<HashKVRequest, HashKVResponse> HashKV =>
        field ??= new("/etcdserverpb.Maintenance/HashKV", HashKVResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<SnapshotRequest, SnapshotPiece> Snapshot =>
        field ??= new("/etcdserverpb.Maintenance/Snapshot", SnapshotPiece.Read, MethodType.ServerStreaming) { Repeatable = true };
    public static RpcMethod<MoveLeaderRequest, MoveLeaderResponse> MoveLeader =>
        field ??= new("/etcdserverpb.Maintenance/MoveLeader", MoveLeaderResponse.Parser.ParseFrom);
    public static RpcMethod<DowngradeRequest, DowngradeResponse> Downgrade =>
        field ??= new("/etcdserverpb.Maintenance/Downgrade", DowngradeResponse.Parser.ParseFrom);

    public static RpcMethod<AuthEnableRequest, AuthEnableResponse> AuthEnable =>
        field ??= new("/etcdserverpb.Auth/AuthEnable", AuthEnableResponse.Parser.ParseFrom);
    public static RpcMethod<AuthDisableRequest, AuthDisableResponse> AuthDisable =>
        field ??= new("/etcdserverpb.Auth/AuthDisable", AuthDisableResponse.Parser.ParseFrom);
    public static RpcMethod<AuthStatusRequest, AuthStatusResponse> AuthStatus =>
        field ??= new("/etcdserverpb.Auth/AuthStatus", AuthStatusResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<AuthenticateRequest, AuthenticateResponse> Authenticate =>
        field ??= new("/etcdserverpb.Auth/Authenticate", AuthenticateResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<AuthUserAddRequest, AuthUserAddResponse> UserAdd =>
        field ??= new("/etcdserverpb.Auth/UserAdd", AuthUserAddResponse.Parser.ParseFrom);
    public static RpcMethod<AuthUserGetRequest, AuthUserGetResponse> UserGet =>
        field ??= new("/etcdserverpb.Auth/UserGet", AuthUserGetResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<AuthUserListRequest, AuthUserListResponse> UserList =>
        field ??= new("/etcdserverpb.Auth/UserList", AuthUserListResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<AuthUserDeleteRequest, AuthUserDeleteResponse> UserDelete =>
        field ??= new("/etcdserverpb.Auth/UserDelete", AuthUserDeleteResponse.Parser.ParseFrom);
    public static RpcMethod<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse> UserChangePassword =>
        field ??= new("/etcdserverpb.Auth/UserChangePassword", AuthUserChangePasswordResponse.Parser.ParseFrom);
    public static RpcMethod<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse> UserGrantRole =>
        field ??= new("/etcdserverpb.Auth/UserGrantRole", AuthUserGrantRoleResponse.Parser.ParseFrom);
    public static RpcMethod<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse> UserRevokeRole =>
        field ??= new("/etcdserverpb.Auth/UserRevokeRole", AuthUserRevokeRoleResponse.Parser.ParseFrom);
    public static RpcMethod<AuthRoleAddRequest, AuthRoleAddResponse> RoleAdd =>
        field ??= new("/etcdserverpb.Auth/RoleAdd", AuthRoleAddResponse.Parser.ParseFrom);
    public static RpcMethod<AuthRoleGetRequest, AuthRoleGetResponse> RoleGet =>
        field ??= new("/etcdserverpb.Auth/RoleGet", AuthRoleGetResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<AuthRoleListRequest, AuthRoleListResponse> RoleList =>
        field ??= new("/etcdserverpb.Auth/RoleList", AuthRoleListResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<AuthRoleDeleteRequest, AuthRoleDeleteResponse> RoleDelete =>
        field ??= new("/etcdserverpb.Auth/RoleDelete", AuthRoleDeleteResponse.Parser.ParseFrom);
    public static RpcMethod<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse> RoleGrantPermission =>
        field ??= new("/etcdserverpb.Auth/RoleGrantPermission", AuthRoleGrantPermissionResponse.Parser.ParseFrom);
    public static RpcMethod<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse> RoleRevokePermission =>
        field ??= new("/etcdserverpb.Auth/RoleRevokePermission", AuthRoleRevokePermissionResponse.Parser.ParseFrom);

    public static RpcMethod<LockRequest, LockResponse> Lock =>
        field ??= new("/v3lockpb.Lock/Lock", LockResponse.Parser.ParseFrom) { Waits = true };
    public static RpcMethod<UnlockRequest, UnlockResponse> Unlock =>
        field ??= new("/v3lockpb.Lock/Unlock", UnlockResponse.Parser.ParseFrom) { Repeatable = true };

    public static RpcMethod<CampaignRequest, CampaignResponse> Campaign =>
        field ??= new("/v3electionpb.Election/Campaign", CampaignResponse.Parser.ParseFrom) { Waits = true };
    public static RpcMethod<ProclaimRequest, ProclaimResponse> Proclaim =>
        field ??= new("/v3electionpb.Election/Proclaim", ProclaimResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<LeaderRequest, LeaderResponse> Leader =>
        field ??= new("/v3electionpb.Election/Leader", LeaderResponse.Parser.ParseFrom) { Repeatable = true };
    public static RpcMethod<LeaderRequest, LeaderResponse> Observe =>
        field ??= new("/v3electionpb.Election/Observe", LeaderResponse.Parser.ParseFrom, MethodType.ServerStreaming) { Repeatable = true };
    public static RpcMethod<ResignRequest, ResignResponse> Resign =>
        field ??= new("/v3electionpb.Election/Resign", ResignResponse.Parser.ParseFrom) { Repeatable = true };
}
