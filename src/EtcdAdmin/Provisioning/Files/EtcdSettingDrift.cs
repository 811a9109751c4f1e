namespace EtcdAdmin.Provisioning.Files;

/// <summary>A setting that differs from the specification.</summary>
/// <param name="Setting">Its name in etcd's configuration file; for a complete file its path, for a complete unit its name.</param>
/// <param name="Expected">The value of the specification; null where it does not have the setting.</param>
/// <param name="Actual">The value on the host; null where it is missing.</param>
public sealed record EtcdSettingDrift(string Setting, string? Expected, string? Actual)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Setting}: {Actual ?? "missing"} instead of {Expected ?? "nothing"}";
}
