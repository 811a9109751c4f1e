namespace EtcdAdmin.Errors;

/// <summary>The ids of all errors, one per meaning. Scripts match on them, so an id never changes.</summary>
public static class EtcdErrorIds
{
    /// <summary>An argument cannot be used as given.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string InvalidArgument = "EtcdInvalidArgument";

    // Connection and access.
    /// <summary>No connection to the endpoint; nothing was sent.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string ConnectFailed = "EtcdConnectFailed";

    /// <summary>TLS failed: the authority is not trusted, the host name does not match, or the client certificate was refused.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string TlsFailed = "EtcdTlsFailed";

    /// <summary>No answer in time. A write may have been applied.</summary>
    [ErrorKind(EtcdErrorKind.Timeout)]
    public const string Timeout = "EtcdTimeout";

    /// <summary>A stream or connection broke before the answer was complete.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string ConnectionLost = "EtcdConnectionLost";

    /// <summary>The user name or password is wrong, or the token is no longer valid.</summary>
    [ErrorKind(EtcdErrorKind.Authentication)]
    public const string AuthFailed = "EtcdAuthFailed";

    /// <summary>The user does not have the permission for this call.</summary>
    [ErrorKind(EtcdErrorKind.PermissionDenied)]
    public const string PermissionDenied = "EtcdPermissionDenied";

    /// <summary>The answer is not gRPC, or it violates the protocol.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string ProtocolError = "EtcdProtocolError";

    // Answers of the server.
    /// <summary>The cluster has no leader, and so no quorum.</summary>
    [ErrorKind(EtcdErrorKind.Unavailable)]
    public const string NoLeader = "EtcdNoLeader";

    /// <summary>The server cannot serve requests at the moment.</summary>
    [ErrorKind(EtcdErrorKind.Unavailable)]
    public const string Unavailable = "EtcdUnavailable";

    /// <summary>The database quota is used up.</summary>
    [ErrorKind(EtcdErrorKind.QuotaExceeded)]
    public const string NoSpace = "EtcdNoSpace";

    /// <summary>The server found its data corrupt.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string Corrupt = "EtcdCorrupt";

    /// <summary>The requested revision has been compacted.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string Compacted = "EtcdCompacted";

    /// <summary>The requested revision does not exist yet.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string FutureRevision = "EtcdFutureRevision";

    /// <summary>It was not recorded which revision the cluster had at that time.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string RevisionNotFound = "EtcdRevisionNotFound";

    /// <summary>No member with that id or name.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string MemberNotFound = "EtcdMemberNotFound";

    /// <summary>No such lease.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string LeaseNotFound = "EtcdLeaseNotFound";

    /// <summary>No such key.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string KeyNotFound = "EtcdKeyNotFound";

    /// <summary>No member has a metric with this name.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string MetricNotFound = "EtcdMetricNotFound";

    /// <summary>No such user.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string UserNotFound = "EtcdUserNotFound";

    /// <summary>No such role.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string RoleNotFound = "EtcdRoleNotFound";

    /// <summary>The role does not have that permission.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string PermissionNotFound = "EtcdPermissionNotFound";

    /// <summary>A member, lease, user, role or cluster with that name or id exists.</summary>
    [ErrorKind(EtcdErrorKind.AlreadyExists)]
    public const string AlreadyExists = "EtcdAlreadyExists";

    /// <summary>The learner has not caught up with the leader.</summary>
    [ErrorKind(EtcdErrorKind.Unavailable)]
    public const string LearnerNotReady = "EtcdLearnerNotReady";

    /// <summary>The request is larger than the server's limit.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string RequestTooLarge = "EtcdRequestTooLarge";

    /// <summary>The request is malformed; the server refused it.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string InvalidRequest = "EtcdInvalidRequest";

    /// <summary>The current state of the cluster does not allow the request. The server refused it, or the command refused it before any change; the
    /// message gives the reason.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string RequestRefused = "EtcdRequestRefused";

    /// <summary>The server's version does not support this call.</summary>
    [ErrorKind(EtcdErrorKind.NotSupported)]
    public const string NotSupported = "EtcdNotSupported";

    /// <summary>The server refused for a reason without an id of its own; the message gives the reason.</summary>
    [ErrorKind(EtcdErrorKind.Other)]
    public const string ServerError = "EtcdServerError";

    // Packages.
    /// <summary>No source has this version of etcd.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string PackageNotFound = "EtcdPackageNotFound";

    /// <summary>A file does not have the expected checksum.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string ChecksumMismatch = "EtcdChecksumMismatch";

    /// <summary>The package is for another processor architecture or operating system.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string ArchitectureMismatch = "EtcdArchitectureMismatch";

    /// <summary>An archive is damaged, or has entries outside its folder.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string ArchiveInvalid = "EtcdArchiveInvalid";

    /// <summary>The file or folder does not contain etcd.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string NotEtcd = "EtcdNotEtcd";

    /// <summary>A download failed.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string DownloadFailed = "EtcdDownloadFailed";

    // This machine.
    /// <summary>There is no folder for EtcdAdmin's data.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string HomeNotFound = "EtcdHomeNotFound";

