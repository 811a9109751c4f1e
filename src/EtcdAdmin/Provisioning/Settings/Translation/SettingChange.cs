namespace EtcdAdmin.Provisioning.Settings.Translation;

/// <summary>What a change of the version does to a setting.</summary>
public enum SettingChangeKind
{
    /// <summary>The other version has it by another name.</summary>
    Renamed,

    /// <summary>The other version does not have it. It is removed, and the behaviour stays the same.</summary>
    Removed,

    /// <summary>It is kept, but it has another effect.</summary>
    MeaningChanged,

    /// <summary>It is not set, and the default of the other version is different.</summary>
    DefaultChanged,
}

/// <summary>A difference in the settings of a cluster between two versions of etcd.</summary>
/// <param name="Kind">The kind of difference.</param>
/// <param name="Name">The name in etcd's configuration file before the change.</param>
/// <param name="Value">The value before; for a default the old default.</param>
/// <param name="NewName">The name after the change; null if the setting is removed.</param>
/// <param name="NewValue">The value after; null if the setting is removed.</param>
/// <param name="Why">The reason or the effect, as a sentence.</param>
/// <param name="Source">The file of etcd that shows it.</param>
public sealed record SettingChange(
    SettingChangeKind Kind, string Name, string? Value, string? NewName, string? NewValue, string Why, string Source)
{
    /// <summary>The change in one sentence, without the reason.</summary>
    public string Summary => Kind switch
    {
        SettingChangeKind.Renamed => $"'{Name}: {Value}' becomes '{NewName}: {NewValue}'.",
        SettingChangeKind.Removed => $"'{Name}: {Value}' is removed.",
        SettingChangeKind.DefaultChanged => $"'{Name}' is not set, and its default changes from {Value} to {NewValue}.",
        _ => $"'{Name}: {Value}' has another effect.",
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Summary} {Why}";
}
