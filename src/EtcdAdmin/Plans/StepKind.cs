namespace EtcdAdmin.Plans;

/// <summary>All there is to be done in plans. With what it is done to, the kind of a step is its identity: <c>StartMember/n1</c>.</summary>
internal enum StepKind
{
    // Members come to be.

    /// <summary>The programs are brought to this machine.</summary>
    ProvidePackage,

    /// <summary>A new cluster gets its profile, and its authority where it has TLS.</summary>
    CreateProfile,

    /// <summary>The programs are put on a host.</summary>
    InstallBinaries,

    /// <summary>A device gets its file system and is mounted.</summary>
    PrepareVolume,

    /// <summary>The data that a member had before is moved aside.</summary>
    SetDataAside,

    /// <summary>Files that were changed by hand are copied.</summary>
    KeepHandEdits,

    /// <summary>Configuration, certificates, keys and unit are written.</summary>
    WriteFiles,

    /// <summary>The unit alone is written, without a restart.</summary>
    WriteUnit,

    /// <summary>The profile is saved.</summary>
    SaveProfile,

    /// <summary>A member is added to the cluster.</summary>
    AddMember,

    /// <summary>A member is started.</summary>
    StartMember,

    /// <summary>A running member gets other settings and is restarted.</summary>
    RestartMember,

    /// <summary>A member has caught up with the leader, and gets its vote where it has none.</summary>
    CatchUp,

    /// <summary>A member is proved to serve.</summary>
    ProveMember,

    /// <summary>All members are proved to serve.</summary>
    ProveCluster,

    // Members change and leave.

    /// <summary>Another member leads.</summary>
    MoveLeader,

    /// <summary>The cluster learns where peers reach a member.</summary>
    UpdatePeerUrls,

    /// <summary>A member is stopped.</summary>
    StopMember,

    /// <summary>A member is removed from the cluster.</summary>
    RemoveMember,

    /// <summary>A host is cleared of a member that left; its data stays, aside.</summary>
    ClearHost,

    /// <summary>The others are proved to agree.</summary>
    ProveQuorum,

    // Data moves to another place.

    /// <summary>Data is copied to its new place.</summary>
    CopyData,

    /// <summary>The copy is compared with its original.</summary>
    CompareCopy,

    /// <summary>New data takes the place of the old, which goes aside.</summary>
    SwitchData,

    /// <summary>Old data is removed.</summary>
    RemoveOldData,

    // Snapshots are restored, and quorums repaired.

    /// <summary>The profile notes what is under way.</summary>
    NoteInProfile,

    /// <summary>The data of stopped members is seen to be as it was.</summary>
    CheckStoppedData,

    /// <summary>A member's data is made from a snapshot or a database.</summary>
    MakeData,

    /// <summary>A copy of a member's data is kept.</summary>
    KeepDataCopy,

    /// <summary>The whole log of a member is marked as committed.</summary>
    CommitLog,

    /// <summary>A member goes on as a cluster of its own.</summary>
    ForceNewCluster,

    /// <summary>What was kept of a member is noted, with hashes.</summary>
    NoteKeptData,

    /// <summary>A member that is not part of the restored cluster is put aside.</summary>
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

    // Schedules.

    /// <summary>Units and script of a schedule are written.</summary>
    WriteSchedule,

    /// <summary>A schedule's service is seen to be able to do its work.</summary>
    CheckSchedule,

    /// <summary>The timer of a schedule is started.</summary>
    StartTimer,

    /// <summary>A schedule takes its first snapshot.</summary>
    TakeSnapshot,

    /// <summary>A schedule is removed.</summary>
    RemoveSchedule,
}

/// <summary>What stops working while a step runs. More is worse.</summary>
internal enum Interruption
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The member of the step.</summary>
    Member,

    /// <summary>The cluster.</summary>
    Cluster,
}
