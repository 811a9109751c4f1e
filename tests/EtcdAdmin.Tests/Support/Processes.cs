namespace EtcdAdmin.Tests.Support;

/// <summary>What other users of this machine can see of its processes.</summary>
internal static class Processes
{
    /// <summary>The processes one of whose arguments holds a text.</summary>
    public static IReadOnlyList<string> IdsWith(string text) =>
    [
        .. Directory.GetDirectories("/proc").Select(path => Path.GetFileName(path)).Where(name => name.All(char.IsAsciiDigit))
            .Where(id => CommandLine(id).Contains(text, StringComparison.Ordinal)),
    ];

    /// <summary>The arguments of a process with spaces between; empty where it has ended.</summary>
    public static string CommandLine(string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
