using System.Globalization;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Machines;

/// <summary>Runs commands in a host without its sshd: by entering its namespaces.</summary>
internal static class HostNamespaces
{
    /// <summary>Runs a script as the host's root.</summary>
    /// <param name="init">The host's process 1.</param>
    /// <param name="script">For /bin/sh.</param>
    /// <param name="arguments">What the script has as $1 and so on.</param>
    /// <param name="cancellationToken">Kills the script.</param>
    public static Task<CommandResult> RunAsync(
        ProcessIdentity init, string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        Tool.TryRunAsync("nsenter", [.. Enter(init), "/bin/sh", "-c", script, "sh", .. arguments], "", cancellationToken);

    /// <summary>What comes before a command to have it run in the host, with a root's environment and none of ours.</summary>
    public static IReadOnlyList<string> Enter(ProcessIdentity init) =>
    [
        "--target", init.Id.ToString(CultureInfo.InvariantCulture), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup",
        "--root", "--wd", "env", "-i", "HOME=/root", "USER=root", "LOGNAME=root", "LANG=C.UTF-8",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ];
}
