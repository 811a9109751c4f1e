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
    public static readonly RpcMethod<RangeRequest, RangeResponse> Range =
        new("/etcdserverpb.KV/Range", RangeResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<PutRequest, PutResponse> Put =
        new("/etcdserverpb.KV/Put", PutResponse.Parser.ParseFrom);
    public static readonly RpcMethod<DeleteRangeRequest, DeleteRangeResponse> DeleteRange =
        new("/etcdserverpb.KV/DeleteRange", DeleteRangeResponse.Parser.ParseFrom);
    public static readonly RpcMethod<TxnRequest, TxnResponse> Txn =
        new("/etcdserverpb.KV/Txn", TxnResponse.Parser.ParseFrom);
    public static readonly RpcMethod<TxnRequest, TxnResponse> TxnReadOnly =
        new("/etcdserverpb.KV/Txn", TxnResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<CompactionRequest, CompactionResponse> Compact =
        new("/etcdserverpb.KV/Compact", CompactionResponse.Parser.ParseFrom);
    public static readonly RpcMethod<CompactionRequest, CompactionResponse> CompactPhysical =
        new("/etcdserverpb.KV/Compact", CompactionResponse.Parser.ParseFrom) { Waits = true };

    public static readonly RpcMethod<LeaseGrantRequest, LeaseGrantResponse> LeaseGrant =
        new("/etcdserverpb.Lease/LeaseGrant", LeaseGrantResponse.Parser.ParseFrom);
    public static readonly RpcMethod<LeaseRevokeRequest, LeaseRevokeResponse> LeaseRevoke =
        new("/etcdserverpb.Lease/LeaseRevoke", LeaseRevokeResponse.Parser.ParseFrom);
    public static readonly RpcMethod<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> LeaseTimeToLive =
        new("/etcdserverpb.Lease/LeaseTimeToLive", LeaseTimeToLiveResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<LeaseLeasesRequest, LeaseLeasesResponse> LeaseLeases =
        new("/etcdserverpb.Lease/LeaseLeases", LeaseLeasesResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<LeaseKeepAliveRequest, LeaseKeepAliveResponse> LeaseKeepAlive =
        new("/etcdserverpb.Lease/LeaseKeepAlive", LeaseKeepAliveResponse.Parser.ParseFrom, MethodType.DuplexStreaming)
        {
            Repeatable = true,
            RequiresLeader = true,
        };

    public static readonly RpcMethod<WatchRequest, WatchResponse> Watch =
        new("/etcdserverpb.Watch/Watch", WatchResponse.Parser.ParseFrom, MethodType.DuplexStreaming) { Repeatable = true, RequiresLeader = true };

    public static readonly RpcMethod<MemberListRequest, MemberListResponse> MemberList =
        new("/etcdserverpb.Cluster/MemberList", MemberListResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<MemberAddRequest, MemberAddResponse> MemberAdd =
        new("/etcdserverpb.Cluster/MemberAdd", MemberAddResponse.Parser.ParseFrom);
    public static readonly RpcMethod<MemberRemoveRequest, MemberRemoveResponse> MemberRemove =
        new("/etcdserverpb.Cluster/MemberRemove", MemberRemoveResponse.Parser.ParseFrom);
    public static readonly RpcMethod<MemberUpdateRequest, MemberUpdateResponse> MemberUpdate =
        new("/etcdserverpb.Cluster/MemberUpdate", MemberUpdateResponse.Parser.ParseFrom);
    public static readonly RpcMethod<MemberPromoteRequest, MemberPromoteResponse> MemberPromote =
        new("/etcdserverpb.Cluster/MemberPromote", MemberPromoteResponse.Parser.ParseFrom);

    public static readonly RpcMethod<AlarmRequest, AlarmResponse> Alarm =
        new("/etcdserverpb.Maintenance/Alarm", AlarmResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<StatusRequest, StatusResponse> Status =
        new("/etcdserverpb.Maintenance/Status", StatusResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<DefragmentRequest, DefragmentResponse> Defragment =
        new("/etcdserverpb.Maintenance/Defragment", DefragmentResponse.Parser.ParseFrom) { Waits = true };
    public static readonly RpcMethod<HashRequest, HashResponse> Hash =
        new("/etcdserverpb.Maintenance/Hash", HashResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<HashKVRequest, HashKVResponse> HashKV =
        new("/etcdserverpb.Maintenance/HashKV", HashKVResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<SnapshotRequest, SnapshotPiece> Snapshot =
        new("/etcdserverpb.Maintenance/Snapshot", SnapshotPiece.Read, MethodType.ServerStreaming) { Repeatable = true };
    public static readonly RpcMethod<MoveLeaderRequest, MoveLeaderResponse> MoveLeader =
        new("/etcdserverpb.Maintenance/MoveLeader", MoveLeaderResponse.Parser.ParseFrom);
    public static readonly RpcMethod<DowngradeRequest, DowngradeResponse> Downgrade =
        new("/etcdserverpb.Maintenance/Downgrade", DowngradeResponse.Parser.ParseFrom);

    public static readonly RpcMethod<AuthEnableRequest, AuthEnableResponse> AuthEnable =
        new("/etcdserverpb.Auth/AuthEnable", AuthEnableResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthDisableRequest, AuthDisableResponse> AuthDisable =
        new("/etcdserverpb.Auth/AuthDisable", AuthDisableResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthStatusRequest, AuthStatusResponse> AuthStatus =
        new("/etcdserverpb.Auth/AuthStatus", AuthStatusResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<AuthenticateRequest, AuthenticateResponse> Authenticate =
        new("/etcdserverpb.Auth/Authenticate", AuthenticateResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<AuthUserAddRequest, AuthUserAddResponse> UserAdd =
        new("/etcdserverpb.Auth/UserAdd", AuthUserAddResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthUserGetRequest, AuthUserGetResponse> UserGet =
        new("/etcdserverpb.Auth/UserGet", AuthUserGetResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<AuthUserListRequest, AuthUserListResponse> UserList =
        new("/etcdserverpb.Auth/UserList", AuthUserListResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<AuthUserDeleteRequest, AuthUserDeleteResponse> UserDelete =
        new("/etcdserverpb.Auth/UserDelete", AuthUserDeleteResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse> UserChangePassword =
        new("/etcdserverpb.Auth/UserChangePassword", AuthUserChangePasswordResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse> UserGrantRole =
        new("/etcdserverpb.Auth/UserGrantRole", AuthUserGrantRoleResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse> UserRevokeRole =
        new("/etcdserverpb.Auth/UserRevokeRole", AuthUserRevokeRoleResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthRoleAddRequest, AuthRoleAddResponse> RoleAdd =
        new("/etcdserverpb.Auth/RoleAdd", AuthRoleAddResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthRoleGetRequest, AuthRoleGetResponse> RoleGet =
        new("/etcdserverpb.Auth/RoleGet", AuthRoleGetResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<AuthRoleListRequest, AuthRoleListResponse> RoleList =
        new("/etcdserverpb.Auth/RoleList", AuthRoleListResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<AuthRoleDeleteRequest, AuthRoleDeleteResponse> RoleDelete =
        new("/etcdserverpb.Auth/RoleDelete", AuthRoleDeleteResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse> RoleGrantPermission =
        new("/etcdserverpb.Auth/RoleGrantPermission", AuthRoleGrantPermissionResponse.Parser.ParseFrom);
    public static readonly RpcMethod<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse> RoleRevokePermission =
        new("/etcdserverpb.Auth/RoleRevokePermission", AuthRoleRevokePermissionResponse.Parser.ParseFrom);

    public static readonly RpcMethod<LockRequest, LockResponse> Lock =
        new("/v3lockpb.Lock/Lock", LockResponse.Parser.ParseFrom) { Waits = true };
    public static readonly RpcMethod<UnlockRequest, UnlockResponse> Unlock =
        new("/v3lockpb.Lock/Unlock", UnlockResponse.Parser.ParseFrom) { Repeatable = true };

    public static readonly RpcMethod<CampaignRequest, CampaignResponse> Campaign =
        new("/v3electionpb.Election/Campaign", CampaignResponse.Parser.ParseFrom) { Waits = true };
    public static readonly RpcMethod<ProclaimRequest, ProclaimResponse> Proclaim =
        new("/v3electionpb.Election/Proclaim", ProclaimResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<LeaderRequest, LeaderResponse> Leader =
        new("/v3electionpb.Election/Leader", LeaderResponse.Parser.ParseFrom) { Repeatable = true };
    public static readonly RpcMethod<LeaderRequest, LeaderResponse> Observe =
        new("/v3electionpb.Election/Observe", LeaderResponse.Parser.ParseFrom, MethodType.ServerStreaming) { Repeatable = true };
    public static readonly RpcMethod<ResignRequest, ResignResponse> Resign =
        new("/v3electionpb.Election/Resign", ResignResponse.Parser.ParseFrom) { Repeatable = true };
}
