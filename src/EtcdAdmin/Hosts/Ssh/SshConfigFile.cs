using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Reads the ssh configuration where there is no ssh program to ask: the files, and what is set for the connection.</summary>
/// <remarks><c>Host</c>, <c>Include</c> and <c>Match</c> with all, host, originalhost, user and localuser. Other conditions of Match need a program
/// to evaluate.</remarks>
internal static class SshConfigFile
{
    private const int DeepestInclude = 16; // as in OpenSSH

    // Settings that add up.
    private static readonly HashSet<string> Lists = new(StringComparer.OrdinalIgnoreCase) { "identityfile", "certificatefile" };

    private static readonly string[] DefaultKeys = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"];

    private static string SystemFolder => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "ssh")
        : "/etc/ssh";

    private static string UserFolder => Path.Combine(HomeFolder.Path, ".ssh");

    /// <summary>The settings of a connection.</summary>
    /// <exception cref="EtcdException">NotSupported: a Match line needs the ssh program; SpecInvalid: a file cannot be read.</exception>
    public static SshSettings Read(HostConnection connection)
    {
        var reading = new Reading(connection);
        reading.Set("user", connection.UserName);
        reading.Set("port", connection.Port?.ToString(CultureInfo.InvariantCulture));
        reading.Set("identityfile", connection.KeyFilePath);
        foreach ((string name, string value) in connection.Options ?? new Dictionary<string, string>()) reading.Set(name, value);
        foreach (string file in Files(connection)) reading.ReadFile(file, depth: 0);
        reading.Complete();
        return reading.Settings;
    }

    private static IEnumerable<string> Files(HostConnection connection)
    {
        if (connection.ConfigPath is "none") return [];
        if (connection.ConfigPath is not { } given)
            return new[] { Path.Combine(UserFolder, "config"), Path.Combine(SystemFolder, "ssh_config") }.Where(File.Exists);
        return File.Exists(given)
            ? [given]
            : throw SshFailure.Configuration(connection, $"Can't open user config file {given}: No such file or directory");
    }

    private sealed class Reading(HostConnection connection)
    {
        public SshSettings Settings { get; } = new();

        public void Set(string name, string? value)
        {
            if (value is not null && (Settings[name] is null || Lists.Contains(name))) Settings.Add(name, value);
        }

        public void ReadFile(string path, int depth)
        {
            bool applies = true;
            int number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (Words(line) is not [string name, .. string[] values]) continue;
                switch (name.ToLowerInvariant())
                {
                    case "host":
                        applies = HostPattern.MatchesAny(values, connection.HostName, ignoreCase: false);
                        break;
                    case "match":
                        applies = Match(values, $"{path}:{number}");
                        break;
                    case "include" when applies && depth < DeepestInclude:
                        foreach (string file in values.SelectMany(Included)) ReadFile(file, depth + 1);
                        break;
                    default:
                        if (applies) Set(name, string.Join(' ', values));
                        break;
                }
            }
        }

        /// <summary>Adds what ssh takes for settings that are not set, and replaces the tokens in paths.</summary>
        public void Complete()
        {
            if (Settings["hostname"] is { } name) Settings.Replace("hostname", [name.Replace("%h", connection.HostName, StringComparison.Ordinal)]);
            Set("hostname", connection.HostName);
            Set("user", Environment.UserName);
            Set("port", KnownHosts.DefaultPort);
            Set("userknownhostsfile", "~/.ssh/known_hosts ~/.ssh/known_hosts2");
            Set("globalknownhostsfile", $"{SystemFolder}/ssh_known_hosts {SystemFolder}/ssh_known_hosts2");
            if (connection.KeyFilePath is { } only) Settings.Replace("identityfile", [only]);
            if (Settings["identityfile"] is null) Settings.Replace("identityfile", [.. DefaultKeys.Select(key => $"~/.ssh/{key}")]);
            foreach (string list in Lists) Settings.Replace(list, [.. Settings.All(list).Select(Expand)]);
        }

        private string Expand(string path) => HomeFolder.Expand(path)
            .Replace("%d", HomeFolder.Path, StringComparison.Ordinal)
            .Replace("%u", Environment.UserName, StringComparison.Ordinal)
            .Replace("%h", Settings["hostname"], StringComparison.Ordinal)
            .Replace("%n", connection.HostName, StringComparison.Ordinal)
            .Replace("%r", Settings["user"], StringComparison.Ordinal)
            .Replace("%p", Settings["port"], StringComparison.Ordinal);

        private bool Match(string[] words, string place)
        {
            bool applies = true;
            for (int i = 0; i < words.Length; i++)
            {
                bool negative = words[i].StartsWith('!');
                string condition = words[i].TrimStart('!').ToLowerInvariant();
                if (condition == "all") continue;
                string? value = condition switch
                {
                    "host" => Settings["hostname"] ?? connection.HostName,
                    "originalhost" => connection.HostName,
                    "user" => Settings["user"] ?? Environment.UserName,
                    "localuser" => Environment.UserName,
                    _ => throw new EtcdException(EtcdErrorIds.NotSupported,
                        $"The ssh configuration has a condition that only the ssh program can evaluate: Match {condition} ({place}).")
                    {
                        Target = connection.HostName,
                        NextStep = "Install the OpenSSH client, or supply another file with -SshConfigPath.",
                    },
                };
                if (++i < words.Length) applies &= HostPattern.MatchesAny(words[i].Split(','), value, ignoreCase: false) != negative;
            }

            return applies;
        }

        private static IEnumerable<string> Included(string pattern)
        {
            string path = Path.Combine(UserFolder, HomeFolder.Expand(pattern));
            string folder = Path.GetDirectoryName(path) ?? "/";
            return Directory.Exists(folder) ? Directory.GetFiles(folder, Path.GetFileName(path)).Order(StringComparer.Ordinal) : [];
        }

        // A line is: name value…, or name=value; a value with spaces is in quotes.
        private static string[] Words(string line)
        {
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#') return [];
            int end = text.IndexOfAny([' ', '\t', '=']);
            if (end < 0) return [text];
            var words = new List<string> { text[..end] };
            string rest = text[end..].TrimStart(' ', '\t');
            if (rest.StartsWith('=')) rest = rest[1..].TrimStart(' ', '\t');
            while (rest.Length > 0)
            {
                bool quoted = rest[0] == '"';
                int stop = quoted ? rest.IndexOf('"', 1) : rest.IndexOfAny([' ', '\t']);
                if (stop < 0) stop = rest.Length;
                words.Add(rest[(quoted ? 1 : 0)..stop]);
                rest = rest[Math.Min(rest.Length, stop + 1)..].TrimStart(' ', '\t');
            }

            return [.. words];
        }
    }
}
