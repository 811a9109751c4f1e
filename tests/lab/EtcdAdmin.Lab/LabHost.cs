using System.Net;
using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.Network;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab;

/// <summary>
/// A host of a lab. Logins: <c>root</c> with a key; <c>ops</c> with a key, sudo without a password; <c>clerk</c> with a key or
/// password, sudo with the password; <c>guest</c> with a key, no sudo.
/// </summary>
public sealed partial class LabHost
{
    private readonly LabFolder _folder;
    private readonly LabStore _store;
    private readonly MachineNames _names;

    internal LabHost(LabFolder folder, LabStore store, int lab, HostRecord host)
    {
        _folder = folder;
        _store = store;
        _names = new MachineNames(lab, host.Index);
        var addresses = new LabAddresses(lab);
        Name = host.Name;
        Address = addresses.Ipv4(host.Index);
        Ipv6Address = addresses.Ipv6(host.Index);
        Options = host.Options;
    }

    /// <summary>The host name. All hosts of the lab can resolve it; this machine cannot.</summary>
    public string Name { get; }

    /// <summary>The IPv4 address, reachable from this machine and from all hosts of the lab.</summary>
    public IPAddress Address { get; }

    /// <summary>The IPv6 address, reachable from this machine and from all hosts of the lab.</summary>
    public IPAddress Ipv6Address { get; }

    /// <summary>The options of the host.</summary>
    public HostOptions Options { get; }

    /// <summary>Whether the host is switched on; it may not accept logins yet.</summary>
    public bool IsOn => Container.FindInit() is not null;

    /// <summary>The hosts that <see cref="PartitionAsync"/> cut this host off from. Cuts made from the other side belong to the other host.</summary>
    public IReadOnlyList<string> CutFrom => Record.CutFrom;

    /// <summary>Path of the console output since the host was created.</summary>
    public string ConsolePath => $"{_folder.Host(Name)}/console.log";

    /// <summary>The mount point of the host's root file system on this machine; also available while the host is off.</summary>
    public string RootPath => _folder.HostRoot(Name);

    private HostRecord Record => _store.ReadHost(Name);

    private Container Container => new(_folder, Record, _names);

    /// <summary>Runs a script as root inside the host, without sshd and network, and returns its output.</summary>
    /// <param name="script">The script for /bin/sh.</param>
    /// <param name="cancellationToken">Kills the script.</param>
    /// <exception cref="LabException">The host is off, or the exit code of the script is not 0.</exception>
    public async Task<string> RunAsync(string script, CancellationToken cancellationToken)
    {
        CommandResult result = await TryRunAsync(script, cancellationToken);
        return result.Succeeded
            ? result.Output
            : throw new LabException($"A script on host {Name} ended with exit code {result.ExitCode}: {result.Error} {result.Output}".TrimEnd());
    }

    /// <summary>Like <see cref="RunAsync"/>, for scripts that may fail.</summary>
    /// <exception cref="LabException">The host is off.</exception>
    public Task<CommandResult> TryRunAsync(string script, CancellationToken cancellationToken) =>
        HostNamespaces.RunAsync(FindInit(), script, [], cancellationToken);

    /// <summary>Runs a command on the host through ssh, with the lab's key.</summary>
    /// <param name="login">root, ops, clerk or guest.</param>
    /// <param name="command">The command for the login's shell.</param>
    /// <param name="cancellationToken">Ends ssh.</param>
    public Task<CommandResult> SshAsync(string login, string command, CancellationToken cancellationToken) =>
        Tool.TryRunAsync("ssh",
            ["-F", _folder.SshConfig, "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-l", login, Name, command], "", cancellationToken);

    /// <summary>Switches the host on and waits until it accepts logins. Does nothing if the host is on.</summary>
    /// <exception cref="LabException">The host did not come up; the message contains the end of its console.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Container.FindSupervisor() is null)
        {
            await Container.KillAsync();
            await Container.StartAsync(cancellationToken);
        }

        await WaitUntilUpAsync(cancellationToken);
    }

    /// <summary>
    /// Switches the host off at once, as a power loss does. Written data is kept even if it was not flushed to disk: the machine's
    /// own memory does not fail.
    /// </summary>
    public Task KillAsync() => Container.KillAsync();

    /// <summary>Restarts the host properly and waits until it accepts logins again.</summary>
    public async Task RebootAsync(CancellationToken cancellationToken)
    {
        if (Options.HasSystemd)
        {
            ProcessIdentity before = FindInit();
            await HostNamespaces.RunAsync(before, "systemctl reboot", [], cancellationToken);
            await WaitAsync(() => Task.FromResult(!before.IsAlive), "ended", cancellationToken);
        }
        else
        {
            await KillAsync();
        }

        await StartAsync(cancellationToken);
    }

    /// <summary>Arguments for nsenter; append the command to run inside.</summary>
    internal IReadOnlyList<string> Enter() => HostNamespaces.Enter(FindInit());

    private ProcessIdentity FindInit() => Container.FindInit() ?? throw new LabException($"The host {Name} is off.");
}
