using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Hosts.Facts;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How full the disks of the members are, and of which kind.</summary>
internal static class DisksRule
{
    private const string Space = "DiskSpace";
    private const string Kind = "DiskKind";
    private const double CriticalShare = 0.05;
    private const double WarningShare = 0.15;
    private const long PlentyBytes = 20_000_000_000;

    // Their fsync crosses a network, or does nothing.
    private static readonly string[] Remote = ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "ceph", "9p", "glusterfs", "fuse.glusterfs"];
    private static readonly string[] Volatile = ["tmpfs", "ramfs"];

    /// <summary>Two results for each folder of each member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            if (member.Host.Value is not { } host)
            {
                yield return facts.NotKnown(Space, member.Host, member.Name);
                continue;
            }

            foreach (string folder in new[] { host.Spec.Layout.DataDirectory, host.Spec.WalFolder }
                .Where((folder, i) => i == 0 || host.Spec.WalPath is not null))
            {
                if (host.Host.FileSystemOf(folder) is not { } system)
                {
                    yield return facts.Result(
                        Space, CheckSeverity.Unknown, $"Not checked: the file system of {folder} is not known.", member: member.Name);
                    continue;
                }

                yield return JudgeSpace(facts, member, folder, system);
                yield return JudgeKind(facts, member, folder, system, host.Rotating.TryGetValue(folder, out bool rotates) ? rotates : null);
            }
        }
    }

    private static EtcdCheck JudgeSpace(CheckFacts facts, MemberFacts member, string folder, HostFileSystem system)
    {
        double share = system.SizeBytes <= 0 ? 1 : (double)system.FreeBytes / system.SizeBytes;
        string finding = string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} % of the disk of {folder} is free.");
        string evidence = $"{ByteSizes.Show(system.FreeBytes)} of {ByteSizes.Show(system.SizeBytes)} on {system.MountPoint}.";
        const string Remedy = "Free space that other files use, never files of etcd; or move the data to a larger disk (Move-EtcdData).";
        if (system.IsReadOnly)
            return facts.Result(Space, CheckSeverity.Critical, $"The disk of {folder} is mounted read-only.", evidence,
                "See the kernel log of its host (journalctl -k).", member.Name);
        if (system.FreeFiles == 0)
            return facts.Result(Space, CheckSeverity.Critical, $"The disk of {folder} has no free inodes.", evidence, Remedy, member.Name);
        return system.FreeBytes >= PlentyBytes || share >= WarningShare
            ? facts.Result(Space, CheckSeverity.Ok, finding, evidence, member: member.Name)
            : facts.Result(Space, share < CriticalShare ? CheckSeverity.Critical : CheckSeverity.Warning, finding, evidence, Remedy, member.Name);
    }

    private static EtcdCheck JudgeKind(CheckFacts facts, MemberFacts member, string folder, HostFileSystem system, bool? rotates)
    {
        string evidence = $"{system.Type} on {system.Source}{(rotates is null ? "" : rotates.Value ? ", a turning disk" : ", no turning disk")}.";
        const string Remedy = "Move the data to a local SSD (Move-EtcdData).";
        return Volatile.Contains(system.Type)
                ? facts.Result(
                    Kind, CheckSeverity.Critical, $"{folder} is in memory: a restart of the host deletes it.", evidence, Remedy, member.Name)
            : Remote.Contains(system.Type)
                ? facts.Result(Kind, CheckSeverity.Warning, $"{folder} is on a network file system.", evidence, Remedy, member.Name)
            : rotates == true
                // The disks of virtual machines often claim to turn (virtio); FsyncLatency shows what counts.
                ? facts.Result(Kind, CheckSeverity.Info,
                    $"The kernel calls the disk of {folder} a turning one. Those of virtual machines often seem so; see FsyncLatency.",
                    evidence, Remedy, member.Name)
                : facts.Result(Kind, CheckSeverity.Ok, $"{folder} is on a local file system.", evidence, member: member.Name);
    }
}
