namespace EtcdAdmin.Provisioning.Settings.Translation;

/// <summary>What to know about settings that were removed without a successor.</summary>
internal static class RemovalReasons
{
    private static readonly Dictionary<string, (string Why, string Source)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["enable-v2"] = ("it has no API 2", "CHANGELOG-3.6.md"),
        ["experimental-enable-v2v3"] = ("it has no API 2, so it cannot answer API 2 from v3 keys", "CHANGELOG-3.6.md"),
        ["log-package-levels"] = ("its logger has one level for all packages ('log-level')", "CHANGELOG-3.5.md"),
        ["next-cluster-version-compatible"] = ("only etcd 3.4 has it, for a downgrade from 3.5", "CHANGELOG-3.4.md, 3.4.31"),
        ["max-learners"] = ("it allows one learner", "server/etcdserver/api/membership/cluster.go, maxLearners"),
    };

    /// <summary>The reason, to follow "because"; null if it is only that the version does not have the setting.</summary>
    public static (string Why, string Source)? Find(string name) => Known.TryGetValue(name, out (string, string) known) ? known : null;
}
