using System.Globalization;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Network;

/// <summary>The files of an ssh client for a lab.</summary>
internal static class SshFiles
{
    /// <summary>Writes known_hosts and the client configuration for all hosts.</summary>
    public static async Task WriteAsync(LabFolder folder, LabRecord lab, CancellationToken cancellationToken)
    {
        var addresses = new LabAddresses(lab.Number);
        var known = new List<string>();
        var config = new List<string>();
        foreach (HostRecord host in lab.Hosts)
        {
            string keyFile = $"{folder.HostRoot(host.Name)}/etc/ssh/ssh_host_ed25519_key.pub";
            if (!File.Exists(keyFile)) continue; // still being created; its key is written later
            string[] key = (await File.ReadAllTextAsync(keyFile, cancellationToken)).Split(' ');
            known.Add($"{host.Name},{addresses.Ipv4(host.Index)},{addresses.Ipv6(host.Index)} {key[0]} {key[1]}");
            config.AddRange([$"Host {host.Name}", $"    HostName {addresses.Ipv4(host.Index)}"]);
        }

        string names = string.Join(' ', lab.Hosts.Select(host => host.Name));
        string network = string.Create(CultureInfo.InvariantCulture, $"10.231.{lab.Number}.* fd0e:7cda:{lab.Number:x}::*");
        config.AddRange(
        [
            $"Host {names} {network}".TrimEnd(),
            "    User root",
            $"    IdentityFile {folder.ClientKey}",
            "    IdentitiesOnly yes",
            $"    UserKnownHostsFile {folder.KnownHosts}",
            "    GlobalKnownHostsFile none",
            "    StrictHostKeyChecking yes",
        ]);
        await File.WriteAllLinesAsync(folder.KnownHosts, known, cancellationToken);
        await File.WriteAllLinesAsync(folder.SshConfig, config, cancellationToken);
    }
}
