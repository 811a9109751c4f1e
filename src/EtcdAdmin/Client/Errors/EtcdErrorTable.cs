using System.Collections.Frozen;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Client.Errors;

/// <summary>The meaning of one of etcd's error messages.</summary>
/// <param name="Error">The meaning.</param>
/// <param name="ErrorId">One of <see cref="EtcdErrorIds"/>.</param>
/// <param name="NextStep">What the operator does next.</param>
internal sealed record EtcdErrorMeaning(EtcdError Error, string ErrorId, string NextStep);

/// <summary>Maps the server's message to its meaning, or its gRPC code if the message is unknown.</summary>
/// <remarks>Source of the messages: etcd <c>api/v3rpc/rpctypes/error.go</c>, and <c>server/auth/store.go</c> for "auth:". A call that checks
/// permissions itself returns the latter: all of Maintenance except Status and Alarm (v3.3 to v3.6, <c>v3rpc/maintenance.go</c>).</remarks>
internal static class EtcdErrorTable
{
    private const string TryAgain = "Try again in a moment. Get-EtcdHealth shows which members are up and whether they have a quorum.";
    private const string MayHaveHappened = "Get-EtcdHealth shows which members are up and whether they have a quorum. "
        + "If this was a change, check whether it was applied before you repeat it.";
    private const string ReplaceDamaged = "Find the member whose data differs (Get-EtcdAlarm, or Get-EtcdHealth -CheckHash), and replace it from the "
        + "others, which also disarms the alarm (Repair-EtcdMember -Reason Corruption).";
    private const string SeeMembers = "Get-EtcdMember lists the members.";
    private const string SeeUsers = "'etcdctl user list' shows the users.";
    private const string SeeRoles = "'etcdctl role list' shows the roles.";
    private const string SeeLog = "Read the log of the member that answered.";
    private const string CheckArguments = "Correct the arguments of the call as described in the server's message.";
    private const string OlderMembers = "This call needs a newer etcd version: use an endpoint with a newer version, or upgrade the members.";
    private const string RaiseRequestSize = "Send smaller requests, or raise max-request-bytes on the members (Set-EtcdConfiguration).";

