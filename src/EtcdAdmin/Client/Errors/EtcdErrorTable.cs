using System.Collections.Frozen;

namespace EtcdAdmin.Client;

/// <summary>What one sentence of etcd means to us.</summary>
/// <param name="Error">The meaning.</param>
/// <param name="ErrorId">One of <see cref="EtcdErrorIds"/>.</param>
/// <param name="Kind">What sort of thing went wrong.</param>
/// <param name="NextStep">What the operator does next; null where the sentence says it all.</param>
internal sealed record EtcdErrorMeaning(EtcdError Error, string ErrorId, EtcdErrorKind Kind, string? NextStep = null);

/// <summary>From the server's sentence, and where that is unknown its gRPC code, to one meaning.</summary>
/// <remarks>
/// Source of the sentences: etcd <c>api/v3rpc/rpctypes/error.go</c>, and <c>server/auth/store.go</c> for "auth:". The latter come
/// where a call looks at permissions itself: all of Maintenance but Status and Alarm (v3.3 to v3.6, <c>v3rpc/maintenance.go</c>).
/// </remarks>
internal static class EtcdErrorTable
{
    private const string RaiseRequestSize = "Send less at once, or raise max-request-bytes on the members (Set-EtcdConfiguration).";

    private static readonly FrozenDictionary<string, EtcdErrorMeaning> Sentences = new Dictionary<string, EtcdErrorMeaning>
    {
        ["etcdserver: key is not provided"] =
            new(EtcdError.EmptyKey, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: key not found"] =
            new(EtcdError.KeyNotFound, EtcdErrorIds.KeyNotFound, EtcdErrorKind.NotFound),
        ["etcdserver: value is provided"] =
            new(EtcdError.ValueProvided, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: lease is provided"] =
            new(EtcdError.LeaseProvided, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: too many operations in txn request"] =
            new(EtcdError.TooManyOperations, EtcdErrorIds.RequestTooLarge, EtcdErrorKind.InvalidInput,
                "Split the transaction, or raise --max-txn-ops on the members."),
        ["etcdserver: duplicate key given in txn request"] =
            new(EtcdError.DuplicateKey, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: invalid client api version"] =
            new(EtcdError.InvalidClientApiVersion, EtcdErrorIds.NotSupported, EtcdErrorKind.NotSupported),
        ["etcdserver: invalid sort option"] =
            new(EtcdError.InvalidSortOption, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: mvcc: required revision has been compacted"] =
            new(EtcdError.Compacted, EtcdErrorIds.Compacted, EtcdErrorKind.InvalidInput,
                "Start from a newer revision."),
        ["etcdserver: mvcc: required revision is a future revision"] =
            new(EtcdError.FutureRevision, EtcdErrorIds.FutureRevision, EtcdErrorKind.InvalidInput),
        ["etcdserver: mvcc: database space exceeded"] =
            new(EtcdError.NoSpace, EtcdErrorIds.NoSpace, EtcdErrorKind.QuotaExceeded,
                "Compact, defragment every member, then disarm the NOSPACE alarm."),
        ["etcdserver: requested lease not found"] =
            new(EtcdError.LeaseNotFound, EtcdErrorIds.LeaseNotFound, EtcdErrorKind.NotFound),
        ["etcdserver: lease already exists"] =
            new(EtcdError.LeaseExists, EtcdErrorIds.AlreadyExists, EtcdErrorKind.AlreadyExists),
        ["etcdserver: too large lease TTL"] =
            new(EtcdError.LeaseTtlTooLarge, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: watch canceled"] =
            new(EtcdError.WatchCanceled, EtcdErrorIds.ServerError, EtcdErrorKind.Other),
        ["etcdserver: member ID already exist"] =
            new(EtcdError.MemberExists, EtcdErrorIds.AlreadyExists, EtcdErrorKind.AlreadyExists),
        ["etcdserver: Peer URLs already exists"] =
            new(EtcdError.PeerUrlExists, EtcdErrorIds.AlreadyExists, EtcdErrorKind.AlreadyExists),
        ["etcdserver: re-configuration failed due to not enough started members"] =
            new(EtcdError.NotEnoughStartedMembers, EtcdErrorIds.QuorumAtRisk, EtcdErrorKind.InvalidOperation,
                "Start the members that are listed without a name, or remove them, first."),
        ["etcdserver: given member URLs are invalid"] =
            new(EtcdError.MemberBadUrls, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: member not found"] =
            new(EtcdError.MemberNotFound, EtcdErrorIds.MemberNotFound, EtcdErrorKind.NotFound),
        ["etcdserver: can only promote a learner member"] =
            new(EtcdError.MemberNotLearner, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation),
        ["etcdserver: can only promote a learner member which is in sync with leader"] =
            new(EtcdError.LearnerNotReady, EtcdErrorIds.LearnerNotReady, EtcdErrorKind.InvalidOperation,
                "Wait until the learner has caught up, then promote it again."),
        ["etcdserver: too many learner members in cluster"] =
            new(EtcdError.TooManyLearners, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation,
                "Promote or remove the present learner first."),
        ["etcdserver: cluster ID mismatch"] =
            new(EtcdError.ClusterIdMismatch, EtcdErrorIds.ServerError, EtcdErrorKind.InvalidOperation),
        ["etcdserver: request is too large"] =
            new(EtcdError.RequestTooLarge, EtcdErrorIds.RequestTooLarge, EtcdErrorKind.InvalidInput,
                RaiseRequestSize),
        ["etcdserver: too many requests"] =
            new(EtcdError.TooManyRequests, EtcdErrorIds.Unavailable, EtcdErrorKind.Unavailable),
        ["etcdserver: root user does not exist"] =
            new(EtcdError.RootUserNotExist, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation,
                "Add the user root, then enable authentication."),
        ["etcdserver: root user does not have root role"] =
            new(EtcdError.RootRoleNotExist, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation,
                "Grant the role root to the user root."),
        ["etcdserver: user name already exists"] =
            new(EtcdError.UserExists, EtcdErrorIds.AlreadyExists, EtcdErrorKind.AlreadyExists),
        ["etcdserver: user name is empty"] =
            new(EtcdError.UserEmpty, EtcdErrorIds.AuthFailed, EtcdErrorKind.Authentication,
                "Give a user name and password."),
        ["etcdserver: user name not found"] =
            new(EtcdError.UserNotFound, EtcdErrorIds.UserNotFound, EtcdErrorKind.NotFound),
        ["etcdserver: role name already exists"] =
            new(EtcdError.RoleExists, EtcdErrorIds.AlreadyExists, EtcdErrorKind.AlreadyExists),
        ["etcdserver: role name not found"] =
            new(EtcdError.RoleNotFound, EtcdErrorIds.RoleNotFound, EtcdErrorKind.NotFound),
        ["etcdserver: role name is empty"] =
            new(EtcdError.RoleEmpty, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: authentication failed, invalid user ID or password"] =
            new(EtcdError.AuthFailed, EtcdErrorIds.AuthFailed, EtcdErrorKind.Authentication),
        ["etcdserver: permission not given"] =
            new(EtcdError.PermissionNotGiven, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: permission denied"] =
            new(EtcdError.PermissionDenied, EtcdErrorIds.PermissionDenied, EtcdErrorKind.PermissionDenied),
        ["etcdserver: role is not granted to the user"] =
            new(EtcdError.RoleNotGranted, EtcdErrorIds.RoleNotFound, EtcdErrorKind.NotFound),
        ["etcdserver: permission is not granted to the role"] =
            new(EtcdError.PermissionNotGranted, EtcdErrorIds.InvalidRequest, EtcdErrorKind.NotFound),
        ["etcdserver: authentication is not enabled"] =
            new(EtcdError.AuthNotEnabled, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation),
        ["etcdserver: invalid auth token"] =
            new(EtcdError.InvalidAuthToken, EtcdErrorIds.AuthFailed, EtcdErrorKind.Authentication),
        ["auth: authentication failed, password was given for no password user"] =
            new(EtcdError.AuthFailed, EtcdErrorIds.AuthFailed, EtcdErrorKind.Authentication,
                "This user has no password and logs in with a client certificate alone: give that one and no credential."),
        ["etcdserver: invalid auth management"] =
            new(EtcdError.InvalidAuthManagement, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation),
        ["etcdserver: revision of auth store is old"] =
            new(EtcdError.AuthOldRevision, EtcdErrorIds.AuthFailed, EtcdErrorKind.Authentication),
        ["auth: revision in header is old"] =
            new(EtcdError.AuthOldRevision, EtcdErrorIds.AuthFailed, EtcdErrorKind.Authentication),
        ["etcdserver: no leader"] =
            new(EtcdError.NoLeader, EtcdErrorIds.NoLeader, EtcdErrorKind.Unavailable,
                "Start the members that are down."),
        ["etcdserver: not leader"] =
            new(EtcdError.NotLeader, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation,
                "Ask the leader."),
        ["etcdserver: leader changed"] =
            new(EtcdError.LeaderChanged, EtcdErrorIds.Unavailable, EtcdErrorKind.Unavailable),
        ["etcdserver: not capable"] =
            new(EtcdError.NotCapable, EtcdErrorIds.NotSupported, EtcdErrorKind.NotSupported),
        ["etcdserver: server stopped"] =
            new(EtcdError.Stopped, EtcdErrorIds.Unavailable, EtcdErrorKind.Unavailable),
        ["etcdserver: request timed out"] =
            new(EtcdError.RequestTimeout, EtcdErrorIds.Timeout, EtcdErrorKind.Timeout),
        ["etcdserver: request timed out, possibly due to previous leader failure"] =
            new(EtcdError.RequestTimeoutLeaderFailure, EtcdErrorIds.Timeout, EtcdErrorKind.Timeout),
        ["etcdserver: request timed out, possibly due to connection lost"] =
            new(EtcdError.RequestTimeoutConnectionLost, EtcdErrorIds.Timeout, EtcdErrorKind.Timeout),
        ["etcdserver: request timed out, waiting for the applied index took too long"] =
            new(EtcdError.RequestTimeoutAppliedIndex, EtcdErrorIds.Timeout, EtcdErrorKind.Timeout),
        ["etcdserver: unhealthy cluster"] =
            new(EtcdError.Unhealthy, EtcdErrorIds.QuorumAtRisk, EtcdErrorKind.Unavailable,
                "Bring the members that are down back first."),
        ["etcdserver: corrupt cluster"] =
            new(EtcdError.Corrupt, EtcdErrorIds.Corrupt, EtcdErrorKind.InvalidData,
                "Find the member that differs, and replace it."),
        ["etcdserver: rpc not supported for learner"] =
            new(EtcdError.NotSupportedForLearner, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation,
                "Ask a voting member."),
        ["etcdserver: bad leader transferee"] =
            new(EtcdError.BadLeaderTransferee, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation),
        ["etcdserver: wrong downgrade target version format"] =
            new(EtcdError.WrongDowngradeVersionFormat, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: invalid downgrade target version"] =
            new(EtcdError.InvalidDowngradeTargetVersion, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        ["etcdserver: cluster version not found during downgrade"] =
            new(EtcdError.ClusterVersionUnavailable, EtcdErrorIds.Unavailable, EtcdErrorKind.Unavailable),
        ["etcdserver: cluster has a downgrade job in progress"] =
            new(EtcdError.DowngradeInProcess, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation),
        ["etcdserver: no inflight downgrade job"] =
            new(EtcdError.NoInflightDowngrade, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation),
        ["etcdserver: request canceled"] =
            new(EtcdError.RequestCanceled, EtcdErrorIds.ServerError, EtcdErrorKind.Other),
        ["etcdserver: context deadline exceeded"] =
            new(EtcdError.DeadlineExceeded, EtcdErrorIds.Timeout, EtcdErrorKind.Timeout),
        ["context deadline exceeded"] =
            new(EtcdError.DeadlineExceeded, EtcdErrorIds.Timeout, EtcdErrorKind.Timeout),
        ["election: no leader"] =
            new(EtcdError.ElectionNoLeader, EtcdErrorIds.KeyNotFound, EtcdErrorKind.NotFound),
        ["election: not leader"] =
            new(EtcdError.ElectionNotLeader, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidOperation),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The meaning of an answer.</summary>
    public static EtcdErrorMeaning Find(GrpcStatusCode status, string sentence) =>
        Sentences.TryGetValue(sentence, out EtcdErrorMeaning? meaning) || Sentences.TryGetValue(Outer(sentence), out meaning) ? meaning : ByCode(status);

    /// <summary>An error of etcd's inside as it is called outside; most differ in their first word alone.</summary>
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
            new(EtcdError.Unknown, EtcdErrorIds.InvalidRequest, EtcdErrorKind.InvalidInput),
        GrpcStatusCode.DeadlineExceeded => new(EtcdError.DeadlineExceeded, EtcdErrorIds.Timeout, EtcdErrorKind.Timeout),
        GrpcStatusCode.NotFound => new(EtcdError.Unknown, EtcdErrorIds.ServerError, EtcdErrorKind.NotFound),
        GrpcStatusCode.AlreadyExists => new(EtcdError.Unknown, EtcdErrorIds.AlreadyExists, EtcdErrorKind.AlreadyExists),
        GrpcStatusCode.PermissionDenied =>
            new(EtcdError.PermissionDenied, EtcdErrorIds.PermissionDenied, EtcdErrorKind.PermissionDenied),
        GrpcStatusCode.ResourceExhausted => new(EtcdError.Unknown, EtcdErrorIds.RequestTooLarge, EtcdErrorKind.QuotaExceeded, RaiseRequestSize),
        GrpcStatusCode.Unimplemented => new(EtcdError.NotCapable, EtcdErrorIds.NotSupported, EtcdErrorKind.NotSupported,
            "Ask a member of a newer etcd version, or do without this call."),
        GrpcStatusCode.Unavailable => new(EtcdError.Unknown, EtcdErrorIds.Unavailable, EtcdErrorKind.Unavailable),
        GrpcStatusCode.DataLoss => new(EtcdError.Unknown, EtcdErrorIds.Corrupt, EtcdErrorKind.InvalidData),
        GrpcStatusCode.Unauthenticated => new(EtcdError.Unknown, EtcdErrorIds.AuthFailed, EtcdErrorKind.Authentication),
        _ => new(EtcdError.Unknown, EtcdErrorIds.ServerError, EtcdErrorKind.Other),
    };
}
