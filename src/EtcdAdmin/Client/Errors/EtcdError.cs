namespace EtcdAdmin.Client.Errors;

/// <summary>What etcd's own sentences mean; several of them share one gRPC code, so the code alone does not tell.</summary>
/// <remarks>Source: etcd <c>api/v3rpc/rpctypes/error.go</c>, v3.3 to main.</remarks>
public enum EtcdError
{
    /// <summary>The call failed before or beside etcd: no connection, TLS, deadline, protocol.</summary>
    None,

    /// <summary>The server answered with a sentence that is not in the table; the message has it whole.</summary>
    Unknown,

    /// <summary>No key was given.</summary>
    EmptyKey,

    /// <summary>The key does not exist.</summary>
    KeyNotFound,

    /// <summary>A value was given together with "keep the value".</summary>
    ValueProvided,

    /// <summary>A lease was given together with "keep the lease".</summary>
    LeaseProvided,

    /// <summary>The transaction has more operations than the server takes (128 unless configured).</summary>
    TooManyOperations,

    /// <summary>The transaction writes one key twice.</summary>
    DuplicateKey,

    /// <summary>The server refuses the client's API version.</summary>
    InvalidClientApiVersion,

    /// <summary>The server does not know the sort order or target.</summary>
    InvalidSortOption,

    /// <summary>The revision has been compacted away.</summary>
    Compacted,

    /// <summary>The revision does not exist yet.</summary>
    FutureRevision,

    /// <summary>The database quota is used up; the cluster takes no writes that grow it.</summary>
    NoSpace,

    /// <summary>No lease of that id.</summary>
    LeaseNotFound,

    /// <summary>A lease of that id exists.</summary>
    LeaseExists,

    /// <summary>The TTL is above etcd's limit of 9,000,000,000 seconds.</summary>
    LeaseTtlTooLarge,

    /// <summary>The server ended a watch.</summary>
    WatchCanceled,

    /// <summary>A member of that id exists.</summary>
    MemberExists,

    /// <summary>Another member has that peer URL.</summary>
    PeerUrlExists,

    /// <summary>The change would leave too few started members for a quorum.</summary>
    NotEnoughStartedMembers,

    /// <summary>The peer URLs are not valid.</summary>
    MemberBadUrls,

    /// <summary>No member of that id.</summary>
    MemberNotFound,

    /// <summary>Only a learner can be promoted.</summary>
    MemberNotLearner,

    /// <summary>The learner has not caught up with the leader.</summary>
    LearnerNotReady,

    /// <summary>The cluster has as many learners as it takes (one unless configured).</summary>
    TooManyLearners,

    /// <summary>The answer comes from another cluster.</summary>
    ClusterIdMismatch,

    /// <summary>The request is larger than the server takes (1.5 MiB unless configured).</summary>
    RequestTooLarge,

    /// <summary>The server has too much work waiting and took this request not.</summary>
    TooManyRequests,

    /// <summary>Authentication needs a user named root.</summary>
    RootUserNotExist,

    /// <summary>The user root needs the role root.</summary>
    RootRoleNotExist,

    /// <summary>A user of that name exists.</summary>
    UserExists,

    /// <summary>Authentication is on and the request names no user.</summary>
    UserEmpty,

    /// <summary>No user of that name.</summary>
    UserNotFound,

    /// <summary>A role of that name exists.</summary>
    RoleExists,

    /// <summary>No role of that name.</summary>
    RoleNotFound,

    /// <summary>No role name was given.</summary>
    RoleEmpty,

    /// <summary>The user name or the password is wrong.</summary>
    AuthFailed,

    /// <summary>No permission was given.</summary>
    PermissionNotGiven,

    /// <summary>The user may not do this.</summary>
    PermissionDenied,

    /// <summary>The user does not have that role.</summary>
    RoleNotGranted,

    /// <summary>The role does not have that permission.</summary>
    PermissionNotGranted,

    /// <summary>Authentication is off.</summary>
    AuthNotEnabled,

    /// <summary>The token is not, or no longer, valid.</summary>
    InvalidAuthToken,

    /// <summary>The change would break authentication, for instance take root from the user root while it is on.</summary>
    InvalidAuthManagement,

    /// <summary>Users or roles changed since the token was made.</summary>
    AuthOldRevision,

    /// <summary>The cluster has no leader, hence no quorum.</summary>
    NoLeader,

    /// <summary>Only the leader does this.</summary>
    NotLeader,

    /// <summary>The leader changed while the request was under way.</summary>
    LeaderChanged,

    /// <summary>The cluster's version does not know this.</summary>
    NotCapable,

    /// <summary>The member is stopping.</summary>
    Stopped,

    /// <summary>The cluster did not agree on the request in time.</summary>
    RequestTimeout,

    /// <summary>No agreement in time, perhaps because a leader failed.</summary>
    RequestTimeoutLeaderFailure,

    /// <summary>No agreement in time, perhaps because members lost each other.</summary>
    RequestTimeoutConnectionLost,

    /// <summary>The member is too far behind to answer in time.</summary>
    RequestTimeoutAppliedIndex,

    /// <summary>The cluster is not healthy enough for a change of members.</summary>
    Unhealthy,

    /// <summary>The cluster found its data corrupt.</summary>
    Corrupt,

    /// <summary>A learner does not answer this.</summary>
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

    /// <summary>The request was given up.</summary>
    RequestCanceled,

    /// <summary>The deadline passed in the server.</summary>
    DeadlineExceeded,

    /// <summary>Nobody leads the election.</summary>
    ElectionNoLeader,

    /// <summary>Somebody else leads the election.</summary>
    ElectionNotLeader,
}
