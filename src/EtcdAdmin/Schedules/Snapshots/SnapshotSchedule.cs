using EtcdAdmin.Client.Options;
using EtcdAdmin.Snapshots.Remote;
using EtcdAdmin.Snapshots.Retention;

namespace EtcdAdmin.Schedules.Snapshots;

/// <summary>A cluster's snapshot schedule: when its hosts take snapshots, where they keep them, and which they keep.</summary>
public sealed record SnapshotSchedule
{
    /// <summary>The times of the snapshots; see <see cref="ScheduleTimes"/>.</summary>
    public required ScheduleTimes Times { get; init; }

    /// <summary>
    /// The snapshot folder on the hosts; it is made if it is missing, private to the member's user. Null is <c>/var/backups/etcd-</c> and the
    /// cluster's name: a separate folder, because the member's user must not be able to write beside root's snapshots.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>
    /// A place in an S3-compatible store to which each host copies its snapshots and manifests; null copies nothing. A snapshot that the host
    /// deletes from its folder is kept there: use the bucket's lifecycle rules to delete it.
    /// </summary>
    public S3Location? Store { get; init; }

    /// <summary>How the hosts reach the store. The credential is required; hosts keep it in a file that only the member's user can read.</summary>
    public S3Options StoreOptions { get; init; } = new();

    /// <summary>
    /// Which of its own snapshots a host keeps; rules by age are not possible. Each host keeps the snapshots that it took itself, so three hosts
    /// that take turns keep about three times as many. After a restore the cluster has a new id; the snapshots from before are counted separately, so
    /// that new ones do not push them out.
    /// </summary>
    public RetentionRules Rules { get; init; } = new() { Keep = 7 };

    /// <summary>
    /// User and password if authentication is enabled. Hosts keep them in a file of root that only the member's user can read. The user needs
    /// the role root.
    /// </summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>Takes a first snapshot at once, which proves the schedule.</summary>
    public bool RunNow { get; init; } = true;

    /// <summary>Leaves hosts that cannot be managed now unchanged. Otherwise one such host prevents every change.</summary>
    public bool Force { get; init; }
}
