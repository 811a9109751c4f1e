using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>This machine's known_hosts files, as a connection uses them.</summary>
/// <param name="Name">The host's name in them.</param>
/// <param name="Files">The files, the operator's first.</param>
internal sealed record KnownHosts(string Name, IReadOnlyList<string> Files)
{
    /// <summary>The port whose names have no port.</summary>
    public const string DefaultPort = "22";

    private static readonly string[] FileSettings = ["userknownhostsfile", "globalknownhostsfile"];

    /// <summary>The files for a connection with these settings.</summary>
    public static KnownHosts Of(SshSettings settings, ResolvedHost host) =>
        new(NameOf(host), [.. FileSettings.SelectMany(setting => FilesOf(settings[setting] ?? ""))]);

    /// <summary>Whether known_hosts has a key of the host, of any type.</summary>
    /// <exception cref="EtcdException">SshNotFound; SpecInvalid: ssh does not accept the configuration.</exception>
    public static async Task<bool> KnowAsync(SshClient client, HostConnection connection, CancellationToken cancellationToken)
    {
        SshSettings settings = await SshResolver.SettingsAsync(client, connection, cancellationToken).ConfigureAwait(false);
        return Of(settings, SshResolver.TargetOf(settings, connection)).Find().Any();
    }

    /// <summary>The entries of the host, in the order of the files.</summary>
    public IEnumerable<KnownHostKey> Find() => Files.SelectMany(file => KnownHostsFile.Find(file, Name));

    // The notation of ssh: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
    private static string NameOf(ResolvedHost host)
    {
        string name = (host.HostKeyAlias ?? host.HostName).ToLowerInvariant();
        return host.HostKeyAlias is not null || host.Port == 22 ? name : $"[{name}]:{host.Port}";
    }

    private static IEnumerable<string> FilesOf(string setting) =>
        setting.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(path => path != "none").Select(HomeFolder.Expand);
}
