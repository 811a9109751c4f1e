using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>How to restore, and how carefully.</summary>
public sealed record RestoreRequest
{
    /// <summary>The version the snapshot was taken from, where that is known better than the file tells.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>Accepts a snapshot of another minor version.</summary>
    public bool AllowVersionMismatch { get; init; }

    /// <summary>Accepts a file without the trailing SHA-256, as a copy of <c>member/snap/db</c> is.</summary>
    public bool SkipHashCheck { get; init; }

    /// <summary>The name of the one member that the snapshot is restored to, which the others then join anew; null restores all at once.</summary>
    public string? Member { get; init; }

    /// <summary>Leaves the cluster at that one member: the others leave it, and their data is put aside, with configuration and keys unless <see cref="SkipBackup"/>.</summary>
    public bool NoRejoin { get; init; }

    /// <summary>A user of the snapshot's with the role <c>root</c>, with which the proof is made where authentication is enabled in it; null is the cluster's own.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>Deletes the old data once the new has been proved, instead of keeping it beside.</summary>
    public bool SkipBackup { get; init; }

    /// <summary>
    /// By how much revisions are raised above the snapshot's, so that watchers never see them go back; 0 raises nothing. Null
    /// chooses: nothing for a cluster that was never written to, else enough to pass every revision that is known by a wide margin.
    /// </summary>
    public long? RevisionBump { get; init; }

    /// <summary>How long the members have to become healthy; a member that joins anew has ten minutes at least to catch up.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
