namespace EtcdAdmin.Packages.Names;

/// <summary>Looks programs up on PATH.</summary>
internal static class ProgramPath
{
    /// <summary>The full path of the first program of that name that may be run; null where there is none.</summary>
    /// <param name="name">Without a suffix.</param>
    /// <param name="path">The folders to search in; null is the PATH of this process.</param>
    public static string? Find(string name, string? path = null)
    {
        path ??= Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            // A relative folder on PATH would make the answer depend on where the operator happens to stand.
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
