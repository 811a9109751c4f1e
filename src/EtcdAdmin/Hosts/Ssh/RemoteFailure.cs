using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Makes the error for a login that worked but did not start the script.</summary>
internal static class RemoteFailure
{
    /// <returns>SudoFailed or HostShellFailed.</returns>
    public static EtcdException From(HostConnection connection, NotStarted failure, bool hadPassword) => failure.Stage switch
    {
        RemoteCommand.NoSudo => Sudo(connection, "the user is not root, and the host has no sudo",
            "Log in as root, or install sudo on the host."),
        RemoteCommand.Sudo or RemoteCommand.Password => OfSudo(connection, failure, hadPassword),
        _ => Shell(connection, failure),
    };

    // sudo's messages are English: the command sets the locale.
    private static EtcdException OfSudo(HostConnection connection, NotStarted failure, bool hadPassword)
    {
        string output = failure.Output;
        if (failure.AskedAgain || Says(output, "incorrect password") || Says(output, "incorrect authentication"))
            return Sudo(connection, "sudo did not accept the password", "Check the password for sudo.");
        if (Says(output, "not in the sudoers") || Says(output, "not allowed to") || Says(output, "may not run"))
        {
            return Sudo(connection, $"sudo does not allow this user ({SshFailure.Sentence(output).TrimEnd('.')})",
                "Allow the user to run all commands as root in the host's sudoers file, or log in as another user.");
        }

        if (!hadPassword && Says(output, "password is required"))
        {
            return Sudo(connection, "sudo requires a password, and none was given",
                "Supply the password for sudo, or set NOPASSWD for the user in the host's sudoers.");
        }

        return Sudo(connection, $"sudo failed with exit code {failure.ExitCode}: {SshFailure.Sentence(output).TrimEnd('.')}",
            Says(output, "tty") ? "Turn off requiretty for the user in the host's sudoers." : "Run sudo by hand on the host.");
    }

    private static EtcdException Sudo(HostConnection connection, string why, string next) =>
        new(EtcdErrorIds.SudoFailed, $"Cannot become root on {connection}: {why}.")
        {
            Target = connection.HostName,
            NextStep = next,
        };

    private static EtcdException Shell(HostConnection connection, NotStarted failure) =>
        new(EtcdErrorIds.HostShellFailed,
            $"The login on {connection} worked, but it does not run a POSIX shell (exit code {failure.ExitCode}): "
            + SshFailure.Sentence(failure.Output))
        {
            Target = connection.HostName,
            NextStep = "The host must run Linux, and the user's login shell must be a POSIX shell such as sh, dash or bash.",
        };

    private static bool Says(string output, string words) => output.Contains(words, StringComparison.OrdinalIgnoreCase);
}
