using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Provisioning.Settings;

/// <summary>Checks and merges settings before anything is changed.</summary>
internal static class TuningRules
{
    // etcd refuses other values at its start (server/embed/config.go, Validate: maxElectionMs and the five-fold rule, v3.5).
    private static readonly TimeSpan MaxElectionTimeout = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DefaultElection = TimeSpan.FromMilliseconds(1000);

    /// <summary>Merges settings: a wanted value replaces the old one; null keeps it.</summary>
    public static EtcdTuning Merge(EtcdTuning old, EtcdTuning wanted) => new()
    {
        HeartbeatInterval = wanted.HeartbeatInterval ?? old.HeartbeatInterval,
        ElectionTimeout = wanted.ElectionTimeout ?? old.ElectionTimeout,
        SnapshotCount = wanted.SnapshotCount ?? old.SnapshotCount,
        QuotaBytes = wanted.QuotaBytes ?? old.QuotaBytes,
        AutoCompactionMode = wanted.AutoCompactionMode ?? old.AutoCompactionMode,
        AutoCompactionRetention = wanted.AutoCompactionRetention ?? old.AutoCompactionRetention,
        CipherSuites = wanted.CipherSuites ?? old.CipherSuites,
        MetricsUrls = wanted.MetricsUrls ?? old.MetricsUrls,
        Extra = wanted.Extra ?? old.Extra,
    };

    /// <summary>Refuses values that etcd would refuse at its start.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void Check(EtcdTuning tuning)
    {
        TimeSpan heartbeat = tuning.HeartbeatInterval ?? DefaultHeartbeat;
        TimeSpan election = tuning.ElectionTimeout ?? DefaultElection;
        Require(heartbeat >= TimeSpan.FromMilliseconds(1), "heartbeat-interval", "the heartbeat interval must be at least 1 ms",
            "Give -HeartbeatInterval a longer time.");
        Require(heartbeat.Ticks % TimeSpan.TicksPerMillisecond == 0 && election.Ticks % TimeSpan.TicksPerMillisecond == 0,
            "heartbeat-interval", "heartbeat interval and election timeout must be whole milliseconds",
                "Give -HeartbeatInterval and -ElectionTimeout whole milliseconds.");
        Require(election >= 5 * heartbeat, "election-timeout",
            $"the election timeout ({Ms(election)}{Default(tuning.ElectionTimeout)}) must be at least five heartbeat intervals ({Ms(heartbeat)} "
                + $"each{Default(tuning.HeartbeatInterval)})",
            $"Give -ElectionTimeout {Ms(5 * heartbeat)} or more; ten heartbeat intervals ({Ms(10 * heartbeat)}) are usual. Or give a shorter "
                + "-HeartbeatInterval.");
        Require(election <= MaxElectionTimeout, "election-timeout", $"the election timeout ({Ms(election)}) must be at most {Ms(MaxElectionTimeout)}",
            "Give -ElectionTimeout a shorter time.");
        Require(
            tuning.SnapshotCount is null or > 0, "snapshot-count", "the snapshot count must be more than 0", "Give -SnapshotCount a larger number.");
        Require(tuning.QuotaBytes is null
            or >= 0, "quota-backend-bytes", "the quota must not be negative", "Give -QuotaBytes a size such as 8GB, or 0 for etcd's default.");
        Require(tuning.AutoCompactionMode is null or "periodic" or "revision", "auto-compaction-mode",
            $"the auto-compaction mode is 'periodic' or 'revision', not '{tuning.AutoCompactionMode}'", "Give -AutoCompactionMode one of the two.");
    }

    private static string Default(TimeSpan? given) => given is null ? ", etcd's default" : "";

    private static string Ms(TimeSpan span) => span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms";

    private static void Require(bool holds, string name, string rule, string nextStep)
    {
        if (holds) return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid, $"The settings cannot be used: {rule}.") { Target = name, NextStep = nextStep };
    }
}
