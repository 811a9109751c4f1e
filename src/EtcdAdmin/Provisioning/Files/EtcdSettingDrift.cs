namespace EtcdAdmin.Provisioning.Files;

/// <summary>A setting that is not as it should be.</summary>
/// <param name="Setting">Its name in etcd's configuration file; for something as a whole its path or unit.</param>
/// <param name="Expected">What the specification says; null where it does not know the setting.</param>
/// <param name="Actual">What is there; null where nothing is.</param>
public sealed record EtcdSettingDrift(string Setting, string? Expected, string? Actual)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Setting}: {Actual ?? "missing"} instead of {Expected ?? "nothing"}";
}
