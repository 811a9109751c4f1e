using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Tests.Support;

/// <summary>A file system with little room, in memory.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts one; skips the test where that is not allowed.</summary>
    public static async Task<SmallDisk> MountAsync(string path, int kilobytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            "A full disk is made with a small tmpfs, which takes root on Linux.");
        Directory.CreateDirectory(path);
        var mount = new ProcessCommand("mount", ["-t", "tmpfs", "-o", $"size={kilobytes}k", "etcdadmin-test", path]);
        ProcessResult result = await ProcessRunner.RunAsync(mount, TestContext.Current.CancellationToken);
        Assert.SkipWhen(result.ExitCode != 0, $"No tmpfs can be mounted here: {result.Error.Trim()}");
        return new SmallDisk(path);
    }

    public async ValueTask DisposeAsync()
    {
        ProcessResult result = await ProcessRunner.RunAsync(new ProcessCommand("umount", ["-l", Path]), CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
