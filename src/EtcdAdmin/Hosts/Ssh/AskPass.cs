using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Answers the password prompt of one ssh process, and refuses all other questions.</summary>
/// <remarks>ssh runs the program of SSH_ASKPASS with its question as the argument; the ssh of a jump host, which inherits the variables, does so too.
/// So the answer is given only for its user and host, and no question reaches the operator's terminal.</remarks>
internal static class AskPass
{
    /// <summary>The password; the program reads this variable too.</summary>
    public const string PasswordVariable = "ETCDADMIN_SSH_PASSWORD";

    /// <summary>The user and host of the password, as in ssh's prompt.</summary>
    public const string AskedVariable = "ETCDADMIN_SSH_ASKED";

    // OpenSSH shortens both in its prompt (sshconnect2.c, userauth_passwd: "%.30s@%.128s's password: ").
    private const int LongestUser = 30;
    private const int LongestHost = 128;

    private static string Program => ShellScript.Of(typeof(AskPass), "askpass");

    /// <summary>The variables for an ssh process that must not ask questions.</summary>
    public static Dictionary<string, string?> Refusing(SshFolder folder) => new()
    {
        ["SSH_ASKPASS"] = Provide(folder),
        ["SSH_ASKPASS_REQUIRE"] = "force",
        [PasswordVariable] = null,
        [AskedVariable] = null,
        // EtcdAdmin parses ssh's messages.
        ["LC_ALL"] = "C",
    };

    /// <summary>The variables for an ssh process with password login.</summary>
    /// <exception cref="EtcdException">NotSupported: on Windows, where ssh does not run a script for prompts.</exception>
    public static Dictionary<string, string?> Answering(SshFolder folder, ResolvedHost host, string password)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EtcdException(EtcdErrorIds.NotSupported, "EtcdAdmin cannot pass a password to ssh on Windows.")
            {
                Target = host.HostName,
                NextStep = "Use -SshTransport SshNet, or a key: supply it with -KeyFilePath, or load it into the agent (ssh-add).",
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
        // Renamed into place, because another thread may be starting ssh already.
        string part = folder.NewPath();
        File.WriteAllText(part, Program);
        File.SetUnixFileMode(part, AtomicFile.OwnerOnlyFolder);
        File.Move(part, path, overwrite: true);
        return path;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
