using System.Globalization;

namespace EtcdAdmin.Hosts;

/// <summary>What every host can do because it runs scripts: the same scripts here and at the far end of a connection.</summary>
public static class HostExtensions
{
    // One script for any number of files: over a connection each would be a round trip. The mode is set while the file is
    // still empty, so a key is never readable by others; sync before rename, so that a power cut leaves the old file or the
    // new one. Files with a checksum are the large ones: they are hashed and flushed while the next one arrives. The last byte
    // of all tells that nothing was cut off. head -c is in POSIX.1-2024 and in every older system seen; it takes no byte more
    // than it is told. Programs are started as few as can be: on a small host that is what takes the time.
    private const string PutScript = """
        set -eu
        checks=
        receive() { # path, mode, owner, length, checksum
            umask 022
            [ -d "${1%/*}" ] || mkdir -p -- "${1%/*}"
            umask 077
            [ ! -e "$1.part" ] || rm -f -- "$1.part"
            : >"$1.part"
            [ "$2" = 0600 ] || chmod -- "$2" "$1.part"
            if [ -n "$3" ]; then chown -- "$3" "$1.part"; fi
            head -c "$4" >>"$1.part"
            if [ -n "$5" ]; then
                check "$1.part" "$5" </dev/null &
                checks="$checks $!"
            fi
        }
        check() { # file, checksum
            sum=$(sha256sum <"$1")
            if [ "${sum%% *}" != "$2" ]; then
                echo "${1%.part}: its checksum is wrong; it was changed on the way" >&2
                exit 1
            fi
            sync -- "$1" 2>/dev/null || sync
        }
        receive_all() { while [ $# -ge 5 ]; do receive "$1" "$2" "$3" "$4" "$5"; shift 5; done; }
        sync_others() {
            left=$(($# / 5))
            while [ "$left" -gt 0 ]; do
                if [ -z "$5" ]; then set -- "$@" "$1.part"; fi
                shift 5
                left=$((left - 1))
            done
            [ $# -eq 0 ] || sync -- "$@" 2>/dev/null || sync
        }
        rename_all() { while [ $# -ge 5 ]; do mv -f -- "$1.part" "$1"; shift 5; done; }

        put_all() {
            receive_all "$@"
            if [ "$(head -c 1)" != . ]; then
                echo "the files did not arrive whole" >&2
                exit 1
            fi
            for check in $checks; do wait "$check" || exit 1; done
            sync_others "$@"
            rename_all "$@"
        }
        # In a shell of its own, so that whatever fails there (a full disk, an owner that is not known) leaves no part behind.
        set +e
        (
            set -e
            put_all "$@"
        )
        code=$?
        if [ "$code" -ne 0 ]; then
            while [ $# -ge 5 ]; do rm -f -- "$1.part"; shift 5; done
        fi
        exit "$code"
        """;

    // Behind the last file.
    private static readonly byte[] End = "."u8.ToArray();

    private const string GetScript = """
        cat -- "$1"
        """;

    /// <summary>Runs a script that must succeed.</summary>
    /// <param name="host">Where.</param>
    /// <param name="action">What it does, for the error: "start member n1".</param>
    /// <param name="script">What to run.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="HostCommandException">It ended with another exit code than 0.</exception>
    public static async Task<string> RunRequiredAsync(
        this IHost host, string action, HostScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        ScriptResult result = await host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output : throw new HostCommandException(host.Name, action, result);
    }

    /// <summary>Writes files, each whole or not at all, all in one script.</summary>
    /// <param name="host">Where.</param>
    /// <param name="action">For the error: "write the certificates of member n1".</param>
    /// <param name="files">Folders that are missing are made, for everybody to read. A file that is there is replaced.</param>
    /// <param name="cancellationToken">Ends the script; a <c>.part</c> file may remain and is overwritten next time.</param>
    /// <exception cref="HostCommandException">The disk is full, the owner is unknown, a checksum is wrong.</exception>
    public static async Task PutFilesAsync(
        this IHost host, string action, IReadOnlyList<HostFile> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        var arguments = new List<string>(files.Count * 5);
        foreach (HostFile file in files)
        {
            arguments.Add(file.Path);
            arguments.Add(Octal(file.Mode));
            arguments.Add(file.Owner ?? "");
            arguments.Add(file.Content.Length.ToString(CultureInfo.InvariantCulture));
            arguments.Add(file.Sha256 ?? "");
        }

        IEnumerable<Func<Stream>> contents = files.Select(file => (Func<Stream>)file.Content.Open);
        using var content = new ConcatenatedStream(contents.Append(() => new MemoryStream(End)));
        var script = new HostScript(PutScript) { Arguments = arguments, StandardInput = content };
        await host.RunRequiredAsync(action, script, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a file of a host into a stream.</summary>
    /// <param name="host">Where.</param>
    /// <param name="path">Full path there.</param>
    /// <param name="destination">Gets the bytes; on an error it may have got some.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    /// <exception cref="HostCommandException">The file is missing or may not be read.</exception>
    public static async Task GetFileAsync(this IHost host, string path, Stream destination, CancellationToken cancellationToken)
    {
        var script = new HostScript(GetScript) { Arguments = [path], StandardOutput = destination };
        await host.RunRequiredAsync($"read {path}", script, cancellationToken).ConfigureAwait(false);
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
