using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>Lists what works with an imported cluster.</summary>
internal static class ImportCapabilities
{
    /// <summary>The list.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="withoutTools">The hosts without etcdctl beside etcd.</param>
    public static IReadOnlyList<EtcdImportCapability> Of(EtcdCluster cluster, IReadOnlyList<string> withoutTools)
    {
        IReadOnlyList<MemberSpec> members = cluster.RequireSpec().Members;
        MemberSpec[] readOnly = [.. members.Where(member => member.Adopted is { IsReadOnly: true })];
        string? unsupervised = readOnly.Length == 0 ? null : AdoptedMembers.ReadOnly(readOnly[0], readOnly[0].Adopted!) is var refusal // as above
            ? $"{readOnly[0].Adopted!.Source}: {refusal.NextStep}" : null;
        if (cluster.IsBefore3) return OfBefore3(cluster, readOnly.Length == 0, unsupervised);
        string? unconverted = AdoptedMembers.Refusal(cluster.Name, members)?.NextStep;
        string? tools = withoutTools.Count == 0 ? null
            : $"{string.Join(", ", withoutTools)} {(withoutTools.Count == 1 ? "has" : "have")} no etcdctl beside etcd. "
                + "Use -Destination without -OnHost.";
        return
        [
            new("Health and members", true, ["Get-EtcdHealth", "Get-EtcdMember", "Get-EtcdHost", "Move-EtcdLeader"], null),
            new("Keys", true, ["Get-EtcdKey", "Set-EtcdKey", "Remove-EtcdKey", "Export-EtcdKey", "Import-EtcdKey"], null),
            new("Snapshots to this machine", true, ["Save-EtcdSnapshot", "Test-EtcdSnapshot", "Compare-EtcdSnapshot"], null),
            Of("Snapshots on the hosts", tools, "Save-EtcdSnapshot -OnHost"),
            Of("Start and stop", unsupervised, "Start-EtcdMember", "Stop-EtcdMember", "Restart-EtcdMember"),
            Of("Conversion", readOnly.Length == 0 ? null : unconverted, "Convert-EtcdMember"),
            Of("Settings and files", unconverted, "Get-EtcdConfiguration", "Set-EtcdConfiguration", "Move-EtcdData", "Install-EtcdCluster"),
            Of("Membership", unconverted, "Add-EtcdMember", "Remove-EtcdMember", "Repair-EtcdMember"),
            Of("Restore and recovery", unconverted, "Restore-EtcdSnapshot", "Undo-EtcdRestore", "Repair-EtcdCluster"),
            Of("Snapshot schedules", unconverted, "Register-EtcdSnapshotSchedule"),
            Of("Removal", unconverted, "Uninstall-EtcdCluster"),
        ];
    }

    private static IReadOnlyList<EtcdImportCapability> OfBefore3(EtcdCluster cluster, bool converts, string? unsupervised)
    {
        string reason = $"etcd {cluster.Spec!.Version} has no v3 API. " + (converts // it was just imported
            ? $"Bring it to etcd 3.0: Get-EtcdMember {cluster.Name} | Convert-EtcdMember"
            : "Bring it to etcd 3.0 with the tool that installed it.");
        return
        [
            new("Health and members", true, ["Get-EtcdHealth", "Get-EtcdMember", "Get-EtcdHost"], null),
            new("Conversion of v2 keys into another cluster", true, ["Convert-EtcdV2Store -Destination"], null),
            Of("Start and stop", unsupervised, "Start-EtcdMember", "Stop-EtcdMember", "Restart-EtcdMember"),
            Of("Conversion, to etcd 3.0", converts ? null : reason, "Convert-EtcdMember"),
            Of("Everything else", reason, "Get-EtcdKey", "Save-EtcdSnapshot", "Update-EtcdCluster", "Set-EtcdConfiguration"),
        ];
    }

    private static EtcdImportCapability Of(string group, string? reason, params string[] commands) => new(group, reason is null, commands, reason);
}
