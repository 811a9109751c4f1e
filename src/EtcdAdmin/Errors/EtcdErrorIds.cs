namespace EtcdAdmin.Errors;

/// <summary>The ids of all errors, one per meaning. Scripts match on them, so they are never reworded.</summary>
public static class EtcdErrorIds
{
    /// <summary>An argument cannot be used as given.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string InvalidArgument = "EtcdInvalidArgument";

    // Reaching and being let in.
    /// <summary>No connection to the endpoint; nothing was sent.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string ConnectFailed = "EtcdConnectFailed";

    /// <summary>TLS refused: the authority, the name or the client certificate.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string TlsFailed = "EtcdTlsFailed";

    /// <summary>No answer in time; a write may have happened.</summary>
    [ErrorKind(EtcdErrorKind.Timeout)]
    public const string Timeout = "EtcdTimeout";

    /// <summary>A stream or connection broke in the middle.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string ConnectionLost = "EtcdConnectionLost";

    /// <summary>The user name or password is wrong, or the token is no longer valid.</summary>
    [ErrorKind(EtcdErrorKind.Authentication)]
    public const string AuthFailed = "EtcdAuthFailed";

    /// <summary>The user may not do this.</summary>
    [ErrorKind(EtcdErrorKind.PermissionDenied)]
    public const string PermissionDenied = "EtcdPermissionDenied";

    /// <summary>The answer is not gRPC, or not as the protocol says.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string ProtocolError = "EtcdProtocolError";

    // What the server answers.
    /// <summary>The cluster has no leader, hence no quorum.</summary>
    [ErrorKind(EtcdErrorKind.Unavailable)]
    public const string NoLeader = "EtcdNoLeader";

    /// <summary>The server cannot serve now.</summary>
    [ErrorKind(EtcdErrorKind.Unavailable)]
    public const string Unavailable = "EtcdUnavailable";

    /// <summary>The database quota is used up.</summary>
    [ErrorKind(EtcdErrorKind.QuotaExceeded)]
    public const string NoSpace = "EtcdNoSpace";

    /// <summary>The server found its data corrupt.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string Corrupt = "EtcdCorrupt";

    /// <summary>The revision asked for has been compacted away.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string Compacted = "EtcdCompacted";

    /// <summary>The revision asked for does not exist yet.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string FutureRevision = "EtcdFutureRevision";

    /// <summary>No member of that id or name.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string MemberNotFound = "EtcdMemberNotFound";

    /// <summary>No such lease.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string LeaseNotFound = "EtcdLeaseNotFound";

    /// <summary>No such key.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string KeyNotFound = "EtcdKeyNotFound";

    /// <summary>No such user.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string UserNotFound = "EtcdUserNotFound";

    /// <summary>No such role.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string RoleNotFound = "EtcdRoleNotFound";

    /// <summary>The role does not have that permission.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string PermissionNotFound = "EtcdPermissionNotFound";

    /// <summary>A member, lease, user, role or cluster of that name or id exists.</summary>
    [ErrorKind(EtcdErrorKind.AlreadyExists)]
    public const string AlreadyExists = "EtcdAlreadyExists";

    /// <summary>The learner has not caught up with the leader.</summary>
    [ErrorKind(EtcdErrorKind.Unavailable)]
    public const string LearnerNotReady = "EtcdLearnerNotReady";

    /// <summary>The request is larger than the server takes.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string RequestTooLarge = "EtcdRequestTooLarge";

    /// <summary>The request is not valid; the server refused it as such.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string InvalidRequest = "EtcdInvalidRequest";

    /// <summary>The present state of the cluster does not allow what was asked. The server refused it, or the command did before any change; the message says why.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string RequestRefused = "EtcdRequestRefused";

    /// <summary>The server's version does not know this call.</summary>
    [ErrorKind(EtcdErrorKind.NotSupported)]
    public const string NotSupported = "EtcdNotSupported";

    /// <summary>The server refused for a reason that has no id of its own; the message has it.</summary>
    [ErrorKind(EtcdErrorKind.Other)]
    public const string ServerError = "EtcdServerError";

    // Packages.
    /// <summary>No source has this version of etcd.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string PackageNotFound = "EtcdPackageNotFound";

    /// <summary>A file does not have the checksum it should have.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string ChecksumMismatch = "EtcdChecksumMismatch";

    /// <summary>The package is for another processor architecture or operating system.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string ArchitectureMismatch = "EtcdArchitectureMismatch";

    /// <summary>An archive is damaged or holds entries that would leave its folder.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string ArchiveInvalid = "EtcdArchiveInvalid";

