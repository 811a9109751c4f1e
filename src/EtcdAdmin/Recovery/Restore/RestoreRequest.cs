using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>How to restore, and which checks to skip.</summary>
public sealed record RestoreRequest
{
    /// <summary>The etcd version of the snapshot, if the file does not have it.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>Accepts a snapshot of another minor version.</summary>
    public bool AllowVersionMismatch { get; init; }

    /// <summary>Accepts a file without the trailing SHA-256, such as a copy of <c>member/snap/db</c>.</summary>
    public bool SkipHashCheck { get; init; }

    /// <summary>The name of the only member to restore; the other members then join it again empty. Null restores all members at once.</summary>
    public string? Member { get; init; }

    /// <summary>
    /// Leaves the cluster with the one restored member. The other members leave the cluster, and their data is kept, with configuration and keys
    /// unless <see cref="SkipBackup"/>.
    /// </summary>
    public bool NoRejoin { get; init; }

    /// <summary>
    /// A user of the snapshot with the role <c>root</c>. It proves the restore if authentication is enabled in the snapshot; null means the
    /// cluster's own credential.
    /// </summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>Deletes the old data after the new data has been proved. By default the old data is kept.</summary>
    public bool SkipBackup { get; init; }

    /// <summary>
    /// By how much revisions are raised above the snapshot's, so that watchers never see them go back; 0 does not raise them. Null chooses: 0
    /// for a cluster that was never written to, otherwise enough to exceed every known revision by a wide margin.
    /// </summary>
    public long? RevisionBump { get; init; }

    /// <summary>How long the members have to become healthy. A member that joins again has at least ten minutes to catch up.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
