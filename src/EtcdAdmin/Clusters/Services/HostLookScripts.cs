using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>One round trip that shows whether the etcd of a member runs and how full its disks are.</summary>
internal static class HostLookScripts
{
    private const string DiskWord = "disk";

    // The look at the process comes in between, with its own arguments: $1 data folder, $2 folder of the log, empty for none, then those.
    // A folder that is not there is on the disk of the nearest one that is. The options of the mount say whether that can be written to:
    // test -w checks only the caller's permissions, and for root busybox and older C libraries call everything writable. Since Linux 6.15 ext4
    // says emergency_ro after an error. Where there are no such options to read (macOS), test -w is all there is.
    private const string Before = """
        is_read_only() { # folder, mount point
            if [ ! -r /proc/mounts ]; then [ ! -w "$1" ]; return; fi
            now=
            while read -r _ mount _ options _; do
                if [ "$mount" = "$2" ]; then now=$options; fi
            done </proc/mounts
            case ,$now, in *,ro,* | *,emergency_ro,*) return 0 ;; esac
            return 1
        }
        data=$1 wal=$2
        shift 2
        (

        """;

    private const string After = """

        )
        for place in "$data" "$wal"; do
            [ -n "$place" ] || continue
            found=$place
            while [ -n "$found" ] && [ ! -d "$found" ]; do found=${found%/*}; done
            set -- $(df -Pk -- "${found:-/}" 2>/dev/null | tail -n 1)
            size=${2:-} free=${4:-} mode=rw
            if [ "$#" -ge 6 ]; then shift 5; fi
            if is_read_only "${found:-/}" "$*"; then mode=ro; fi
            printf 'disk %s %s %s %s\n' "$mode" "$size" "$free" "$place"
        done
        """;

    /// <summary>The script for a member.</summary>
    /// <param name="state">What looks at its process.</param>
    /// <param name="member">The member.</param>
    public static HostScript Of(HostScript state, MemberSpec member) => state with
    {
        Text = Before + state.Text + After,
        Arguments = [member.Layout.DataDirectory, member.WalDirectory ?? "", .. state.Arguments],
    };

    /// <summary>Reads what it prints.</summary>
    /// <param name="output">Its output.</param>
    /// <param name="process">Reads what the look at the process prints.</param>
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
