namespace EtcdAdmin.Errors;

/// <summary>The ids of all errors, one per meaning. Scripts match on them, so they are never reworded.</summary>
public static class EtcdErrorIds
{
    /// <summary>An argument cannot be used as given; an <see cref="ArgumentException"/> in the library.</summary>
    public const string InvalidArgument = "EtcdInvalidArgument";

    // Reaching and being let in.
    /// <summary>No connection to the endpoint; nothing was sent.</summary>
    public const string ConnectFailed = "EtcdConnectFailed";

    /// <summary>TLS refused: the authority, the name or the client certificate.</summary>
    public const string TlsFailed = "EtcdTlsFailed";

    /// <summary>No answer in time; a write may have happened.</summary>
    public const string Timeout = "EtcdTimeout";

    /// <summary>A stream or connection broke in the middle.</summary>
    public const string ConnectionLost = "EtcdConnectionLost";

    /// <summary>The user name or password is wrong, or the token is no longer valid.</summary>
    public const string AuthFailed = "EtcdAuthFailed";

    /// <summary>The user may not do this.</summary>
    public const string PermissionDenied = "EtcdPermissionDenied";

    /// <summary>The answer is not gRPC, or not as the protocol says.</summary>
    public const string ProtocolError = "EtcdProtocolError";

    // What the server answers.
    /// <summary>The cluster has no leader, hence no quorum.</summary>
    public const string NoLeader = "EtcdNoLeader";

    /// <summary>The server cannot serve now.</summary>
    public const string Unavailable = "EtcdUnavailable";

    /// <summary>The database quota is used up.</summary>
    public const string NoSpace = "EtcdNoSpace";

    /// <summary>The server found its data corrupt.</summary>
    public const string Corrupt = "EtcdCorrupt";

    /// <summary>The revision asked for has been compacted away.</summary>
    public const string Compacted = "EtcdCompacted";

    /// <summary>The revision asked for does not exist yet.</summary>
    public const string FutureRevision = "EtcdFutureRevision";

    /// <summary>No member of that id or name.</summary>
    public const string MemberNotFound = "EtcdMemberNotFound";

    /// <summary>No such lease.</summary>
    public const string LeaseNotFound = "EtcdLeaseNotFound";

    /// <summary>No such key.</summary>
    public const string KeyNotFound = "EtcdKeyNotFound";

    /// <summary>No such user.</summary>
    public const string UserNotFound = "EtcdUserNotFound";

    /// <summary>No such role.</summary>
    public const string RoleNotFound = "EtcdRoleNotFound";

    /// <summary>A member, lease, user, role or cluster of that name or id exists.</summary>
    public const string AlreadyExists = "EtcdAlreadyExists";

    /// <summary>The learner has not caught up with the leader.</summary>
    public const string LearnerNotReady = "EtcdLearnerNotReady";

    /// <summary>The request is larger than the server takes.</summary>
    public const string RequestTooLarge = "EtcdRequestTooLarge";

    /// <summary>The server refused the request as invalid.</summary>
    public const string InvalidRequest = "EtcdInvalidRequest";

    /// <summary>The server's version does not know this call.</summary>
    public const string NotSupported = "EtcdNotSupported";

    /// <summary>The server refused for a reason that has no id of its own; the message has it.</summary>
    public const string ServerError = "EtcdServerError";

    // Packages.
    /// <summary>No source has this version of etcd.</summary>
    public const string PackageNotFound = "EtcdPackageNotFound";

    /// <summary>A file does not have the checksum it should have.</summary>
    public const string ChecksumMismatch = "EtcdChecksumMismatch";

    /// <summary>The package is for another processor architecture or operating system.</summary>
    public const string ArchitectureMismatch = "EtcdArchitectureMismatch";

    /// <summary>An archive is damaged or holds entries that would leave its folder.</summary>
    public const string ArchiveInvalid = "EtcdArchiveInvalid";

    /// <summary>The file or folder holds no etcd.</summary>
    public const string NotEtcd = "EtcdNotEtcd";

    /// <summary>A download failed.</summary>
    public const string DownloadFailed = "EtcdDownloadFailed";

    // This machine.
    /// <summary>There is no folder in which EtcdAdmin could keep its data.</summary>
    public const string HomeNotFound = "EtcdHomeNotFound";

