using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Facts;

/// <summary>What a plan is going to write somewhere on a host.</summary>
/// <param name="Path">A full path; it need not exist.</param>
/// <param name="Bytes">How much, at least.</param>
internal sealed record SpaceNeed(string Path, long Bytes)
{
    /// <summary>Configuration, certificates, unit: far less than this.</summary>
    public const long SmallFiles = 1L << 20;

    /// <summary>Nothing, unless it is needed.</summary>
    public static SpaceNeed When(bool isNeeded, string path, long bytes) => new(path, isNeeded ? bytes : 0);
}

/// <summary>Says before the first step where a host has no room for what a plan is going to write. All plans that write on hosts ask this.</summary>
internal static class SpaceGuard
{
    // Every file is written beside its place and renamed; a plan writes some dozens at most.
    private const long LeastFiles = 64;

    /// <summary>Checks the file systems that are written to.</summary>
    /// <param name="host">As it was just read. What it does not know of its file systems is not checked.</param>
    /// <param name="needs">What is written where; those of no bytes are left out.</param>
    /// <param name="nextStep">What the operator does where there is too little room.</param>
    /// <returns>DiskFull: too few bytes or inodes. FileWriteFailed: mounted read-only. Each names the host, the mount point and what is needed.</returns>
    public static IEnumerable<EtcdException> Check(EtcdHost host, IEnumerable<SpaceNeed> needs, string nextStep)
    {
        foreach (IGrouping<HostFileSystem?, SpaceNeed> written in needs.Where(need => need.Bytes > 0).GroupBy(need => host.FileSystemOf(need.Path)))
        {
            if (written.Key is not { } system) continue;
            string paths = string.Join(" and ", written.Select(need => need.Path).Distinct(StringComparer.Ordinal));
            long bytes = written.Sum(need => need.Bytes);
            if (system.IsReadOnly)
            {
                yield return new EtcdException(EtcdErrorIds.FileWriteFailed,
                    $"{host.HostName} has {system.MountPoint} mounted read-only, and {paths} must be written.")
                {
                    Target = host.HostName,
                    NextStep = $"Look in the host's kernel log for why (a failing disk is mounted read-only), then mount {system.MountPoint} for writing.",
                };
            }
            else if (system.FreeBytes < bytes)
            {
                yield return Full(host, $"has {Size(system.FreeBytes)} left on {system.MountPoint}, and {Size(bytes)} are needed for {paths}", nextStep);
            }
            else if (system.FreeFiles < LeastFiles)
            {
                yield return Full(host, string.Create(CultureInfo.InvariantCulture,
                    $"has {system.FreeFiles} inodes left on {system.MountPoint}, and {LeastFiles} are needed for {paths}"), "Remove files that are not needed: a file system takes no new one without a free inode.");
            }
        }
    }

    private static EtcdException Full(EtcdHost host, string what, string nextStep) =>
        new(EtcdErrorIds.DiskFull, $"{host.HostName} {what}.") { Target = host.HostName, NextStep = nextStep };

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MB");
}
