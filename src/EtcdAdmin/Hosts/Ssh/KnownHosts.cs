using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Reads this machine's known_hosts files.</summary>
internal static class KnownHosts
{
    private const string DefaultPort = "22";

    private static readonly string[] FileSettings = ["userknownhostsfile", "globalknownhostsfile"];

    /// <summary>Whether known_hosts has a key of the host, of any type.</summary>
    /// <exception cref="EtcdException">SshNotFound; SpecInvalid: ssh does not accept the configuration.</exception>
    public static async Task<bool> KnowAsync(SshClient client, HostConnection connection, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> settings =
            await SshResolver.SettingsAsync(client, connection, cancellationToken).ConfigureAwait(false);
        string name = NameOf(settings);
        foreach (string file in FileSettings.SelectMany(setting => FilesOf(settings.GetValueOrDefault(setting, ""))))
        {
            if (!File.Exists(file)) continue;
            // Names may be stored as hashes, which only the program can compare.
            ProcessCommand find = SshClient.KeyCommand("-F", name, "-f", file);
            ProcessResult found = await ProcessRunner.RunAsync(find, cancellationToken).ConfigureAwait(false);
            if (found.ExitCode == 0) return true;
        }

        return false;
    }

    // The notation of ssh: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
    private static string NameOf(IReadOnlyDictionary<string, string> settings)
    {
        if (settings.TryGetValue("hostkeyalias", out string? alias)) return alias;
        return settings["port"] == DefaultPort ? settings["hostname"] : $"[{settings["hostname"]}]:{settings["port"]}";
    }

    private static IEnumerable<string> FilesOf(string setting)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return setting.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(path => path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path);
    }
}