    private static readonly FrozenDictionary<string, EtcdErrorMeaning> Sentences = new Dictionary<string, EtcdErrorMeaning>
    {
        ["etcdserver: key is not provided"] =
            new(EtcdError.EmptyKey, EtcdErrorIds.InvalidRequest,
                "Supply a key that is not empty."),
        ["etcdserver: key not found"] =
            new(EtcdError.KeyNotFound, EtcdErrorIds.KeyNotFound,
                "This put keeps the current value or lease (--ignore-value, --ignore-lease), but the key does not exist. Create the key first."),
        ["etcdserver: value is provided"] =
            new(EtcdError.ValueProvided, EtcdErrorIds.InvalidRequest,
                "Supply a value or keep the current value (--ignore-value), not both."),
        ["etcdserver: lease is provided"] =
            new(EtcdError.LeaseProvided, EtcdErrorIds.InvalidRequest,
                "Supply a lease or keep the current lease (--ignore-lease), not both."),
        ["etcdserver: too many operations in txn request"] =
            new(EtcdError.TooManyOperations, EtcdErrorIds.RequestTooLarge,
                "Split the transaction, or raise --max-txn-ops on the members."),
        ["etcdserver: duplicate key given in txn request"] =
            new(EtcdError.DuplicateKey, EtcdErrorIds.InvalidRequest,
                "Change each key only once in a transaction."),
        ["etcdserver: invalid client api version"] =
            new(EtcdError.InvalidClientApiVersion, EtcdErrorIds.NotSupported,
                "Check that the endpoint runs etcd 3.0 or newer."),
        ["etcdserver: invalid sort option"] =
            new(EtcdError.InvalidSortOption, EtcdErrorIds.InvalidRequest,
                "Sort by key, version, create revision, mod revision or value, ascending or descending."),
        ["etcdserver: mvcc: required revision has been compacted"] =
            new(EtcdError.Compacted, EtcdErrorIds.Compacted,
                "Start from a newer revision."),
        ["etcdserver: mvcc: required revision is a future revision"] =
            new(EtcdError.FutureRevision, EtcdErrorIds.FutureRevision,
                "Use a revision that the cluster has reached. "
                    + "If clients have seen this revision before, the cluster has been restored from an older snapshot."),
        ["etcdserver: mvcc: database space exceeded"] =
            new(EtcdError.NoSpace, EtcdErrorIds.NoSpace,
                "Compact old revisions, defragment the members one at a time, then disarm the alarm (Clear-EtcdAlarm). "
                    + "If the current keys fill the quota, delete keys first or raise quota-backend-bytes."),
        ["etcdserver: requested lease not found"] =
            new(EtcdError.LeaseNotFound, EtcdErrorIds.LeaseNotFound,
                "The lease has expired or was revoked: grant a new lease."),
        ["etcdserver: lease already exists"] =
            new(EtcdError.LeaseExists, EtcdErrorIds.AlreadyExists,
                "Choose another lease id, or let etcd choose one."),
        ["etcdserver: too large lease TTL"] =
            new(EtcdError.LeaseTtlTooLarge, EtcdErrorIds.InvalidRequest,
                "Use a TTL of at most 9,000,000,000 seconds."),
        ["etcdserver: watch canceled"] =
            new(EtcdError.WatchCanceled, EtcdErrorIds.ServerError,
                "Start the watch again."),
        ["etcdserver: member ID already exist"] =
            new(EtcdError.MemberExists, EtcdErrorIds.AlreadyExists,
                SeeMembers),
        ["etcdserver: Peer URLs already exists"] =
            new(EtcdError.PeerUrlExists, EtcdErrorIds.AlreadyExists,
                "Get-EtcdMember shows the member with these peer URLs. Remove that member first, or use other peer URLs."),
        ["etcdserver: re-configuration failed due to not enough started members"] =
            new(EtcdError.NotEnoughStartedMembers, EtcdErrorIds.QuorumAtRisk,
                "First start or remove the members that are listed without a name."),
        ["etcdserver: given member URLs are invalid"] =
            new(EtcdError.MemberBadUrls, EtcdErrorIds.InvalidRequest,
                "Use peer URLs like https://10.0.0.1:2380."),
        ["etcdserver: member not found"] =
            new(EtcdError.MemberNotFound, EtcdErrorIds.MemberNotFound,
                SeeMembers),
        ["etcdserver: can only promote a learner member"] =
            new(EtcdError.MemberNotLearner, EtcdErrorIds.RequestRefused,
                "It is a voter already. " + SeeMembers),
        ["etcdserver: can only promote a learner member which is in sync with leader"] =
            new(EtcdError.LearnerNotReady, EtcdErrorIds.LearnerNotReady,
                "Wait until the learner has caught up, then promote it again."),
        ["etcdserver: too many learner members in cluster"] =
            new(EtcdError.TooManyLearners, EtcdErrorIds.RequestRefused,
                "First promote or remove the current learner."),
        ["etcdserver: cluster ID mismatch"] =
            new(EtcdError.ClusterIdMismatch, EtcdErrorIds.ServerError,
                "Check the endpoints: this member belongs to another cluster."),
        ["etcdserver: request is too large"] =
            new(EtcdError.RequestTooLarge, EtcdErrorIds.RequestTooLarge,
                RaiseRequestSize),
        ["etcdserver: too many requests"] =
            new(EtcdError.TooManyRequests, EtcdErrorIds.Unavailable,
                "Send fewer requests at once, and try again in a moment."),
        ["etcdserver: root user does not exist"] =
            new(EtcdError.RootUserNotExist, EtcdErrorIds.RequestRefused,
                "Add the root user (etcdctl user add root) and grant it the root role, then enable authentication."),
        ["etcdserver: root user does not have root role"] =
            new(EtcdError.RootRoleNotExist, EtcdErrorIds.RequestRefused,
                "Grant the root role to the root user (etcdctl user grant-role root root)."),
        ["etcdserver: user name already exists"] =
            new(EtcdError.UserExists, EtcdErrorIds.AlreadyExists,
                "Choose another name, or change the user that exists."),
        ["etcdserver: user name is empty"] =
            new(EtcdError.UserEmpty, EtcdErrorIds.AuthFailed,
                "Supply user and password with -Credential."),
        ["etcdserver: user name not found"] =
            new(EtcdError.UserNotFound, EtcdErrorIds.UserNotFound,
                SeeUsers),
        ["etcdserver: role name already exists"] =
            new(EtcdError.RoleExists, EtcdErrorIds.AlreadyExists,
                "Choose another name, or change the role that exists."),
        ["etcdserver: role name not found"] =
            new(EtcdError.RoleNotFound, EtcdErrorIds.RoleNotFound,
                SeeRoles),
        ["etcdserver: role name is empty"] =
            new(EtcdError.RoleEmpty, EtcdErrorIds.InvalidRequest,
                "Supply the name of a role."),
        ["etcdserver: authentication failed, invalid user ID or password"] =
            new(EtcdError.AuthFailed, EtcdErrorIds.AuthFailed,
                "Check the user name and password."),
        ["etcdserver: permission not given"] =
            new(EtcdError.PermissionNotGiven, EtcdErrorIds.InvalidRequest,
                "Supply the permission: a key or a range, and read, write or readwrite."),
        ["etcdserver: permission denied"] =
            new(EtcdError.PermissionDenied, EtcdErrorIds.PermissionDenied,
                "Use a user with a role that has this permission, or grant it (etcdctl role grant-permission)."),
        ["etcdserver: role is not granted to the user"] =
            new(EtcdError.RoleNotGranted, EtcdErrorIds.RoleNotFound,
                "'etcdctl user get USER' shows the roles of a user."),
        ["etcdserver: permission is not granted to the role"] =
            new(EtcdError.PermissionNotGranted, EtcdErrorIds.PermissionNotFound,
                "'etcdctl role get ROLE' shows the permissions of a role."),
        ["etcdserver: authentication is not enabled"] =
            new(EtcdError.AuthNotEnabled, EtcdErrorIds.RequestRefused,
                "Enable authentication first (etcdctl auth enable)."),
        ["etcdserver: invalid auth token"] =
            new(EtcdError.InvalidAuthToken, EtcdErrorIds.AuthFailed,
                "Repeat the call. If it fails again, compare --auth-token on all members: each member must accept the tokens of all members."),
        ["auth: authentication failed, password was given for no password user"] =
            new(EtcdError.AuthFailed, EtcdErrorIds.AuthFailed,
                "This user has no password and logs in with a client certificate only: supply that certificate and no -Credential."),
        ["etcdserver: invalid auth management"] =
            new(EtcdError.InvalidAuthManagement, EtcdErrorIds.RequestRefused,
                "While authentication is enabled, the root user and the root role cannot be deleted, and the root role cannot be revoked from the "
                    + "root user. If you granted a permission for a key range, its end must sort after its start."),
        ["etcdserver: revision of auth store is old"] =
            new(EtcdError.AuthOldRevision, EtcdErrorIds.AuthFailed,
                "Repeat the call: users or roles were changed while it ran."),
        ["auth: revision in header is old"] =
            new(EtcdError.AuthOldRevision, EtcdErrorIds.AuthFailed,
                "Repeat the call: users or roles were changed while it ran."),
        ["etcdserver: no leader"] =
            new(EtcdError.NoLeader, EtcdErrorIds.NoLeader,
                "Start the members that are down."),
        ["etcdserver: not leader"] =
            new(EtcdError.NotLeader, EtcdErrorIds.RequestRefused,
                "Use the leader's endpoint."),
        ["etcdserver: leader changed"] =
            new(EtcdError.LeaderChanged, EtcdErrorIds.Unavailable,
                TryAgain),
        ["etcdserver: not capable"] =
            new(EtcdError.NotCapable, EtcdErrorIds.NotSupported,
                OlderMembers),
        ["etcdserver: server stopped"] =
            new(EtcdError.Stopped, EtcdErrorIds.Unavailable,
                TryAgain),
        ["etcdserver: request timed out"] =
            new(EtcdError.RequestTimeout, EtcdErrorIds.Timeout,
                MayHaveHappened),
        ["etcdserver: request timed out, possibly due to previous leader failure"] =
            new(EtcdError.RequestTimeoutLeaderFailure, EtcdErrorIds.Timeout,
                MayHaveHappened),
        ["etcdserver: request timed out, possibly due to connection lost"] =
            new(EtcdError.RequestTimeoutConnectionLost, EtcdErrorIds.Timeout,
                MayHaveHappened),
        ["etcdserver: request timed out, waiting for the applied index took too long"] =
            new(EtcdError.RequestTimeoutAppliedIndex, EtcdErrorIds.Timeout,
                MayHaveHappened),
        ["etcdserver: unhealthy cluster"] =
            new(EtcdError.Unhealthy, EtcdErrorIds.QuorumAtRisk,
                "First start the members that are down. If all are up, try again in a few seconds: etcd refuses membership changes until they have "
                    + "been connected for 5 s."),
        ["etcdserver: corrupt cluster"] =
            new(EtcdError.Corrupt, EtcdErrorIds.Corrupt,
                ReplaceDamaged),
        ["etcdserver: rpc not supported for learner"] =
            new(EtcdError.NotSupportedForLearner, EtcdErrorIds.RequestRefused,
                "Use the endpoint of a voting member."),
        ["etcdserver: bad leader transferee"] =
            new(EtcdError.BadLeaderTransferee, EtcdErrorIds.RequestRefused,
                "Choose a voting member that is up. " + SeeMembers),
        ["etcdserver: wrong downgrade target version format"] =
            new(EtcdError.WrongDowngradeVersionFormat, EtcdErrorIds.InvalidRequest,
                "Use a version like 3.5."),
        ["etcdserver: invalid downgrade target version"] =
            new(EtcdError.InvalidDowngradeTargetVersion, EtcdErrorIds.InvalidRequest,
                "The target must be one minor version below the version of the cluster."),
        ["etcdserver: cluster version not found during downgrade"] =
            new(EtcdError.ClusterVersionUnavailable, EtcdErrorIds.Unavailable,
                "Start all members, and try again once the cluster has agreed on its version."),
        ["etcdserver: cluster has a downgrade job in progress"] =
            new(EtcdError.DowngradeInProcess, EtcdErrorIds.RequestRefused,
                "Wait until it has finished, or cancel it: etcdctl downgrade cancel."),
        ["etcdserver: no inflight downgrade job"] =
            new(EtcdError.NoInflightDowngrade, EtcdErrorIds.RequestRefused,
                "Start a downgrade: etcdctl downgrade enable VERSION."),
        ["etcdserver: request canceled"] =
            new(EtcdError.RequestCanceled, EtcdErrorIds.ServerError,
                TryAgain),
        ["etcdserver: context deadline exceeded"] =
            new(EtcdError.DeadlineExceeded, EtcdErrorIds.Timeout,
                MayHaveHappened),
        ["context deadline exceeded"] =
            new(EtcdError.DeadlineExceeded, EtcdErrorIds.Timeout,
                MayHaveHappened),
        ["election: no leader"] =
            new(EtcdError.ElectionNoLeader, EtcdErrorIds.KeyNotFound,
                "Campaign for the leadership, or wait until the election has a leader."),
        ["election: not leader"] =
            new(EtcdError.ElectionNotLeader, EtcdErrorIds.RequestRefused,
                "Campaign for the leadership first."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The meaning of an answer.</summary>
    public static EtcdErrorMeaning Find(GrpcStatusCode status, string sentence) =>
        Sentences.TryGetValue(sentence, out EtcdErrorMeaning? meaning) || Sentences.TryGetValue(Outer(sentence), out meaning)
        ? meaning
        : ByCode(status);

    /// <summary>Maps an internal message of etcd to its public form; most differ only in the first word.</summary>
    private static string Outer(string sentence) => sentence switch
    {
        "auth: user not found" => "etcdserver: user name not found",
        "auth: user already exists" => "etcdserver: user name already exists",
        "auth: role not found" => "etcdserver: role name not found",
        "auth: role already exists" => "etcdserver: role name already exists",
        _ when sentence.StartsWith("auth: ", StringComparison.Ordinal) => string.Concat("etcdserver: ", sentence.AsSpan("auth: ".Length)),
        _ => sentence,
    };

    private static EtcdErrorMeaning ByCode(GrpcStatusCode status) => status switch
    {
        GrpcStatusCode.InvalidArgument or GrpcStatusCode.OutOfRange =>
            new(EtcdError.Unknown, EtcdErrorIds.InvalidRequest, CheckArguments),
        GrpcStatusCode.DeadlineExceeded => new(EtcdError.DeadlineExceeded, EtcdErrorIds.Timeout, MayHaveHappened),
        GrpcStatusCode.NotFound => new(EtcdError.Unknown, EtcdErrorIds.ServerError, CheckArguments),
        GrpcStatusCode.AlreadyExists => new(EtcdError.Unknown, EtcdErrorIds.AlreadyExists, CheckArguments),
        GrpcStatusCode.PermissionDenied => new(EtcdError.PermissionDenied, EtcdErrorIds.PermissionDenied,
            "Use a user with a role that has this permission, or grant it (etcdctl role grant-permission)."),
        GrpcStatusCode.ResourceExhausted => new(EtcdError.Unknown, EtcdErrorIds.RequestTooLarge, RaiseRequestSize),
        GrpcStatusCode.Unimplemented => new(EtcdError.NotCapable, EtcdErrorIds.NotSupported,
            OlderMembers),
        GrpcStatusCode.Unavailable => new(EtcdError.Unknown, EtcdErrorIds.Unavailable, TryAgain),
        GrpcStatusCode.DataLoss => new(EtcdError.Unknown, EtcdErrorIds.Corrupt,
            ReplaceDamaged),
        GrpcStatusCode.Unauthenticated => new(EtcdError.Unknown, EtcdErrorIds.AuthFailed, "Check the user name and password."),
        _ => new(EtcdError.Unknown, EtcdErrorIds.ServerError, SeeLog),
    };
}
