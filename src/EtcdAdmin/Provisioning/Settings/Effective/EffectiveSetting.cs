namespace EtcdAdmin.Provisioning.Settings.Effective;

/// <summary>Where etcd has a setting from.</summary>
public enum ConfigurationSource
{
    /// <summary>The configuration file.</summary>
    File,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The command line.</summary>
    Argument,
}

/// <summary>A setting that etcd uses.</summary>
/// <param name="Name">Its name in etcd's configuration file; parts of nested entries are joined with a dot, as in
/// <c>client-transport-security.cert-file</c>. A flag that the file does not have keeps its name.</param>
/// <param name="Value">Its value as text; durations as 1m30s, lists separated by commas.</param>
/// <param name="Source">Where it is from.</param>
/// <param name="Given">Its name there, for instance <c>ETCD_CERT_FILE</c> or <c>--cert-file</c>.</param>
public sealed record EffectiveSetting(string Name, string Value, ConfigurationSource Source, string Given);

/// <summary>What a finding means.</summary>
public enum ConfigurationFindingKind
{
    /// <summary>etcd does not use it.</summary>
    Ignored,

    /// <summary>This version does not know the name, and ignores it.</summary>
    Unknown,

    /// <summary>etcd does not start with it.</summary>
    Refused,
}

/// <summary>Something in a configuration that does not have the effect that it seems to have.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Source">Where it is.</param>
/// <param name="Given">Its name there.</param>
/// <param name="Text">What happens and why, as a sentence.</param>
/// <param name="NextStep">What to use instead, as a sentence; null if there is nothing.</param>
public sealed record ConfigurationFinding(
    ConfigurationFindingKind Kind, ConfigurationSource Source, string Given, string Text, string? NextStep = null)
{
    /// <inheritdoc/>
    public override string ToString() => NextStep is null ? Text : $"{Text} {NextStep}";
}
