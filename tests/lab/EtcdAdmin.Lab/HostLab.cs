using System.Globalization;
using System.Security.Cryptography;
using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.Network;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab;

/// <summary>
/// Real hosts on one machine: containers with their own systemd, sshd and address, on one bridge. The lab controls them from
/// outside, so tests can check the real state without the product. Several labs can run side by side.
/// </summary>
public sealed class HostLab : IAsyncDisposable
{
    /// <summary>The name of this machine in <see cref="LabHost.PartitionAsync"/>; no host may have this name.</summary>
    public const string Operator = "operator";

    /// <summary>All hosts and this machine, in <see cref="LabHost.PartitionAsync"/>.</summary>
    public const string Everybody = "everybody";

    private static readonly Lazy<string?> Missing = new(Prerequisites.FindMissing);

    private readonly LabFolder _folder;
    private readonly LabStore _store;
    private readonly LabRemoval _removal;

    private HostLab(LabFolder folder)
    {
        _folder = folder;
        _store = new LabStore(folder);
        _removal = new LabRemoval(folder);
    }

    /// <summary>Why a lab is not possible on this machine; null if it is possible.</summary>
    public static string? SkipReason => Missing.Value;

    /// <summary>The name of the lab.</summary>
    public string Name => _folder.Lab;

    /// <summary>All hosts, in order of creation.</summary>
    public IReadOnlyList<LabHost> Hosts => [.. _store.Read().Hosts.Select(Find)];

    /// <summary>The private key (ed25519, without a passphrase) for every login of every host.</summary>
    public string ClientKeyPath => _folder.ClientKey;

    /// <summary>The keys of all hosts, by name and by address.</summary>
    public string KnownHostsPath => _folder.KnownHosts;

    /// <summary>For <c>ssh -F</c>: the hosts by name, with address, key and known hosts; the default login is root.</summary>
    public string SshConfigPath => _folder.SshConfig;

    /// <summary>Password of the login clerk, for ssh and for sudo; different in each lab.</summary>
    public string ClerkPassword => _store.Read().ClerkPassword;

    /// <summary>The folder with the console of every host and the record of the lab.</summary>
    public string FolderPath => _folder.Path;

    /// <summary>Returns a host by its name.</summary>
    /// <exception cref="LabException">There is no host with that name.</exception>
    public LabHost this[string name] => Find(_store.ReadHost(name));

    /// <summary>Starts a lab and waits until every host accepts logins. Labs of killed processes are removed first.</summary>
    /// <exception cref="LabException">A host did not come up, or a lab with that name exists.</exception>
    public static async Task<HostLab> StartAsync(HostLabOptions options, CancellationToken cancellationToken)
    {
        if (SkipReason is { } reason) throw new LabException(reason);
        await LabRemoval.RemoveStaleAsync(cancellationToken);
        string name = options.Name
            ?? string.Create(CultureInfo.InvariantCulture, $"p{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");
        CheckName(name);
        var lab = new HostLab(new LabFolder(name));
        LabRecord record = await LabStore.CreateAsync(
            lab._folder, options.Stays ? null : ProcessIdentity.Current, LabAddresses.AreFree, cancellationToken);
        try
        {
            await KernelLimits.RaiseAsync(cancellationToken);
            await LabBridge.CreateAsync(record.Number, cancellationToken);
            await new HostSetup(lab._folder).MakeClientKeyAsync(cancellationToken);
            await SshFiles.WriteAsync(lab._folder, record, cancellationToken);
            string[] names = [.. Enumerable.Range(1, options.HostCount).Select(n => string.Create(CultureInfo.InvariantCulture, $"n{n}"))];
            await lab.AddHostsAsync(names, options.Host, cancellationToken);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a running lab, whichever process started it.</summary>
    /// <exception cref="LabException">There is no lab with that name.</exception>
    public static HostLab Open(string name)
    {
        var folder = new LabFolder(name);
        new LabStore(folder).Read();
        return new HostLab(folder);
    }

    /// <summary>Names of all labs on this machine.</summary>
    public static IReadOnlyList<string> FindLabs() => LabFolder.FindLabs();

    /// <summary>Removes a lab with everything that belongs to it, whichever process started it; also the leftovers of an interrupted start.</summary>
    public static Task RemoveAsync(string name) => new LabRemoval(new LabFolder(name)).RemoveAsync();

    /// <summary>Adds a host and waits until it accepts logins.</summary>
    public async Task<LabHost> AddHostAsync(string name, HostOptions options, CancellationToken cancellationToken)
    {
        await AddHostsAsync([name], options, cancellationToken);
        return this[name];
    }

    /// <summary>Removes everything: processes, mounts, network, disks, files. Also removes the leftovers of an interrupted start.</summary>
    public async ValueTask DisposeAsync() => await _removal.RemoveAsync();

    private async Task AddHostsAsync(IReadOnlyList<string> names, HostOptions options, CancellationToken cancellationToken)
    {
        foreach (string name in names) CheckName(name);
        string baseFolder = await Base.BaseSystem.GetAsync(options.Release, cancellationToken);
        LabRecord lab = await _store.UpdateAsync(record => names.Aggregate(record, (made, name) => Reserve(made, name, options)), cancellationToken);
        IReadOnlyList<HostRecord> added = [.. lab.Hosts.Where(host => names.Contains(host.Name))];
        var setup = new HostSetup(_folder);
        await Task.WhenAll(added.Select(async host =>
        {
            await new SystemDisk(_folder, host).MountAsync(baseFolder, cancellationToken);
            await LabBridge.PlugInAsync(lab, host, cancellationToken);
            await setup.PrepareAsync(lab, host, cancellationToken);
        }));
        lab = _store.Read();
        await setup.WriteNamesAsync(lab, cancellationToken);
        await SshFiles.WriteAsync(_folder, lab, cancellationToken);
        await Task.WhenAll(added.Select(host => Find(host).StartAsync(cancellationToken)));
    }

    private static LabRecord Reserve(LabRecord lab, string name, HostOptions options)
    {
        if (lab.Hosts.Any(host => host.Name == name)) throw new LabException($"The lab '{lab.Name}' already has a host '{name}'.");
        int index = Enumerable.Range(1, 200).First(candidate => lab.Hosts.All(host => host.Index != candidate));
        return lab with { Hosts = [.. lab.Hosts, new HostRecord { Name = name, Index = index, Options = options }] };
    }

    private static void CheckName(string name)
    {
        bool isName = name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && name[0] != '-';
        if (!isName || name is Operator or Everybody) throw new LabException($"'{name}' is not a valid name. Use letters, digits and dashes.");
    }

    private LabHost Find(HostRecord host) => new(_folder, _store, _store.Read().Number, host);
}
