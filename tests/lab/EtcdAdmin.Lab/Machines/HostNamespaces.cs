using System.Globalization;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Machines;

/// <summary>Runs commands in a host without its sshd, in the host's namespaces.</summary>
internal static class HostNamespaces
{
    /// <summary>Runs a script as the host's root.</summary>
    /// <param name="init">The host's process 1.</param>
    /// <param name="script">For /bin/sh.</param>
    /// <param name="arguments">The arguments $1 and so on of the script.</param>
    /// <param name="cancellationToken">Kills the script.</param>
    public static Task<CommandResult> RunAsync(
        ProcessIdentity init, string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        Tool.TryRunAsync("nsenter", [.. Enter(init), "/bin/sh", "-c", script, "sh", .. arguments], "", cancellationToken);

    /// <summary>The prefix of a command that runs it in the host, with root's environment and without the environment of this process.</summary>
    public static IReadOnlyList<string> Enter(ProcessIdentity init) =>
    [
        "--target", init.Id.ToString(CultureInfo.InvariantCulture), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup",
        "--root", "--wd", "env", "-i", "HOME=/root", "USER=root", "LOGNAME=root", "LANG=C.UTF-8",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ];
}
