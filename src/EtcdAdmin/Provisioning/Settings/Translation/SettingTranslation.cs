using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Settings.Translation;

/// <summary>The settings of a cluster for another version of etcd, newer or older.</summary>
/// <param name="Tuning">The settings as the other version reads them.</param>
/// <param name="Changes">What changes. Changes of defaults and meanings are for information; the others are already in <paramref name="Tuning"/>.
/// </param>
/// <param name="Problems">Settings that the other version refuses, or ignores without a message, and that have no successor. The version must not be
/// changed before the operator has reset them; the next step contains the command.</param>
internal sealed record SettingTranslation(EtcdTuning Tuning, IReadOnlyList<SettingChange> Changes, IReadOnlyList<SettingProblem> Problems)
{
    /// <summary>Translates settings.</summary>
    /// <param name="cluster">The cluster's name, for the commands in the problems.</param>
    /// <param name="tuning">The settings as <paramref name="from"/> reads them.</param>
    /// <param name="from">The version that runs now.</param>
    /// <param name="to">The version that will read the settings.</param>
    public static SettingTranslation Of(string cluster, EtcdTuning tuning, EtcdVersion from, EtcdVersion to) =>
        new SettingTranslator(cluster, from, to).Translate(tuning);
}
