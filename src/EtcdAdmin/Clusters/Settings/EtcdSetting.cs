using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>What kind of value a setting of etcd has in its configuration file.</summary>
internal enum SettingType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>Text with commas between its parts.</summary>
    Csv,

    /// <summary>A list of texts.</summary>
    List,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A number of bytes.</summary>
    Bytes,

    /// <summary>Go's time.Duration: whole nanoseconds in the file.</summary>
    Duration,

    /// <summary>A duration in whole milliseconds.</summary>
    Milliseconds,

    /// <summary>A duration in whole seconds.</summary>
    Seconds,

    /// <summary>What automatic compaction keeps: its meaning depends on the mode.</summary>
    Retention,

    /// <summary>Names with true or false: a map in the file.</summary>
    FlagMap,

    /// <summary>Names with true or false: text such as <c>A=true,B=false</c> in the file.</summary>
    Gates,
}

/// <summary>Who decides a setting.</summary>
internal enum SettingOwner
{
    /// <summary>Whoever configures the cluster: it may be given as any other setting.</summary>
    Operator,

    /// <summary>A setting with a parameter of its own, see <see cref="EtcdTuning"/>; both ways mean the same.</summary>
    Tuning,

    /// <summary>Where the data is.</summary>
    Data,

    /// <summary>Where the write-ahead log is.</summary>
    Log,

    /// <summary>Who belongs to the cluster.</summary>
    Members,

    /// <summary>Rebuilding after a loss of the quorum.</summary>
    Recovery,

    /// <summary>The member's name.</summary>
    Name,

    /// <summary>Where it listens.</summary>
    Listening,

    /// <summary>Where it is reached.</summary>
    Address,

    /// <summary>Certificates and keys.</summary>
    Tls,

    /// <summary>How members find each other when a cluster is founded.</summary>
    Discovery,

    /// <summary>etcd as a proxy instead of a member.</summary>
    Proxy,

    /// <summary>Where the log goes.</summary>
    Logging,

    /// <summary>etcd's own check of membership changes, which is always on.</summary>
    MembershipCheck,
}

/// <summary>A setting of etcd's configuration file.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Type">The kind of its value.</param>
/// <param name="Versions">Which releases read it, see <see cref="SettingVersions"/>.</param>
/// <param name="Owner">Who decides it.</param>
internal sealed record EtcdSetting(string Name, SettingType Type, string Versions, SettingOwner Owner = SettingOwner.Operator)
{
    /// <summary>The name that later releases have for it; null where they have none.</summary>
    public string? RenamedTo { get; init; }

    /// <summary>The feature gate that it became; null where it became none.</summary>
    public string? Gate { get; init; }

    /// <summary>The words that it takes; for a map its names. Null for anything.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>The smallest number.</summary>
    public long Least { get; init; }

    /// <summary>The largest number.</summary>
    public long Most { get; init; } = long.MaxValue;

    /// <summary>What etcd checks of a value beyond its kind, see <see cref="TextRules"/>: the value as it is kept and the release, to what was expected; null for nothing.</summary>
    public Func<object, EtcdVersion?, string?>? Rule { get; init; }

    /// <summary>The value that can cost data; a map has it where this name is true. Null for none.</summary>
    public IReadOnlyList<string>? Unsafe { get; init; }

    /// <summary>What it can do then.</summary>
    public string? Danger { get; init; }

    /// <summary>Whether a release reads it; null is any release.</summary>
    public bool IsKnownTo(EtcdVersion? version) => version is not { } given || SettingVersions.Include(Versions, given);
}