    /// <summary>The file or folder holds no etcd.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string NotEtcd = "EtcdNotEtcd";

    /// <summary>A download failed.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string DownloadFailed = "EtcdDownloadFailed";

    // This machine.
    /// <summary>There is no folder in which EtcdAdmin could keep its data.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string HomeNotFound = "EtcdHomeNotFound";

    // Security.
    /// <summary>A certificate or key cannot be read, does not fit or has expired.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string CertificateInvalid = "EtcdCertificateInvalid";

    /// <summary>A credential package cannot be read.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string CredentialPackageInvalid = "EtcdCredentialPackageInvalid";

    /// <summary>The cluster speaks plain http, so there are no certificates to work with.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string TlsNotEnabled = "EtcdTlsNotEnabled";

    // Hosts.
    /// <summary>A script on a host failed.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string HostCommandFailed = "EtcdHostCommandFailed";

    /// <summary>No way to a host of that name is known.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string HostUnknown = "EtcdHostUnknown";

    /// <summary>A host does not answer to ssh: unknown name, refused, no route, no answer in time.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string HostUnreachable = "EtcdHostUnreachable";

    /// <summary>A host showed a key that this machine does not know.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string HostKeyUnknown = "EtcdHostKeyUnknown";

    /// <summary>A host showed another key than this machine knows of it.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string HostKeyChanged = "EtcdHostKeyChanged";

    /// <summary>A host does not let the user in.</summary>
    [ErrorKind(EtcdErrorKind.Authentication)]
    public const string HostAuthFailed = "EtcdHostAuthFailed";

    /// <summary>A host let the user in but runs no POSIX shell for it.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string HostShellFailed = "EtcdHostShellFailed";

    /// <summary>The user of a host cannot become root there.</summary>
    [ErrorKind(EtcdErrorKind.PermissionDenied)]
    public const string SudoFailed = "EtcdSudoFailed";

    /// <summary>This machine has no ssh client.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string SshNotFound = "EtcdSshNotFound";

    /// <summary>A host is not fit for etcd: not Linux, not run by systemd.</summary>
    [ErrorKind(EtcdErrorKind.NotSupported)]
    public const string HostNotSupported = "EtcdHostNotSupported";

    /// <summary>The clocks of hosts differ too much.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string ClockSkew = "EtcdClockSkew";

    /// <summary>A host has an etcd that is not the one in question, running or not: a package's, another operator's, or a member that was removed from its cluster. It is not touched.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string EtcdExists = "EtcdExists";

    /// <summary>A port that etcd should have is taken.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string PortInUse = "EtcdPortInUse";

    /// <summary>A disk is full, or has too little room (bytes or inodes) for what the command would write there.</summary>
    [ErrorKind(EtcdErrorKind.QuotaExceeded)]
    public const string DiskFull = "EtcdDiskFull";

    /// <summary>A host has no such block device.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string DeviceNotFound = "EtcdDeviceNotFound";

    /// <summary>A block device is mounted, has partitions, or belongs to something else.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string DeviceInUse = "EtcdDeviceInUse";

    /// <summary>A block device carries a file system, a partition table or the like.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string DeviceNotEmpty = "EtcdDeviceNotEmpty";

    /// <summary>A block device is too small for what is to be on it.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string DeviceTooSmall = "EtcdDeviceTooSmall";

    // Clusters, deployment, members.
    /// <summary>No cluster of that name is known.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string ClusterNotFound = "EtcdClusterNotFound";

    /// <summary>A saved cluster profile cannot be read or used. The message lists each wrong entry with what it must be.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string ProfileInvalid = "EtcdProfileInvalid";

    /// <summary>The cluster's hosts are not managed from here, so this cannot be done to it.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string ClusterNotManaged = "EtcdClusterNotManaged";

    /// <summary>The cluster specification cannot be used.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string SpecInvalid = "EtcdSpecInvalid";

    /// <summary>Another operation on this cluster is under way.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string ClusterBusy = "EtcdClusterBusy";

    /// <summary>A member did not start.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string MemberStartFailed = "EtcdMemberStartFailed";

    /// <summary>A member did not stop.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string MemberStopFailed = "EtcdMemberStopFailed";

    /// <summary>A member of an installed cluster has lost its data, or part of it. It is not started without.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string MemberDataLost = "EtcdMemberDataLost";

    /// <summary>The data of a member cannot be read now: locked by a process, no permission, or an I/O error.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string MemberDataUnreadable = "EtcdMemberDataUnreadable";

