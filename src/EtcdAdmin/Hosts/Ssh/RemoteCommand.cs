using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The command line that a host's login shell gets for a script.</summary>
/// <remarks>It reports its progress on standard error as <c>nonce:letter;</c>, and starts the script only after it has read the nonce from standard
/// input. So the client knows which part failed, removes the login's own output, sends a password only to the sudo that asks for it, and may repeat a
/// command that has not started its script without running a script twice.</remarks>
internal sealed class RemoteCommand
{
    /// <summary>The script waits for <see cref="Go"/>; on both outputs, all that follows comes from the script.</summary>
    public const char Ready = 'b';

    /// <summary>sudo is started next.</summary>
    public const char Sudo = 's';

    /// <summary>sudo is needed, but the host has none.</summary>
    public const char NoSudo = 'n';

    /// <summary>sudo asks for a password.</summary>
    public const char Password = 'p';

    // The script for the host's login shell.
    private static string Login => ShellScript.Of(typeof(RemoteCommand), "login");

    // The script that the login script runs, as root or not.
    private static string Begin => ShellScript.Of(typeof(RemoteCommand), "begin");

    private RemoteCommand(string nonce, string text)
    {
        Nonce = nonce;
        Text = text;
    }

    /// <summary>Random, 32 hexadecimal digits.</summary>
    public string Nonce { get; }

    /// <summary>The command line, for any shell with POSIX quoting.</summary>
    public string Text { get; }

    /// <summary>The line that starts the script.</summary>
    public ReadOnlyMemory<byte> Go => Encoding.ASCII.GetBytes(Nonce + "\n");

    /// <summary>Makes the command for a script.</summary>
    /// <param name="script">Its text and arguments become words; its standard input is sent later.</param>
    /// <param name="sudoMayAsk">Whether a password is available for sudo.</param>
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
