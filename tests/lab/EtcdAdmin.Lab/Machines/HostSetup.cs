using EtcdAdmin.Lab.Network;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Machines;

/// <summary>Writes the host's own files into its root file system, while the host is off or on.</summary>
internal sealed class HostSetup(LabFolder folder)
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] Homes = ["root", "home/ops", "home/clerk", "home/guest"];

    /// <summary>Writes the files of a new host before it is first switched on.</summary>
    public async Task PrepareAsync(LabRecord lab, HostRecord host, CancellationToken cancellationToken)
    {
        string root = folder.HostRoot(host.Name);
        await File.WriteAllTextAsync($"{root}/etc/hostname", host.Name + "\n", cancellationToken);
        // If the file were empty, all hosts would get the same ID from the machine's firmware.
        await File.WriteAllTextAsync($"{root}/etc/machine-id", Guid.NewGuid().ToString("N") + "\n", cancellationToken);
        string publicKey = await File.ReadAllTextAsync(folder.ClientKey + ".pub", cancellationToken);
        // Written in place: the files exist in the base system, with owner and mode.
        foreach (string home in Homes) await File.WriteAllTextAsync($"{root}/{home}/.ssh/authorized_keys", publicKey, cancellationToken);
        await Tool.FeedAsync("chroot", [root, "chpasswd"], $"clerk:{lab.ClerkPassword}\n", cancellationToken);
        await MakeHostKeyAsync(host.Name, cancellationToken);
    }

    /// <summary>Creates a new key pair for the host's sshd.</summary>
    public async Task MakeHostKeyAsync(string host, CancellationToken cancellationToken)
    {
        string key = $"{folder.HostRoot(host)}/etc/ssh/ssh_host_ed25519_key";
        File.Delete(key);
        File.Delete(key + ".pub");
        await Tool.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", host, "-f", key], cancellationToken);
    }

    /// <summary>Writes the names and addresses of all hosts to every host.</summary>
    public async Task WriteNamesAsync(LabRecord lab, CancellationToken cancellationToken)
    {
        var addresses = new LabAddresses(lab.Number);
        IEnumerable<string> lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost", .. lab.Hosts.SelectMany(host => new[]
        {
            $"{addresses.Ipv4(host.Index)} {host.Name}",
            $"{addresses.Ipv6(host.Index)} {host.Name}",
        })];
        foreach (string root in lab.Hosts.Select(host => folder.HostRoot(host.Name)).Where(root => Directory.Exists($"{root}/etc")))
        {
            await File.WriteAllLinesAsync($"{root}/etc/hosts", lines, cancellationToken);
        }
    }

    /// <summary>Writes the list of the host's disks.</summary>
    public Task WriteDisksAsync(HostRecord host, CancellationToken cancellationToken) =>
        File.WriteAllLinesAsync($"{folder.HostRoot(host.Name)}/etc/lab/disks",
            host.Disks.Select(disk => $"{disk.Name} {LoopDisk.DeviceNumbers(disk.LoopDevice)}"), cancellationToken);

    /// <summary>Creates the lab's client key.</summary>
    public async Task MakeClientKeyAsync(CancellationToken cancellationToken)
    {
        await Tool.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", folder.ClientKey], cancellationToken);
        File.SetUnixFileMode(folder.ClientKey, OnlyOwner);
    }
}
