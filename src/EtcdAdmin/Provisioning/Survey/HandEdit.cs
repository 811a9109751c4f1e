using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>What becomes of settings that somebody has changed by hand in the files of members.</summary>
public enum HandEditAction
{
    /// <summary>They are taken into the cluster's specification, and so hold for all members.</summary>
    Keep,

    /// <summary>They are replaced by what the specification says; a copy of the files is kept.</summary>
    Overwrite,
}

/// <summary>What somebody has changed by hand in the files of a member.</summary>
/// <param name="Member">The member.</param>
/// <param name="Settings">The settings that differ from what was written there; none where only remarks or the order do.</param>
/// <param name="Config">Whether its configuration was changed.</param>
/// <param name="UnitLines">What was changed in its systemd unit: lines with a plus or minus before them; none where only remarks were.</param>
/// <param name="Unit">Whether its unit was changed.</param>
internal sealed record HandEdit(MemberSpec Member, IReadOnlyList<EtcdSettingDrift> Settings, bool Config, IReadOnlyList<string> UnitLines, bool Unit)
{
    /// <summary>Whether more than remarks and the order of lines was changed.</summary>
    public bool Matters => Settings.Count > 0 || UnitLines.Count > 0;

    /// <summary>All of it, for a plan or a message.</summary>
    public string Describe()
    {
        IEnumerable<string> lines = UnitLines.Select(line => $"{Member.Unit}: {line}");
        string[] all = [.. Settings.Select(setting => setting.ToString()), .. lines];
        return all.Length == 0 ? "remarks or the order of settings" : string.Join("; ", all);
    }

    /// <summary>The files, for a plan or a message.</summary>
    public string Files => string.Join(" and ", new[] { Config ? "etcd.conf.yml" : null, Unit ? Member.Unit : null }.OfType<string>());
}
