namespace EtcdAdmin.Client.Errors;

/// <summary>The meanings of etcd's error messages. Several messages share one gRPC code, so the code is not enough.</summary>
/// <remarks>Source: etcd <c>api/v3rpc/rpctypes/error.go</c>, v3.3 to main.</remarks>
public enum EtcdError
{
    /// <summary>The error does not come from etcd: no connection, TLS, deadline, protocol.</summary>
    None,

    /// <summary>The server's message is not in the table; the exception's message quotes it.</summary>
    Unknown,

    /// <summary>No key was given.</summary>
    EmptyKey,

    /// <summary>The key does not exist.</summary>
    KeyNotFound,

    /// <summary>A value was given together with "keep the value".</summary>
    ValueProvided,

    /// <summary>A lease was given together with "keep the lease".</summary>
    LeaseProvided,

    /// <summary>The transaction has more operations than the server's limit (default 128).</summary>
    TooManyOperations,

    /// <summary>The transaction writes one key twice.</summary>
    DuplicateKey,

    /// <summary>The server refuses the client's API version.</summary>
    InvalidClientApiVersion,

    /// <summary>The server does not know the sort order or target.</summary>
    InvalidSortOption,

    /// <summary>The revision has been compacted.</summary>
    Compacted,

    /// <summary>The revision does not exist yet.</summary>
    FutureRevision,

    /// <summary>The database quota is used up; the cluster refuses writes that need space.</summary>
    NoSpace,

    /// <summary>No lease with that id.</summary>
    LeaseNotFound,

    /// <summary>A lease with that id exists.</summary>
    LeaseExists,

    /// <summary>The TTL is above etcd's limit of 9,000,000,000 seconds.</summary>
    LeaseTtlTooLarge,

    /// <summary>The server ended a watch.</summary>
    WatchCanceled,

    /// <summary>A member with that id exists.</summary>
    MemberExists,

    /// <summary>Another member has that peer URL.</summary>
    PeerUrlExists,

    /// <summary>The change would leave too few started members for a quorum.</summary>
    NotEnoughStartedMembers,

    /// <summary>The peer URLs are not valid.</summary>
    MemberBadUrls,

    /// <summary>No member with that id.</summary>
    MemberNotFound,

    /// <summary>Only a learner can be promoted.</summary>
    MemberNotLearner,

    /// <summary>The learner has not caught up with the leader.</summary>
    LearnerNotReady,

    /// <summary>The cluster has the maximum number of learners (default 1).</summary>
    TooManyLearners,

    /// <summary>The answer comes from another cluster.</summary>
    ClusterIdMismatch,

    /// <summary>The request is larger than the server's limit (default 1.5 MiB).</summary>
    RequestTooLarge,

    /// <summary>The server is overloaded and refused this request.</summary>
    TooManyRequests,

    /// <summary>Authentication needs a user named root.</summary>
    RootUserNotExist,

    /// <summary>The user root needs the role root.</summary>
    RootRoleNotExist,

    /// <summary>A user with that name exists.</summary>
    UserExists,

    /// <summary>Authentication is on and the request has no user.</summary>
    UserEmpty,

    /// <summary>No user with that name.</summary>
    UserNotFound,

    /// <summary>A role with that name exists.</summary>
    RoleExists,

    /// <summary>No role with that name.</summary>
    RoleNotFound,

    /// <summary>No role name was given.</summary>
    RoleEmpty,

    /// <summary>The user name or the password is wrong.</summary>
    AuthFailed,

    /// <summary>No permission was given.</summary>
    PermissionNotGiven,

    /// <summary>The user does not have the permission.</summary>
    PermissionDenied,

    /// <summary>The user does not have that role.</summary>
    RoleNotGranted,

    /// <summary>The role does not have that permission.</summary>
    PermissionNotGranted,

    /// <summary>Authentication is off.</summary>
    AuthNotEnabled,

    /// <summary>The token is not valid, or no longer valid.</summary>
    InvalidAuthToken,

    /// <summary>The change would break authentication, for instance revoke the role root from the user root while authentication is on.</summary>
    InvalidAuthManagement,

    /// <summary>Users or roles changed since the token was made.</summary>
    AuthOldRevision,

    /// <summary>The cluster has no leader, and so no quorum.</summary>
    NoLeader,

    /// <summary>Only the leader can do this.</summary>
    NotLeader,

    /// <summary>The leader changed during the request.</summary>
    LeaderChanged,

    /// <summary>The cluster's version does not support this call.</summary>
    NotCapable,

    /// <summary>The member is stopping.</summary>
    Stopped,

    /// <summary>The cluster did not agree on the request in time.</summary>
    RequestTimeout,

    /// <summary>The cluster did not agree in time, perhaps because a leader failed.</summary>
    RequestTimeoutLeaderFailure,

    /// <summary>The cluster did not agree in time, perhaps because members lost their connections.</summary>
    RequestTimeoutConnectionLost,

    /// <summary>The member is too far behind to answer in time.</summary>
    RequestTimeoutAppliedIndex,

    /// <summary>The cluster is not healthy enough for a change of members.</summary>
    Unhealthy,

    /// <summary>The cluster found its data corrupt.</summary>
    Corrupt,

    /// <summary>A learner does not support this call.</summary>
    NotSupportedForLearner,

    /// <summary>The member cannot become the leader.</summary>
    BadLeaderTransferee,

    /// <summary>The downgrade target is not a version.</summary>
    WrongDowngradeVersionFormat,

    /// <summary>Only the next lower minor version can be the target.</summary>
    InvalidDowngradeTargetVersion,

    /// <summary>The cluster version is not known yet.</summary>
    ClusterVersionUnavailable,

    /// <summary>A downgrade is under way.</summary>
    DowngradeInProcess,

    /// <summary>No downgrade is under way.</summary>
    NoInflightDowngrade,

    /// <summary>The request was cancelled.</summary>
    RequestCanceled,

    /// <summary>The deadline passed in the server.</summary>
    DeadlineExceeded,

    /// <summary>The election has no leader.</summary>
    ElectionNoLeader,

    /// <summary>Another client is the leader of the election.</summary>
    ElectionNotLeader,
}
