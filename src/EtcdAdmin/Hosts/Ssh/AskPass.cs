using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Answers the password prompt of one ssh process, and refuses every other question.</summary>
/// <remarks>
/// ssh runs the program of SSH_ASKPASS with its question as argument; a jump host's ssh, which inherits the variables, does too.
/// So the answer goes only to the user and host that it is for, and no question ever reaches the operator's terminal.
/// </remarks>
internal static class AskPass
{
    /// <summary>The password; the program knows it by this name, too.</summary>
    public const string PasswordVariable = "ETCDADMIN_SSH_PASSWORD";

    /// <summary>The user and host that the password is for, as ssh asks for it.</summary>
    public const string AskedVariable = "ETCDADMIN_SSH_ASKED";

    // OpenSSH cuts both in its prompt (sshconnect2.c, userauth_passwd: "%.30s@%.128s's password: ").
    private const int LongestUser = 30;
    private const int LongestHost = 128;

    private static string Program => ShellScript.Of(typeof(AskPass), "askpass");

    /// <summary>The variables for an ssh process that must not ask anybody.</summary>
    public static Dictionary<string, string?> Refusing(SshFolder folder) => new()
    {
        ["SSH_ASKPASS"] = Provide(folder),
        ["SSH_ASKPASS_REQUIRE"] = "force",
        [PasswordVariable] = null,
        [AskedVariable] = null,
        // What ssh says is read by us.
        ["LC_ALL"] = "C",
    };

    /// <summary>The variables for an ssh process that is to log in with a password.</summary>
    /// <exception cref="EtcdException">NotSupported: on Windows, whose ssh runs no script to ask.</exception>
    public static Dictionary<string, string?> Answering(SshFolder folder, ResolvedHost host, string password)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EtcdException(EtcdErrorIds.NotSupported, "ssh on Windows cannot be given a password.")
            {
                Target = host.HostName,
                NextStep = "Use a key: name it with -KeyFilePath, or load it into the agent (ssh-add).",
            };
        }

        Dictionary<string, string?> variables = Refusing(folder);
        variables[PasswordVariable] = password;
        variables[AskedVariable] = $"{Cut(host.UserName, LongestUser)}@{Cut(host.HostKeyAlias ?? host.HostName, LongestHost)}";
        return variables;
    }

    private static string Provide(SshFolder folder)
    {
        string path = Path.Combine(folder.Path, "askpass");
        if (OperatingSystem.IsWindows() || File.Exists(path)) return path;
        // Renamed into place: another thread may be starting ssh already.
        string part = folder.NewPath();
        File.WriteAllText(part, Program);
        File.SetUnixFileMode(part, AtomicFile.OwnerOnlyFolder);
        File.Move(part, path, overwrite: true);
        return path;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
