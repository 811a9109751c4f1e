namespace EtcdAdmin.Snapshots;

/// <summary>What scripts on hosts that take snapshots have in common.</summary>
internal static class SnapshotShell
{
    /// <summary>
    /// Checks a file that <c>etcdctl snapshot save</c> wrote: all of it is there, the SHA-256 at its end is right, and etcd's own tool reads it. Sets <c>size</c>,
    /// <c>sha256</c> of the whole file, and <c>status</c>, the tool's answer in JSON; where it fails, <c>why</c>.
    /// </summary>
    /// <remarks>Pages, whose size is a multiple of 512, and 32 bytes of a SHA-256. Up to 3.4 it is etcdctl that reads snapshots; from 3.6 on only etcdutl does, and etcdctl prints its help without failing.</remarks>
    public const string Verify = """
        reads_snapshots() { # one of etcd's own tools
            "$1" snapshot status --help 2>&1 | grep -q 'snapshot status'
        }
        verify() { # file, etcd's own tool, file for what that complains of
            size=$(($(wc -c <"$1")))
            [ $((size % 512)) -eq 32 ] || { why="it has no SHA-256 at its end"; return 1; }
            want=$(tail -c 32 <"$1" | od -An -v -tx1 | tr -d ' \n')
            have=$(head -c $((size - 32)) <"$1" | sha256sum)
            [ "$want" = "${have%% *}" ] || { why="the SHA-256 at its end is not that of what is before it"; return 1; }
            status=$("$2" snapshot status "$1" -w json 2>"$3") || { why="etcd's own tool cannot read it: $(tail -n 1 <"$3")"; return 1; }
            sha256=$(sha256sum <"$1")
            sha256=${sha256%% *}
        }
        """;
}
