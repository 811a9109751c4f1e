using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Checks in one round trip whether the etcd of a member runs and how full its disks are.</summary>
internal static class HostLookScripts
{
    /// <summary>The first word of a line of <c>disk_facts</c>.</summary>
    public const string DiskWord = "disk";

    /// <summary>The script for a member.</summary>
    /// <param name="look">The script that checks its process and its disks.</param>
    /// <param name="member">The member.</param>
    /// <param name="process">The arguments that find its process.</param>
    public static HostScript Of(string look, MemberSpec member, IReadOnlyList<string> process) => new(look)
    {
        Arguments = [member.Layout.DataDirectory, member.WalDirectory ?? "", .. process],
    };

    /// <summary>Reads the output of the script.</summary>
    /// <param name="output">The output.</param>
    /// <param name="process">Reads the lines about the process.</param>
    public static MemberServiceState Parse(string output, Func<string, int?> process)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new MemberServiceState(process(string.Join('\n', lines.Where(line => !IsDisk(line)))))
        {
            Disks = [.. lines.Where(IsDisk).Select(ParseDisk).OfType<DiskSpace>()],
        };
    }

    private static bool IsDisk(string line) => line.StartsWith(DiskWord + " ", StringComparison.Ordinal);

    private static DiskSpace? ParseDisk(string line)
    {
        const int kilobyte = 1024;
        return line.Split(' ', 5) is [_, var mode, var size, var free, var path]
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long total)
            && long.TryParse(free, NumberStyles.None, CultureInfo.InvariantCulture, out long left)
            ? new DiskSpace(path, total * kilobyte, left * kilobyte, mode == "ro")
            : null;
    }
}
