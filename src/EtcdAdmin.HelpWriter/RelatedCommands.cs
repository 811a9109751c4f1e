namespace EtcdAdmin.HelpWriter;

/// <summary>What to read after a cmdlet's help: the cmdlets for the same things, and the topics.</summary>
internal static class RelatedCommands
{
    /// <summary>The names, those that are nearest first.</summary>
    public static IEnumerable<string> Of(CmdletModel cmdlet, IEnumerable<CmdletModel> all) =>
    [
        .. all.Where(other => other.Name != cmdlet.Name && other.Noun.StartsWith(cmdlet.Noun, StringComparison.Ordinal)).Select(other => other.Name),
        .. all.Where(other => other.Noun != cmdlet.Noun && cmdlet.Noun.StartsWith(other.Noun, StringComparison.Ordinal)).Select(other => other.Name),
        .. Topics(cmdlet.Noun),
    ];

    private static IEnumerable<string> Topics(string noun) => noun switch
    {
        "EtcdKey" or "EtcdSnapshot" or "EtcdSnapshotKey" or "EtcdSnapshotSchedule" => ["about_EtcdSnapshots", "about_EtcdErrors"],
        "EtcdRecoveryCandidate" => ["Repair-EtcdCluster", "about_EtcdQuorumLoss", "about_EtcdErrors"],
        "EtcdData" => ["about_EtcdStorage", "about_EtcdErrors"],
        _ => ["about_EtcdAdmin", "about_EtcdErrors"],
    };
}
