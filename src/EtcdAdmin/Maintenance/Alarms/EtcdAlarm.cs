using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Maintenance.Alarms;

/// <summary>An armed alarm of a cluster.</summary>
public sealed record EtcdAlarm
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The member that raised it; its id if it is no longer in the cluster.</summary>
    public required string Member { get; init; }

    /// <summary>The id of that member.</summary>
    public required MemberId MemberId { get; init; }

    /// <summary>The type of the alarm.</summary>
    public required AlarmType Alarm { get; init; }

    /// <summary>Whether that member is still in the cluster. An alarm of a former member counts all the same; it can come with a restored
    /// snapshot.</summary>
    public bool IsMember { get; init; }

    /// <summary>Whose alarm it is, for a sentence. etcd raises CORRUPT for no member where it cannot tell whose data is damaged
    /// (server/etcdserver/corrupt.go, 3.5.6).</summary>
    internal string Owner => MemberId.IsNone ? "the whole cluster" : IsMember ? $"member {Member}" : $"former member {Member}";

    /// <summary>What the whole cluster refuses while the alarm is armed.</summary>
    public required string Effect { get; init; }

    /// <summary>Whether what raised it is still there, so that it would come back; null if that is not known.</summary>
    public bool? CauseRemains { get; init; }

    /// <summary>What is known of the cause, as a sentence.</summary>
    public required string Cause { get; init; }

    /// <summary>What to do.</summary>
    public required string NextStep { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{AlarmAdvice.Name(Alarm)} of {Member}";
}
