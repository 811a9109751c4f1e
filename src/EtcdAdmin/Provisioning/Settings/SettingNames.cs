using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning.Settings;

/// <summary>Finds the setting that is meant by a name that the running etcd does not have.</summary>
internal static class SettingNames
{
    /// <summary>Finds a setting in another spelling: <c>ETCD_SNAPSHOT_COUNT</c>, <c>--snapshot-count</c>, <c>snapshotCount</c>.</summary>
    public static EtcdSetting? SpelledOtherwise(string name)
    {
        string letters = Letters(name);
        return letters.Length == 0 ? null : EtcdSettingTable.All.FirstOrDefault(setting => Letters(setting.Name) == letters);
    }

    /// <summary>The setting to use instead, as a sentence; null where no name is similar.</summary>
    /// <param name="name">The name as given.</param>
    /// <param name="version">The release; null is any release.</param>
    public static string? Suggest(string name, EtcdVersion? version)
    {
        EtcdSetting? meant = EtcdSettingTable.Find(name) ?? SpelledOtherwise(name);
        if (meant is not null && Free(meant, version)) return Use(meant.Name);
        // In the table.
        if (meant?.Gate is { } gate && EtcdSettingTable.Find("feature-gates")!.IsKnownTo(version))
            return $"Use 'feature-gates' with the value '{gate}=true'.";
        if (FlagMapOf(name, version) is { } flags) return $"Use '{flags.Name}' with a map of {string.Join(", ", flags.Words!)}."; // a map has names
        if (name.Split('.') is [var map, _] && EtcdSettingTable.Find(map) is { Type: SettingType.FlagMap } parts && Free(parts, version))
            return $"Use '{parts.Name}' with a map of {string.Join(", ", parts.Words!)}."; // a map has names
        EtcdSetting? renamed = meant is null ? null : EtcdSettingTable.All.FirstOrDefault(other =>
            (other.Name == meant.RenamedTo || (other.RenamedTo == meant.Name && other.Gate is null)) && Free(other, version));
        if (renamed is not null) return Use(renamed.Name);
        string[] known = [.. EtcdSettingTable.All.Where(setting => Free(setting, version)).Select(setting => setting.Name)];
        return NearestName.Find(Plain(name), known) is { } near && near != meant?.Name ? Use(near) : null;
    }

    // etcd has a flag for each part of such a map: --socket-reuse-port is reuse-port of socket-options.
    private static EtcdSetting? FlagMapOf(string name, EtcdVersion? version)
    {
        string letters = Letters(name);
        return EtcdSettingTable.All.FirstOrDefault(setting => setting.Type == SettingType.FlagMap && Free(setting, version)
            && setting.Words!.Any(word => letters == Letters(setting.Name.Split('-')[0] + word) || letters == Letters(word))); // as above
    }

    private static bool Free(EtcdSetting setting, EtcdVersion? version) => SettingOwners.IsFree(setting.Owner) && setting.IsKnownTo(version);

    private static string Use(string name) => $"Use '{name}'.";

    private static string Letters(string name) => string.Concat(Plain(name).Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    // Variables begin with ETCD_, flags with dashes.
    private static string Plain(string name)
    {
        string plain = name.Trim().TrimStart('-').Replace('_', '-');
        return plain.StartsWith("ETCD-", StringComparison.OrdinalIgnoreCase) ? plain[5..] : plain;
    }
}
