namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The operator's home folder, as ssh's settings write it.</summary>
internal static class HomeFolder
{
    /// <summary>The full path.</summary>
    public static string Path => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>A path in which <c>~/</c> is the home folder.</summary>
    public static string Expand(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) ? System.IO.Path.Combine(Path, path[2..]) : path;
}
