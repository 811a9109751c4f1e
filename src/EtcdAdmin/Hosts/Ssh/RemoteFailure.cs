using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Makes an error of a login that worked but did not come to the script.</summary>
internal static class RemoteFailure
{
    /// <returns>SudoFailed or HostShellFailed.</returns>
    public static EtcdException From(HostConnection connection, NotBegun failure, bool hadPassword) => failure.Stage switch
    {
        RemoteCommand.NoSudo => Sudo(connection, "the user is not root and the host has no sudo",
            "Log in as root, or install sudo on the host."),
        RemoteCommand.Sudo or RemoteCommand.Password => OfSudo(connection, failure, hadPassword),
        _ => Shell(connection, failure),
    };

    // sudo speaks English there: the command sets its locale.
    private static EtcdException OfSudo(HostConnection connection, NotBegun failure, bool hadPassword)
    {
        string said = failure.Said;
        if (failure.AskedAgain || Says(said, "incorrect password") || Says(said, "incorrect authentication"))
            return Sudo(connection, "sudo does not take the password", "Check the password for sudo.");
        if (Says(said, "not in the sudoers") || Says(said, "not allowed to") || Says(said, "may not run"))
        {
            return Sudo(connection, $"sudo does not allow it to the user ({SshFailure.Sentence(said).TrimEnd('.')})",
                "Let the user run every command as root in the host's sudoers, or log in as another user.");
        }

        if (!hadPassword && Says(said, "password is required"))
        {
            return Sudo(connection, "sudo wants a password and none was given",
                "Give the password for sudo, or allow the user NOPASSWD in the host's sudoers.");
        }

        return Sudo(connection, $"sudo failed with exit code {failure.ExitCode}: {SshFailure.Sentence(said).TrimEnd('.')}",
            Says(said, "tty") ? "Turn off requiretty for the user in the host's sudoers." : "Try sudo by hand on the host.");
    }

    private static EtcdException Sudo(HostConnection connection, string why, string next) =>
        new(EtcdErrorIds.SudoFailed, $"Cannot become root on {connection}: {why}.")
        {
            Target = connection.HostName,
            NextStep = next,
        };

    private static EtcdException Shell(HostConnection connection, NotBegun failure) =>
        new(EtcdErrorIds.HostShellFailed,
            $"The login on {connection} worked, but runs no POSIX shell (exit code {failure.ExitCode}): "
            + SshFailure.Sentence(failure.Said))
        {
            Target = connection.HostName,
            NextStep = "The host must be a Linux machine, and the user's login shell one like sh, dash or bash.",
        };

    private static bool Says(string said, string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
}
