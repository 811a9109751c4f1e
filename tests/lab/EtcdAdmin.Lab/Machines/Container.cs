using System.Globalization;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Machines;

/// <summary>The processes of a host: systemd-nspawn with the host's own init under it.</summary>
internal sealed class Container(LabFolder folder, HostRecord host, MachineNames names)
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private const string NspawnPath = "/usr/bin/systemd-nspawn";

    // Joins the control group before anything else, so that every process is in it. The hierarchy inside is always cgroup2:
    // new versions of systemd do not start on the old one. Exit code 133 means that the host wants to restart.
    private const string StartScript = """
        exec </dev/null >>"$1" 2>&1
        echo $$ >"$2/cgroup.procs" && echo $$ >"$3" && shift 3 || exit 1
        export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
        while :; do
            systemd-nspawn "$@"
            [ $? -eq 133 ] || exit
        done
        """;

    private readonly ControlGroup _group = new(names);

    private string PidFile => $"{folder.Host(host.Name)}/pid";

    /// <summary>The shell that runs nspawn; null if the host is off.</summary>
    public ProcessIdentity? FindSupervisor() =>
        File.Exists(PidFile) && int.TryParse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture, out int id)
            && _group.FindProcesses().Contains(id) ? ProcessIdentity.Find(id) : null;

    /// <summary>The host's process 1, with its ID on this machine; null if the host is off or has not started yet.</summary>
    public ProcessIdentity? FindInit()
    {
        // Until nspawn has started a program of the host, its children may still have this machine's files and network.
        string? namespaces = _group.FindProcesses().Select(id => ContainedProcess.TryRead(id))
            .FirstOrDefault(process => process is { Program: not null and not NspawnPath, OwnId: > 0 })?.PidNamespace;
        return namespaces is null ? null : _group.FindProcesses()
            .Where(id => ContainedProcess.TryRead(id) is { OwnId: 1 } first && first.PidNamespace == namespaces)
            .Select(ProcessIdentity.Find)
            .FirstOrDefault(found => found is not null);
    }

    /// <summary>Switches the host on. It does not accept logins yet when this returns.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_group.Path);
        string[] what = host.Options.HasSystemd
            ? ["--boot"]
            : ["--as-pid2", "/bin/sh", "-c", "mkdir -p /run/sshd && lab-disks && exec /usr/sbin/sshd -D -e"];
        string[] arguments =
        [
            "--quiet", "--register=no", "--keep-unit", "--link-journal=no", "--resolv-conf=off", "--timezone=off", "--console=pipe",
            $"--machine={names.Namespace}", $"--hostname={host.Name}", $"--network-namespace-path=/run/netns/{names.Namespace}",
            $"--directory={folder.HostRoot(host.Name)}", .. what,
        ];
        string console = $"{folder.Host(host.Name)}/console.log";
        // In its own session, so that neither Ctrl+C in this terminal nor the end of this process reaches it.
        await Tool.RunAsync("setsid", ["--fork", "sh", "-c", StartScript, "sh", console, _group.Path, PidFile, .. arguments], cancellationToken);
    }

    /// <summary>Kills all processes at once, as a power loss does, and waits until they have ended. Does nothing if the host is off.</summary>
    /// <exception cref="LabException">Some processes do not end.</exception>
    public async Task KillAsync()
    {
        DateTime end = DateTime.UtcNow + EndLimit;
        while (_group.FindProcesses() is { Count: > 0 } processes)
        {
            if (DateTime.UtcNow > end)
            {
                throw new LabException($"Processes of host {host.Name} do not end: {string.Join(' ', processes)}.");
            }

            await Tool.TryRunAsync("kill", ["-9", .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))], "", default);
            await Task.Delay(Interval);
        }

        File.Delete(PidFile);
        string propagated = $"/run/systemd/nspawn/propagate/{names.Namespace}";
        if (Directory.Exists(propagated)) Directory.Delete(propagated, recursive: true);
        await RemoveGroupAsync(end);
    }

    private async Task RemoveGroupAsync(DateTime end)
    {
        while (true)
        {
            try
            {
                _group.Remove();
                return;
            }
            catch (IOException) when (DateTime.UtcNow < end)
            {
                // Busy: a process that is no longer listed has not ended completely.
                await Task.Delay(Interval);
            }
        }
    }
}
