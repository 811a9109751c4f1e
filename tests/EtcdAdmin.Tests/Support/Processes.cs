namespace EtcdAdmin.Tests.Support;

/// <summary>What other users of this machine can see of its processes.</summary>
internal static class Processes
{
    /// <summary>The arguments of every process, each line with spaces between.</summary>
    public static IEnumerable<string> CommandLines()
    {
        foreach (string folder in Directory.GetDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (IOException)
            {
                continue; // it has ended
            }

            yield return line.Replace('\0', ' ');
        }
    }
}
