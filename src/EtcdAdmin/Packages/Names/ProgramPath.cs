namespace EtcdAdmin.Packages.Names;

/// <summary>Finds programs on PATH.</summary>
internal static class ProgramPath
{
    /// <summary>The full path of the first executable program with that name; null if there is none.</summary>
    /// <param name="name">Without a suffix.</param>
    /// <param name="path">The folders to search; null means the PATH of this process.</param>
    public static string? Find(string name, string? path = null)
    {
        path ??= Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            // A relative folder on PATH would make the result depend on the current folder.
            if (!Path.IsPathFullyQualified(folder)) continue;
            string file = Path.Combine(folder, name + EtcdPlatform.Current.ProgramSuffix);
            if (IsExecutable(file)) return file;
        }

        return null;
    }

    private static bool IsExecutable(string file)
    {
        const UnixFileMode anyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & anyExecute) != 0);
    }
}
