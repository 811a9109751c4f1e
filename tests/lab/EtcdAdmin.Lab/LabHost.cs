using System.Net;
using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.Network;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab;

/// <summary>
/// A host of a lab. Logins: <c>root</c>, by key; <c>ops</c>, by key, may use sudo without a password; <c>clerk</c>, by key or
/// password, needs the password for sudo; <c>guest</c>, by key, may not use sudo.
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

    /// <summary>Its host name; all hosts of the lab know it, this machine does not.</summary>
    public string Name { get; }

    /// <summary>Reachable from this machine and from all hosts of the lab.</summary>
    public IPAddress Address { get; }

    /// <summary>Reachable from this machine and from all hosts of the lab.</summary>
    public IPAddress Ipv6Address { get; }

    /// <summary>What it was made as.</summary>
    public HostOptions Options { get; }

    /// <summary>It is switched on; it need not be up yet.</summary>
    public bool IsOn => Container.FindInit() is not null;

    /// <summary>Whom it was cut off from by <see cref="PartitionAsync"/>; cuts made from the other side are the other's.</summary>
    public IReadOnlyList<string> CutFrom => Record.CutFrom;

    /// <summary>What its console showed since it was made.</summary>
    public string ConsolePath => $"{_folder.Host(Name)}/console.log";

    /// <summary>Its root file system, as this machine has it mounted; also while it is off.</summary>
    public string RootPath => _folder.HostRoot(Name);

    private HostRecord Record => _store.ReadHost(Name);

    private Container Container => new(_folder, Record, _names);

    /// <summary>Runs a script as root inside, without sshd and network, and returns what it wrote.</summary>
    /// <param name="script">For /bin/sh.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    /// <exception cref="LabException">The host is off, or the script ended with another exit code than 0.</exception>
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
    /// <param name="command">For the login's shell.</param>
    /// <param name="cancellationToken">Ends ssh.</param>
    public Task<CommandResult> SshAsync(string login, string command, CancellationToken cancellationToken) =>
        Tool.TryRunAsync("ssh",
            ["-F", _folder.SshConfig, "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-l", login, Name, command], "", cancellationToken);

    /// <summary>Switches it on, and waits until it can be logged in to. Nothing happens if it is on.</summary>
    /// <exception cref="LabException">It did not come up; the message has the end of its console.</exception>
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
    /// Switches it off at once, as the loss of power does. What was written stays, also what was not flushed to disk: the machine's
    /// own memory does not fail.
    /// </summary>
    public Task KillAsync() => Container.KillAsync();

    /// <summary>Restarts it in good order, and waits until it can be logged in to again.</summary>
    public async Task RebootAsync(CancellationToken cancellationToken)
    {
        if (Options.HasSystemd)
        {
            ProcessIdentity before = FindInit();
            await HostNamespaces.RunAsync(before, "systemctl reboot", [], cancellationToken);
            await WaitAsync(() => Task.FromResult(!before.IsAlive), "ended", cancellationToken);
        }

        // Also after an orderly end: what supervised the host may still be there, and what it leaves keeps the next from starting.
        await KillAsync();
        await StartAsync(cancellationToken);
    }

    /// <summary>Arguments for nsenter, to which a command inside is added.</summary>
    internal IReadOnlyList<string> Enter() => HostNamespaces.Enter(FindInit());

    private ProcessIdentity FindInit() => Container.FindInit() ?? throw new LabException($"The host {Name} is off.");
}
