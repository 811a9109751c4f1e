using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Facts;

/// <summary>The space that a plan needs on a host.</summary>
/// <param name="Path">A full path; it need not exist.</param>
/// <param name="Bytes">The least number of bytes.</param>
internal sealed record SpaceNeed(string Path, long Bytes)
{
    /// <summary>An upper limit for configuration, certificates and unit file.</summary>
    public const long SmallFiles = 1L << 20;

    /// <summary>The space if it is needed, otherwise none.</summary>
    public static SpaceNeed When(bool isNeeded, string path, long bytes) => new(path, isNeeded ? bytes : 0);
}

/// <summary>Checks before the first step whether a host has room for the files of a plan. All plans that write on hosts use it.</summary>
internal static class SpaceGuard
{
    // Every file is written beside its target and renamed; a plan writes a few dozen files at most.
    private const long LeastFiles = 64;

    /// <summary>Checks the file systems that are written to.</summary>
    /// <param name="host">The host's facts; file systems that they do not contain are not checked.</param>
    /// <param name="needs">The paths and sizes; those of zero bytes are skipped.</param>
    /// <param name="nextStep">What the operator does if there is too little room.</param>
    /// <returns>DiskFull: too few bytes or inodes. FileWriteFailed: mounted read-only. Each error has the host, the mount point and the required
    /// space.</returns>
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
                    $"On {host.HostName}, {system.MountPoint} is mounted read-only, but EtcdAdmin must write to {paths}.")
                {
                    Target = host.HostName,
                    NextStep =
                        "Find the reason in the host's kernel log (journalctl -k). The kernel remounts a file system read-only after disk errors: "
                            + $"replace a failing disk first. Then mount {system.MountPoint} "
                        + "read-write.",
                };
            }
            else if (system.FreeBytes < bytes)
            {
                yield return Full(host, $"has {Size(system.FreeBytes)} free on {system.MountPoint}, but {Size(bytes)} are needed "
                    + $"for {paths}", nextStep);
            }
            else if (system.FreeFiles < LeastFiles)
            {
                yield return Full(host, string.Create(CultureInfo.InvariantCulture,
                    $"has {system.FreeFiles} inodes free on {system.MountPoint}, but {LeastFiles} are needed for {paths}"),
                        "Remove files that are not needed: each new file needs a free inode.");
            }
        }
    }

    private static EtcdException Full(EtcdHost host, string what, string nextStep) =>
        new(EtcdErrorIds.DiskFull, $"{host.HostName} {what}.") { Target = host.HostName, NextStep = nextStep };

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MB");
}
