using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The one command line that a host's login shell gets for a script.</summary>
/// <remarks>
/// It reports on standard error how far it has come, as <c>nonce:letter;</c>, and begins the script only when it has read the
/// nonce from standard input. So the client knows who failed, strips whatever the login wrote, sends a password only to the
/// sudo that asks for one, and may repeat what it has not seen begin without ever running a script twice.
/// </remarks>
internal sealed class RemoteCommand
{
    /// <summary>The script waits for <see cref="Go"/>; on both outputs what follows is the script's own.</summary>
    public const char Ready = 'b';

    /// <summary>sudo is started next.</summary>
    public const char Sudo = 's';

    /// <summary>sudo is needed, and the host has none.</summary>
    public const char NoSudo = 'n';

    /// <summary>sudo asks for a password.</summary>
    public const char Password = 'p';

    // $1 nonce, $2 "root" or "login", $3 "ask" where sudo may ask for a password, $4 the script below, then the script's own.
    private const string Login = """
        nonce=$1 as=$2 ask=$3 begin=$4
        shift 4
        LC_ALL=C
        export LC_ALL
        set -- sh -c "$begin" "$nonce" "$@"
        if [ "$as" != root ] || [ "$(id -u)" -eq 0 ]; then exec "$@"; fi
        if ! command -v sudo >/dev/null 2>&1; then
            printf '%s:n;' "$nonce" >&2
            exit 1
        fi
        printf '%s:s;' "$nonce" >&2
        if [ "$ask" = ask ]; then exec sudo -k -S -p "$nonce:p;" -- "$@"; fi
        exec sudo -n -- "$@"
        """;

    // Administration programs are not on the path of every login. ssh says 255 for its own failures and for a command that a
    // signal killed; through a shell that stays, neither of these is taken for a lost connection.
    private const string Begin = $$"""
        printf '%s:b;' "$0"
        printf '%s:b;' "$0" >&2
        IFS= read -r go || exit 1
        [ "$go" = "$0" ] || exit 1
        {{EtcdEnvironment.CleanScript}}
        script=$1
        shift
        cd /
        PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
        export PATH
        sh -c "$script" etcdadmin "$@"
        status=$?
        [ "$status" -ne 255 ] || status=254
        exit "$status"
        """;

    private RemoteCommand(string nonce, string text)
    {
        Nonce = nonce;
        Text = text;
    }

    /// <summary>Random, 32 hexadecimal digits.</summary>
    public string Nonce { get; }

    /// <summary>The command line, for any shell that knows POSIX quoting.</summary>
    public string Text { get; }

    /// <summary>What lets the script begin.</summary>
    public ReadOnlyMemory<byte> Go => Encoding.ASCII.GetBytes(Nonce + "\n");

    /// <summary>Makes the command for a script.</summary>
    /// <param name="script">Its text and arguments become words; its standard input comes later.</param>
    /// <param name="sudoMayAsk">There is a password to give.</param>
    public static RemoteCommand For(HostScript script, bool sudoMayAsk)
    {
        string nonce = RandomNumberGenerator.GetHexString(32, lowercase: true);
        string[] words =
        [
            "sh", "-c", Login, "etcdadmin", nonce, script.AsRoot ? "root" : "login", sudoMayAsk ? "ask" : "never", Begin,
            script.Text, .. script.Arguments,
        ];
        return new RemoteCommand(nonce, string.Join(' ', words.Select(PosixShell.Quote)));
    }
}
