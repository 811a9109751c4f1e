namespace EtcdAdmin.Plans;

/// <summary>The kinds of steps. The kind of a step and its object are its identity: <c>StartMember/n1</c>.</summary>
internal enum StepKind
{
    // Members are created.

    /// <summary>The programs are brought to this machine.</summary>
    ProvidePackage,

    /// <summary>A new cluster gets its profile, and its authority where it has TLS.</summary>
    CreateProfile,

    /// <summary>The programs are put on a host.</summary>
    InstallBinaries,

    /// <summary>A device gets its file system and is mounted.</summary>
    PrepareVolume,

    /// <summary>The old data of a member is moved aside.</summary>
    SetDataAside,

    /// <summary>Files that were changed by hand are copied.</summary>
    KeepHandEdits,

    /// <summary>Configuration, certificates, keys and unit are written.</summary>
    WriteFiles,

    /// <summary>The unit alone is written, without a restart.</summary>
    RefreshUnit,

    /// <summary>The profile is saved.</summary>
    SaveProfile,

    /// <summary>A member is added to the cluster.</summary>
    AddMember,

    /// <summary>A member is started.</summary>
    StartMember,

    /// <summary>A running member gets changed settings and is restarted.</summary>
    RestartMember,

    /// <summary>A member catches up with the leader; a learner is then promoted to voter.</summary>
    PromoteMember,

    /// <summary>A member is proved to serve.</summary>
    ProveMember,

    /// <summary>All members are proved to serve.</summary>
    ProveCluster,

    /// <summary>All members are proved to be stopped.</summary>
    ProveStopped,

    // Members change and leave.

    /// <summary>Leadership moves to another member.</summary>
    MoveLeader,

    /// <summary>The peer URLs of a member are changed in the cluster.</summary>
    UpdatePeerUrls,

    /// <summary>A member is stopped.</summary>
    StopMember,

    /// <summary>A member is removed from the cluster.</summary>
    RemoveMember,

    /// <summary>A removed member is cleared from its host; its data is moved aside and kept.</summary>
    ClearHost,

    /// <summary>The remaining members are proved to have a quorum.</summary>
    ProveQuorum,

    // Certificates are revoked.

    /// <summary>The authority signs a list of revoked certificates, which is saved in the profile.</summary>
    RevokeCertificates,

    /// <summary>A member gets the list of revoked certificates.</summary>
    WriteRevocations,

    // Data moves to another place.

    /// <summary>Data is copied to its new place.</summary>
    CopyData,

    /// <summary>The copy is compared with its original.</summary>
    CompareCopy,

    /// <summary>A member that was moved serves again and has caught up with the leader.</summary>
    CatchUp,

    /// <summary>The old data is moved aside and the new data is taken into use.</summary>
    SwitchData,

    /// <summary>Old data is removed.</summary>
    RemoveOldData,

    // Snapshots are restored, and quorums repaired.

    /// <summary>The operation in progress is recorded in the profile.</summary>
    NoteInProfile,

    /// <summary>The data of stopped members is checked to be unchanged.</summary>
    CheckStoppedData,

    /// <summary>A member's data is made from a snapshot or a database.</summary>
    MakeData,

    /// <summary>A copy of a member's data is kept.</summary>
    KeepDataCopy,

    /// <summary>The complete log of a member is marked as committed.</summary>
    CommitLog,

    /// <summary>A member becomes a new cluster of one member.</summary>
    ForceNewCluster,

    /// <summary>The kept data of a member is recorded, with hashes.</summary>
    NoteKeptData,

    /// <summary>A member that is not part of the restored cluster is retired.</summary>
    RetireMember,

    /// <summary>Copies that are no longer needed are removed.</summary>
    RemoveCopies,

    // Clusters are uninstalled.

    /// <summary>A member's files are removed from its host.</summary>
    RemoveFiles,

    /// <summary>The programs are removed from a host.</summary>
    RemoveBinaries,

    /// <summary>The profile is removed.</summary>
    RemoveProfile,

    // Versions change.

    /// <summary>The checks of a later version change are made.</summary>
    CheckUpgrade,

    /// <summary>etcd's downgrade is enabled, and the members convert their data.</summary>
    EnableDowngrade,

    /// <summary>The members write the member list to their databases.</summary>
    RewriteMembers,

    /// <summary>A downgrade in progress is cancelled.</summary>
    CancelDowngrade,

    /// <summary>A member is restarted so that it writes a raft snapshot.</summary>
    WriteRaftSnapshot,

    /// <summary>A member gets another version and is restarted.</summary>
    UpdateMember,

    /// <summary>v2 keys become v3 keys, and are compared.</summary>
    ConvertV2Keys,

    /// <summary>v2 keys are deleted.</summary>
    ClearV2Store,

    // Authorities are replaced.

    /// <summary>A new authority is created, which will replace the present one.</summary>
    CreateAuthority,

    /// <summary>A member trusts the present and the new authority.</summary>
    TrustAuthority,

    /// <summary>A member or the operator gets certificates of the new authority.</summary>
    ReplaceCertificates,

    /// <summary>New connections prove that the members accept certificates.</summary>
    ProveHandshakes,

    /// <summary>A member trusts only the new authority.</summary>
    DropAuthority,

    // TLS is turned on and off.

    /// <summary>A member uses TLS in another way, and is restarted.</summary>
    ChangeTls,

    // Space.

    /// <summary>Old history is deleted from the cluster.</summary>
    CompactHistory,

    /// <summary>A member's database releases its free space.</summary>
    DefragmentMember,

    /// <summary>A full disk gets the space that etcd can spare.</summary>
    FreeDisk,

    /// <summary>All databases are checked to be below their quotas.</summary>
    CheckSpace,

    /// <summary>An alarm is disarmed.</summary>
    DisarmAlarm,

    /// <summary>Every voter is proved to accept writes.</summary>
    ProveWrites,

    // Corruption.

    /// <summary>The data of all voters is proved to be equal.</summary>
    ProveEqualData,

    // Schedules.

    /// <summary>Units and script of a schedule are written.</summary>
    WriteSchedule,

    /// <summary>The service of a schedule is checked to work.</summary>
    CheckSchedule,

    /// <summary>The timer of a schedule is started.</summary>
    StartTimer,

    /// <summary>A schedule takes its first snapshot.</summary>
    TakeSnapshot,

    /// <summary>A schedule is removed.</summary>
    RemoveSchedule,
}

/// <summary>What stops working while a step runs. A higher value is worse.</summary>
internal enum Interruption
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The member of the step.</summary>
    Member,

    /// <summary>The cluster.</summary>
    Cluster,
}