    // Security.
    /// <summary>A certificate or key cannot be read or does not fit.</summary>
    public const string CertificateInvalid = "EtcdCertificateInvalid";

    /// <summary>A credential package cannot be read.</summary>
    public const string CredentialPackageInvalid = "EtcdCredentialPackageInvalid";

    /// <summary>The cluster speaks plain http, so there are no certificates to work with.</summary>
    public const string TlsNotEnabled = "EtcdTlsNotEnabled";

    // Hosts.
    /// <summary>A script on a host failed.</summary>
    public const string HostCommandFailed = "EtcdHostCommandFailed";

    /// <summary>No way to a host of that name is known.</summary>
    public const string HostUnknown = "EtcdHostUnknown";

    /// <summary>A host does not answer to ssh: unknown name, refused, no route, no answer in time.</summary>
    public const string HostUnreachable = "EtcdHostUnreachable";

    /// <summary>A host showed a key that this machine does not know.</summary>
    public const string HostKeyUnknown = "EtcdHostKeyUnknown";

    /// <summary>A host showed another key than this machine knows of it.</summary>
    public const string HostKeyChanged = "EtcdHostKeyChanged";

    /// <summary>A host does not let the user in.</summary>
    public const string HostAuthFailed = "EtcdHostAuthFailed";

    /// <summary>A host let the user in but runs no POSIX shell for it.</summary>
    public const string HostShellFailed = "EtcdHostShellFailed";

    /// <summary>The user of a host cannot become root there.</summary>
    public const string SudoFailed = "EtcdSudoFailed";

    /// <summary>This machine has no ssh client.</summary>
    public const string SshNotFound = "EtcdSshNotFound";

    /// <summary>A host is not fit for etcd: not Linux, not run by systemd.</summary>
    public const string HostNotSupported = "EtcdHostNotSupported";

    /// <summary>The clocks of hosts differ too much.</summary>
    public const string ClockSkew = "EtcdClockSkew";

    /// <summary>A host has an etcd that is not the one in question.</summary>
    public const string EtcdExists = "EtcdExists";

    /// <summary>A port that etcd should have is taken.</summary>
    public const string PortInUse = "EtcdPortInUse";

    /// <summary>A disk is full.</summary>
    public const string DiskFull = "EtcdDiskFull";

    /// <summary>A host has no such block device.</summary>
    public const string DeviceNotFound = "EtcdDeviceNotFound";

    /// <summary>A block device is mounted, has partitions, or belongs to something else.</summary>
    public const string DeviceInUse = "EtcdDeviceInUse";

    /// <summary>A block device carries a file system, a partition table or the like.</summary>
    public const string DeviceNotEmpty = "EtcdDeviceNotEmpty";

    /// <summary>A block device is too small for what is to be on it.</summary>
    public const string DeviceTooSmall = "EtcdDeviceTooSmall";

    // Clusters, deployment, members.
    /// <summary>No cluster of that name is known.</summary>
    public const string ClusterNotFound = "EtcdClusterNotFound";

    /// <summary>A saved cluster profile cannot be read.</summary>
    public const string ProfileInvalid = "EtcdProfileInvalid";

    /// <summary>The cluster's hosts are not managed from here, so this cannot be done to it.</summary>
    public const string ClusterNotManaged = "EtcdClusterNotManaged";

    /// <summary>The cluster specification cannot be used.</summary>
    public const string SpecInvalid = "EtcdSpecInvalid";

    /// <summary>Another operation on this cluster is under way.</summary>
    public const string ClusterBusy = "EtcdClusterBusy";

    /// <summary>A member did not start.</summary>
    public const string MemberStartFailed = "EtcdMemberStartFailed";

    /// <summary>A member did not stop.</summary>
    public const string MemberStopFailed = "EtcdMemberStopFailed";

    /// <summary>A member of an installed cluster has lost its data.</summary>
    public const string MemberDataLost = "EtcdMemberDataLost";

    /// <summary>The data of a member cannot be read now: it is locked, or the system refused.</summary>
    public const string MemberDataUnreadable = "EtcdMemberDataUnreadable";

    /// <summary>Files of members were changed by hand, and it is not said what becomes of that, or it cannot be kept.</summary>
    public const string HandEdited = "EtcdHandEdited";

