using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.OnHost;

/// <summary>The shell command with which an operator copies files from a host.</summary>
internal static class CopyCommand
{
    // Characters without a special meaning in any shell; words with other characters are quoted.
    private const string Plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-";

    /// <param name="connection">The connection to the host; null for this machine.</param>
    /// <param name="paths">Full paths on the host.</param>
    public static string For(HostConnection? connection, params string[] paths)
    {
        IEnumerable<string> words = connection is null or { IsLocal: true }
            ? ["cp", "-p", "--", .. paths, "."]
            : ["scp", "-p", .. Options(connection), "--", .. paths.Select(path => $"{Login(connection)}:{path}"), "."];
        return string.Join(' ', words.Select(Word));
    }

    private static IEnumerable<string> Options(HostConnection connection) =>
        [.. SshArguments.Given(connection, "-P"), .. connection.KeyFilePath is { } key ? ["-i", key] : Array.Empty<string>()];

    private static string Login(HostConnection connection)
    {
        string host = connection.HostName.Contains(':', StringComparison.Ordinal) ? $"[{connection.HostName}]" : connection.HostName;
        return connection.UserName is { } user ? $"{user}@{host}" : host;
    }

    private static string Word(string word) => word.Length > 0 && word.All(Plain.Contains) ? word : PosixShell.Quote(word);
}