    // Security.
    /// <summary>A certificate or key cannot be read, does not match or has expired.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string CertificateInvalid = "EtcdCertificateInvalid";

    /// <summary>A credential package cannot be read.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string CredentialPackageInvalid = "EtcdCredentialPackageInvalid";

    /// <summary>The cluster uses plain http, so it has no certificates.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string TlsNotEnabled = "EtcdTlsNotEnabled";

    /// <summary>TLS of the cluster is being turned on or off: complete that with Enable-EtcdTls or Disable-EtcdTls first.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string TlsChangeUnfinished = "EtcdTlsChangeUnfinished";

    // Hosts.
    /// <summary>A script on a host failed.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string HostCommandFailed = "EtcdHostCommandFailed";

    /// <summary>No connection settings are known for a host with that name.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string HostUnknown = "EtcdHostUnknown";

    /// <summary>A host cannot be reached with ssh: unknown name, connection refused, no route, or no answer in time.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string HostUnreachable = "EtcdHostUnreachable";

    /// <summary>A host showed a key that is not in this machine's known hosts.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string HostKeyUnknown = "EtcdHostKeyUnknown";

    /// <summary>A host presented a key different from the one in this machine's known hosts.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string HostKeyChanged = "EtcdHostKeyChanged";

    /// <summary>A host refused the login of the user.</summary>
    [ErrorKind(EtcdErrorKind.Authentication)]
    public const string HostAuthFailed = "EtcdHostAuthFailed";

    /// <summary>A host accepted the login but does not run a POSIX shell for the user.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string HostShellFailed = "EtcdHostShellFailed";

    /// <summary>The user cannot become root on a host.</summary>
    [ErrorKind(EtcdErrorKind.PermissionDenied)]
    public const string SudoFailed = "EtcdSudoFailed";

    /// <summary>This machine has no ssh client.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string SshNotFound = "EtcdSshNotFound";

    /// <summary>A host is not supported: not Linux, or not run by systemd.</summary>
    [ErrorKind(EtcdErrorKind.NotSupported)]
    public const string HostNotSupported = "EtcdHostNotSupported";

    /// <summary>The clocks of hosts differ too much.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string ClockSkew = "EtcdClockSkew";

    /// <summary>
    /// A host has an etcd that does not belong to this cluster, running or not. It may come from a distribution package, belong
    /// to another operator, or be a member that was removed from its cluster. It is not touched.
    /// </summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string EtcdExists = "EtcdExists";

    /// <summary>A host does not run the etcd that a command needs, or runs several.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string EtcdNotFound = "EtcdNotFound";

    /// <summary>A port that etcd needs is in use.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string PortInUse = "EtcdPortInUse";

    /// <summary>A disk is full, or has too little free space (bytes or inodes) for what the command would write to it.</summary>
    [ErrorKind(EtcdErrorKind.QuotaExceeded)]
    public const string DiskFull = "EtcdDiskFull";

    /// <summary>A host does not have that block device.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string DeviceNotFound = "EtcdDeviceNotFound";

    /// <summary>A block device is mounted, has partitions, or is otherwise in use.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string DeviceInUse = "EtcdDeviceInUse";

    /// <summary>A block device has a file system, a partition table or other signatures.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string DeviceNotEmpty = "EtcdDeviceNotEmpty";

    /// <summary>A block device is too small.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string DeviceTooSmall = "EtcdDeviceTooSmall";

    // Clusters, deployment, members.
    /// <summary>No cluster with that name is known.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string ClusterNotFound = "EtcdClusterNotFound";

    /// <summary>A saved cluster profile cannot be read or used. The message lists each wrong entry and its valid values.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string ProfileInvalid = "EtcdProfileInvalid";

    /// <summary>The cluster's hosts are not managed by EtcdAdmin on this machine, so the command cannot be used.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string ClusterNotManaged = "EtcdClusterNotManaged";

    /// <summary>A member was not installed by EtcdAdmin, so its files and its place cannot be changed before it is converted.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string MemberNotConverted = "EtcdMemberNotConverted";

    /// <summary>The cluster specification cannot be used.</summary>
    [ErrorKind(EtcdErrorKind.InvalidInput)]
    public const string SpecInvalid = "EtcdSpecInvalid";

    /// <summary>Another operation on this cluster is running.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string ClusterBusy = "EtcdClusterBusy";

    /// <summary>A member did not start.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string MemberStartFailed = "EtcdMemberStartFailed";

    /// <summary>A member did not stop.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string MemberStopFailed = "EtcdMemberStopFailed";

    /// <summary>A member of an installed cluster has lost its data, or part of it. It is not started without the data.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string MemberDataLost = "EtcdMemberDataLost";

    /// <summary>The data of a member cannot be read now: it is locked by a process, the permission is missing, or an I/O error occurred.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string MemberDataUnreadable = "EtcdMemberDataUnreadable";

    /// <summary>Files of members were changed by hand. -HandEdit of Set-EtcdConfiguration decides whether the changes are kept or replaced.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string HandEdited = "EtcdHandEdited";

