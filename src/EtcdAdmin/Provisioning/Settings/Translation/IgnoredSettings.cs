namespace EtcdAdmin.Provisioning.Settings.Translation;

/// <summary>Settings that a version still accepts and no longer uses.</summary>
internal static class IgnoredSettings
{
    private static readonly EtcdVersion FirstWithoutV2 = new(3, 6, 0);

    /// <summary>Why a version does not use a setting that it accepts, and the source; null if it uses it.</summary>
    public static (string Why, string Source)? Find(string name, EtcdVersion version) => name switch
    {
        // From 3.6.13 on, 3.6 obeys write-only-skip-check, which is not offered: it starts with v2 data that 3.6 cannot read.
        "v2-deprecation" when version >= FirstWithoutV2 => (
            $"etcd {version.Major}.{version.Minor} always uses write-only and ignores this setting.", "server/etcdmain/config.go, parse"),
        _ => null,
    };
}
