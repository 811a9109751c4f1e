namespace EtcdAdmin.Tests.Security;

internal static class UnixMode
{
    /// <summary>Skips the test on Windows.</summary>
    public static UnixFileMode Of(string path)
    {
        if (!OperatingSystem.IsWindows()) return File.GetUnixFileMode(path);
        Assert.Skip("Windows has no Unix file modes.");
        return default;
    }
}