    /// <summary>Files of members were changed by hand. -HandEdit of Set-EtcdConfiguration decides what becomes of the changes.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string HandEdited = "EtcdHandEdited";

    /// <summary>The profile and the cluster do not have the same members or addresses. Set-EtcdConfiguration -FromCluster updates the profile.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string ProfileOutdated = "EtcdProfileOutdated";

    /// <summary>The cluster has changed since the plan was made, and the command would now do more than was shown, or something else. The message says which steps are different; nothing was done. Where only steps are left out that are no longer needed, it goes on.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string PlanOutdated = "EtcdPlanOutdated";

    /// <summary>The cluster did not become healthy in time.</summary>
    [ErrorKind(EtcdErrorKind.Unavailable)]
    public const string NotHealthy = "EtcdNotHealthy";

    /// <summary>The operation would cost the cluster its quorum.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string QuorumAtRisk = "EtcdQuorumAtRisk";

    /// <summary>The cluster has its quorum, so it is not rebuilt from one member.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string QuorumExists = "EtcdQuorumExists";

    /// <summary>A data directory holds data that the operation would have to destroy.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string DataExists = "EtcdDataExists";

    // Plans.
    /// <summary>A step of a plan failed.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string StepFailed = "EtcdStepFailed";

    // Snapshots.
    /// <summary>The file is not a usable snapshot.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string SnapshotInvalid = "EtcdSnapshotInvalid";

    /// <summary>There is no snapshot at that path, or none of the cluster in it.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string SnapshotNotFound = "EtcdSnapshotNotFound";

    /// <summary>The operating system does not let the snapshot file be read.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string SnapshotUnreadable = "EtcdSnapshotUnreadable";

    /// <summary>The snapshot comes from another minor version.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string SnapshotVersionMismatch = "EtcdSnapshotVersionMismatch";

    /// <summary>The data was written by a newer etcd than the one that is to open it. That one would refuse to start, so nothing was changed.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string DataTooNew = "EtcdDataTooNew";

    /// <summary>The snapshot stream ended before it was complete.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string SnapshotIncomplete = "EtcdSnapshotIncomplete";

    /// <summary>The file is a backup of a kind that is not read here; the error says what can be done with it.</summary>
    [ErrorKind(EtcdErrorKind.NotSupported)]
    public const string SnapshotNotSupported = "EtcdSnapshotNotSupported";

    /// <summary>The snapshot is encrypted, and neither a passphrase nor a certificate was given that could open it.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string SnapshotEncrypted = "EtcdSnapshotEncrypted";

    /// <summary>The passphrase or the certificate's key does not open the encrypted snapshot.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string SnapshotKeyWrong = "EtcdSnapshotKeyWrong";

    /// <summary>It is the last valid snapshot of its series, so it is not removed.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string SnapshotLast = "EtcdSnapshotLast";

    /// <summary>A file of that name exists.</summary>
    [ErrorKind(EtcdErrorKind.AlreadyExists)]
    public const string FileExists = "EtcdFileExists";

    /// <summary>A file cannot be written: its folder is missing or may not be written to, or a host's file system is mounted read-only.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string FileWriteFailed = "EtcdFileWriteFailed";

    /// <summary>A snapshot could not be copied to or from a store.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string TransferFailed = "EtcdTransferFailed";

    /// <summary>The restored cluster does not hold what the snapshot holds, or after an undo not what it held before.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string RestoreNotProved = "EtcdRestoreNotProved";

    /// <summary>No restore of that id can be undone: it kept nothing, it was undone already, or another user made it.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string RestoreNotFound = "EtcdRestoreNotFound";

    // Files of keys.
    /// <summary>A file of keys is damaged, cut off, or none.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string KeyFileInvalid = "EtcdKeyFileInvalid";

    /// <summary>There is no file of keys at that path.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string KeyFileNotFound = "EtcdKeyFileNotFound";

    /// <summary>The operating system does not let a file of keys be read.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string KeyFileUnreadable = "EtcdKeyFileUnreadable";

    /// <summary>Keys that would be written exist with another value or lease.</summary>
    [ErrorKind(EtcdErrorKind.AlreadyExists)]
    public const string KeyExists = "EtcdKeyExists";

    // Recorded history.
    /// <summary>Recorded history was changed, cut off, or a part of it is missing.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string HistoryInvalid = "EtcdHistoryInvalid";

    /// <summary>Something is asked for that was not recorded, or cannot be recorded any more.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string HistoryGap = "EtcdHistoryGap";

    /// <summary>A cluster is not what recorded history goes on from.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string HistoryDiverged = "EtcdHistoryDiverged";
}
