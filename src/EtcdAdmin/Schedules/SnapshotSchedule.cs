using EtcdAdmin.Client.Options;
using EtcdAdmin.Snapshots.Remote;
using EtcdAdmin.Snapshots.Retention;

namespace EtcdAdmin.Schedules;

/// <summary>What a cluster's hosts shall do by themselves: when to take snapshots, where to keep them, and which.</summary>
public sealed record SnapshotSchedule
{
    /// <summary>When; see <see cref="ScheduleTimes"/>.</summary>
    public required ScheduleTimes Times { get; init; }

    /// <summary>
    /// The folder on the hosts; made if it is not there, for the member's user alone. Null is <c>/var/backups/etcd-</c> and the cluster's name: a
    /// folder of its own, as root's snapshots are none that the member's user may write beside.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>
    /// A place in an S3-compatible store, below which each host copies what it took, with its notes; null copies nothing. What it removes of its own, the host leaves there:
    /// that is for the rules of the bucket.
    /// </summary>
    public S3Location? Store { get; init; }

    /// <summary>How the hosts reach the store. The credential is needed, and is kept there in a file that only the member's user reads.</summary>
    public S3Options StoreOptions { get; init; } = new();

    /// <summary>
    /// Which of its own snapshots a host keeps; ages are not known to it. Each host keeps what it took itself, so with three
    /// hosts that take turns, there are about three times as many. A restore gives the cluster a new id; its snapshots from before are
    /// counted by themselves, so that new ones do not push them out.
    /// </summary>
    public RetentionRules Rules { get; init; } = new() { Keep = 7 };

    /// <summary>User and password where the cluster authenticates; they go to a file of root's on the host that only the member's user reads. The user needs the role root.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>Takes a first snapshot at once; by it the schedule is proved.</summary>
    public bool RunNow { get; init; } = true;

    /// <summary>Leaves hosts that cannot be managed now as they are. Otherwise one such host keeps everything from being changed.</summary>
    public bool Force { get; init; }
}
