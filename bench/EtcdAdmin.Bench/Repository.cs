namespace EtcdAdmin.Bench;

/// <summary>The source tree in which this program was built.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The built module.</summary>
    public static string Module => Path.Combine(Root, "out", "EtcdAdmin");

    /// <summary>The module of another source tree.</summary>
    /// <param name="program">Path of this program, built there.</param>
    public static string ModuleOf(string program) => Path.Combine(Find(Path.GetDirectoryName(program)), "out", "EtcdAdmin");

    private static string Find(string? start)
    {
        for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "EtcdAdmin.sln"))) return folder;
        }

        throw new BenchException("Run this program, and the one of --other, from the source tree in which it was built.");
    }
}
