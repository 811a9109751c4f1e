using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.OnHost;

/// <summary>The line with which an operator fetches files from a host.</summary>
internal static class CopyCommand
{
    // What no shell does anything with; all else is quoted.
    private const string Plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-";

    /// <param name="connection">How the host is reached; null for this machine.</param>
    /// <param name="paths">Full paths there.</param>
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
