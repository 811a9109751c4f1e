namespace EtcdAdmin.Bench;

/// <summary>The source tree in which this program was built.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The built module.</summary>
    public static string Module => Path.Combine(Root, "out", "EtcdAdmin");

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "EtcdAdmin.sln"))) return folder;
        }

        throw new BenchException("Run this program from the source tree in which it was built.");
    }
}