    /// <summary>The profile and the cluster have different members or addresses. Set-EtcdConfiguration -FromCluster updates the profile.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string ProfileOutdated = "EtcdProfileOutdated";

    /// <summary>The cluster has changed since the plan was made, and the command would now do more than the plan shows, or something else. The
    /// message lists the steps that differ; nothing was changed. If steps are only left out because they are no longer needed, the command
    /// continues.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string PlanOutdated = "EtcdPlanOutdated";

    /// <summary>The cluster did not become healthy in time.</summary>
    [ErrorKind(EtcdErrorKind.Unavailable)]
    public const string NotHealthy = "EtcdNotHealthy";

    /// <summary>The operation would make the cluster lose its quorum.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string QuorumAtRisk = "EtcdQuorumAtRisk";

    /// <summary>The cluster still has a quorum, so it is not rebuilt from one member.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string QuorumExists = "EtcdQuorumExists";

    /// <summary>A data directory contains data that the operation would delete.</summary>
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

    /// <summary>There is no snapshot at that path, or the folder has no snapshot of the cluster.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string SnapshotNotFound = "EtcdSnapshotNotFound";

    /// <summary>The operating system does not allow reading the snapshot file.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string SnapshotUnreadable = "EtcdSnapshotUnreadable";

    /// <summary>The snapshot comes from another minor version.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string SnapshotVersionMismatch = "EtcdSnapshotVersionMismatch";

    /// <summary>The data was written by a newer etcd than the one that would open it. The older etcd would refuse to start, so nothing was
    /// changed.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string DataTooNew = "EtcdDataTooNew";

    /// <summary>The snapshot stream ended before it was complete.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string SnapshotIncomplete = "EtcdSnapshotIncomplete";

    /// <summary>The file is a backup of a kind that EtcdAdmin cannot read; the error says what to do with it.</summary>
    [ErrorKind(EtcdErrorKind.NotSupported)]
    public const string SnapshotNotSupported = "EtcdSnapshotNotSupported";

    /// <summary>The snapshot is encrypted, and no passphrase or certificate was given to decrypt it.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string SnapshotEncrypted = "EtcdSnapshotEncrypted";

    /// <summary>The passphrase or the certificate's key does not decrypt the snapshot.</summary>
    [ErrorKind(EtcdErrorKind.Security)]
    public const string SnapshotKeyWrong = "EtcdSnapshotKeyWrong";

    /// <summary>This is the last valid snapshot of its cluster id, so it is not removed.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string SnapshotLast = "EtcdSnapshotLast";

    /// <summary>A file with that name exists.</summary>
    [ErrorKind(EtcdErrorKind.AlreadyExists)]
    public const string FileExists = "EtcdFileExists";

    /// <summary>A file cannot be written: its folder does not exist or is not writable, or a host's file system is mounted read-only.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string FileWriteFailed = "EtcdFileWriteFailed";

    /// <summary>A snapshot could not be copied to or from a store.</summary>
    [ErrorKind(EtcdErrorKind.Connection)]
    public const string TransferFailed = "EtcdTransferFailed";

    /// <summary>The restored cluster does not have the content of the snapshot or, after an undo, does not have its earlier content.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string RestoreNotProved = "EtcdRestoreNotProved";

    /// <summary>No restore with that id can be undone: it kept no data, it was undone already, or another user made it.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string RestoreNotFound = "EtcdRestoreNotFound";

    // Key files.
    /// <summary>A key file is damaged or cut off, or the file is not a key file.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string KeyFileInvalid = "EtcdKeyFileInvalid";

    /// <summary>There is no key file at that path.</summary>
    [ErrorKind(EtcdErrorKind.NotFound)]
    public const string KeyFileNotFound = "EtcdKeyFileNotFound";

    /// <summary>The operating system does not allow reading a key file.</summary>
    [ErrorKind(EtcdErrorKind.HostOperation)]
    public const string KeyFileUnreadable = "EtcdKeyFileUnreadable";

    /// <summary>Keys that would be written already exist with a different value or lease.</summary>
    [ErrorKind(EtcdErrorKind.AlreadyExists)]
    public const string KeyExists = "EtcdKeyExists";

    // Versions.
    /// <summary>The cluster cannot change to this version now: no way leads there, or a check failed. Nothing was changed.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string UpgradeRefused = "EtcdUpgradeRefused";

    // Recorded history.
    /// <summary>Recorded history was changed or cut off, or a part of it is missing.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string HistoryInvalid = "EtcdHistoryInvalid";

    /// <summary>The request needs history that was not recorded, or that can no longer be recorded.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string HistoryGap = "EtcdHistoryGap";

    /// <summary>A cluster is not a continuation of the recorded history.</summary>
    [ErrorKind(EtcdErrorKind.InvalidOperation)]
    public const string HistoryDiverged = "EtcdHistoryDiverged";

    /// <summary>A file of advisories cannot be used.</summary>
    [ErrorKind(EtcdErrorKind.InvalidData)]
    public const string AdvisoryInvalid = "EtcdAdvisoryInvalid";
}