    /// <summary>The profile and the cluster do not have the same members, or not at the same addresses.</summary>
    public const string ProfileOutdated = "EtcdProfileOutdated";

    /// <summary>The cluster has changed since the plan was made, and something would be done that was not agreed to.</summary>
    public const string PlanOutdated = "EtcdPlanOutdated";

    /// <summary>The cluster did not become healthy in time.</summary>
    public const string NotHealthy = "EtcdNotHealthy";

    /// <summary>The operation would cost the cluster its quorum.</summary>
    public const string QuorumAtRisk = "EtcdQuorumAtRisk";

    /// <summary>The cluster has its quorum, so it is not rebuilt from one member.</summary>
    public const string QuorumExists = "EtcdQuorumExists";

    /// <summary>A data directory holds data that the operation would have to destroy.</summary>
    public const string DataExists = "EtcdDataExists";

    // Plans.
    /// <summary>A step of a plan failed.</summary>
    public const string StepFailed = "EtcdStepFailed";

    // Snapshots.
    /// <summary>The file is not a usable snapshot.</summary>
    public const string SnapshotInvalid = "EtcdSnapshotInvalid";

    /// <summary>There is no snapshot at that path, or none of the cluster in it.</summary>
    public const string SnapshotNotFound = "EtcdSnapshotNotFound";

    /// <summary>The operating system does not let the snapshot file be read.</summary>
    public const string SnapshotUnreadable = "EtcdSnapshotUnreadable";

    /// <summary>The snapshot comes from another minor version.</summary>
    public const string SnapshotVersionMismatch = "EtcdSnapshotVersionMismatch";

    /// <summary>The data was written by a newer etcd than the one that is to open it, which would refuse to start.</summary>
    public const string DataTooNew = "EtcdDataTooNew";

    /// <summary>The snapshot stream ended before it was complete.</summary>
    public const string SnapshotIncomplete = "EtcdSnapshotIncomplete";

    /// <summary>The file is a backup of a kind that is not read here; the error says what can be done with it.</summary>
    public const string SnapshotNotSupported = "EtcdSnapshotNotSupported";

    /// <summary>The snapshot is encrypted, and neither a passphrase nor a certificate was given that could open it.</summary>
    public const string SnapshotEncrypted = "EtcdSnapshotEncrypted";

    /// <summary>The passphrase or the certificate's key does not open the encrypted snapshot.</summary>
    public const string SnapshotKeyWrong = "EtcdSnapshotKeyWrong";

    /// <summary>It is the last valid snapshot of its series.</summary>
    public const string SnapshotLast = "EtcdSnapshotLast";

    /// <summary>A file of that name exists.</summary>
    public const string FileExists = "EtcdFileExists";

    /// <summary>A file on this machine cannot be written: its folder is missing or may not be written to.</summary>
    public const string FileWriteFailed = "EtcdFileWriteFailed";

    /// <summary>A snapshot could not be copied to or from a store.</summary>
    public const string TransferFailed = "EtcdTransferFailed";

    /// <summary>The restored cluster does not hold what the snapshot holds.</summary>
    public const string RestoreNotProved = "EtcdRestoreNotProved";

    /// <summary>No restore of that id can be undone: it kept nothing, it was undone already, or another user made it.</summary>
    public const string RestoreNotFound = "EtcdRestoreNotFound";

    // Files of keys.
    /// <summary>A file of keys is damaged, cut off, or none.</summary>
    public const string KeyFileInvalid = "EtcdKeyFileInvalid";

    /// <summary>A file of keys is not there, or the operating system does not let it be read.</summary>
    public const string KeyFileUnreadable = "EtcdKeyFileUnreadable";

    /// <summary>Keys that would be written exist with another value or lease.</summary>
    public const string KeyExists = "EtcdKeyExists";

    // Recorded history.
    /// <summary>Recorded history was changed, cut off, or a part of it is missing.</summary>
    public const string HistoryInvalid = "EtcdHistoryInvalid";

    /// <summary>Something is asked for that was not recorded, or cannot be recorded any more.</summary>
    public const string HistoryGap = "EtcdHistoryGap";

    /// <summary>A cluster is not what recorded history goes on from.</summary>
    public const string HistoryDiverged = "EtcdHistoryDiverged";
}
