namespace EtcdAdmin.HelpWriter;

/// <summary>The related links of a cmdlet's help: cmdlets with related nouns, and topics.</summary>
internal static class RelatedCommands
{
    /// <summary>The names, most closely related first.</summary>
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
