using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>The type of a setting's value in etcd's configuration file.</summary>
internal enum SettingType
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>A text with parts separated by commas.</summary>
    Csv,

    /// <summary>A list of texts.</summary>
    List,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A number of bytes.</summary>
    Bytes,

    /// <summary>Go's time.Duration: nanoseconds in the file.</summary>
    Duration,

    /// <summary>A duration in milliseconds.</summary>
    Milliseconds,

    /// <summary>A duration in seconds.</summary>
    Seconds,

    /// <summary>The retention of automatic compaction: its meaning depends on the mode.</summary>
    Retention,

    /// <summary>Names with true or false; a map in the file.</summary>
    FlagMap,

    /// <summary>Names with true or false; a text such as <c>A=true,B=false</c> in the file.</summary>
    Gates,
}

/// <summary>What decides a setting.</summary>
internal enum SettingOwner
{
    /// <summary>The operator: it can be set like any other setting.</summary>
    Operator,

    /// <summary>The operator, also with a separate parameter, see <see cref="EtcdTuning"/>; both have the same effect.</summary>
    Tuning,

    /// <summary>The data directory.</summary>
    Data,

    /// <summary>The directory of the write-ahead log.</summary>
    Log,

    /// <summary>The members of the cluster.</summary>
    Members,

    /// <summary>The rebuild after a loss of the quorum.</summary>
    Recovery,

    /// <summary>The member's name.</summary>
    Name,

    /// <summary>The addresses that the member listens on.</summary>
    Listening,

    /// <summary>The addresses of the member for clients and members.</summary>
    Address,

    /// <summary>Certificates and keys.</summary>
    Tls,

    /// <summary>The discovery of members when a cluster is created.</summary>
    Discovery,

    /// <summary>etcd as a proxy instead of a member.</summary>
    Proxy,

    /// <summary>The destination of the log.</summary>
    Logging,

    /// <summary>etcd's own check of membership changes, which is always on.</summary>
    MembershipCheck,
}

/// <summary>A setting in etcd's configuration file.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="Versions">The releases that read it, see <see cref="SettingVersions"/>.</param>
/// <param name="Owner">What decides it.</param>
internal sealed record EtcdSetting(string Name, SettingType Type, string Versions, SettingOwner Owner = SettingOwner.Operator)
{
    /// <summary>Its name in later releases; null if they do not have it.</summary>
    public string? RenamedTo { get; init; }

    /// <summary>The feature gate that replaced it; null if there is none.</summary>
    public string? Gate { get; init; }

    /// <summary>The allowed words; for a map its allowed names. Null for any.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>The smallest number.</summary>
    public long Least { get; init; }

    /// <summary>The largest number.</summary>
    public long Most { get; init; } = long.MaxValue;

    /// <summary>etcd's check of the value beyond its type, see <see cref="TextRules"/>: takes the stored value and the release, and returns what was
    /// expected; null if there is none.</summary>
    public Func<object, EtcdVersion?, string?>? Rule { get; init; }

    /// <summary>The value that can lose data; for a map, the name whose value is true. Null if there is none.</summary>
    public IReadOnlyList<string>? Unsafe { get; init; }

    /// <summary>What this value can cause.</summary>
    public string? Danger { get; init; }

    /// <summary>Whether a release reads it; null is any release.</summary>
    public bool IsKnownTo(EtcdVersion? version) => version is not { } given || SettingVersions.Include(Versions, given);
}
