using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>What to do with settings that were changed by hand in the files of members.</summary>
public enum HandEditAction
{
    /// <summary>The settings are added to the cluster's specification, for all members.</summary>
    Keep,

    /// <summary>The settings are replaced by those of the specification; a copy of the files is kept.</summary>
    Overwrite,
}

/// <summary>The changes made by hand in the files of a member.</summary>
/// <param name="Member">The member.</param>
/// <param name="Settings">The settings that differ from the written file; none where only comments or the order differ.</param>
/// <param name="Config">Whether its configuration was changed.</param>
/// <param name="UnitLines">The changed lines of its systemd unit, each with a plus or minus; none where only comments differ.</param>
/// <param name="Unit">Whether its unit was changed.</param>
internal sealed record HandEdit(MemberSpec Member, IReadOnlyList<EtcdSettingDrift> Settings, bool Config, IReadOnlyList<string> UnitLines, bool Unit)
{
    /// <summary>Whether more than comments and the order of lines was changed.</summary>
    public bool Matters => Settings.Count > 0 || UnitLines.Count > 0;

    /// <summary>All changes, for a plan or a message.</summary>
    public string Describe()
    {
        IEnumerable<string> lines = UnitLines.Select(line => $"{Member.Unit}: {line}");
        string[] all = [.. Settings.Select(setting => setting.ToString()), .. lines];
        return all.Length == 0 ? "comments or the order of settings" : string.Join("; ", all);
    }

    /// <summary>The changed files, for a plan or a message.</summary>
    public string Files => string.Join(" and ", new[] { Config ? "etcd.conf.yml" : null, Unit ? Member.Unit : null }.OfType<string>());
}
