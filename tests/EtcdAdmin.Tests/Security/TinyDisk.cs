using EtcdAdmin.Hosts;

namespace EtcdAdmin.Tests.Security;

/// <summary>A file system of 64 KiB.</summary>
internal sealed class TinyDisk : IDisposable
{
    private TinyDisk(string path) => Path = path;

    public string Path { get; }

    public static async Task<TinyDisk> MountAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        var mount = new ProcessCommand("mount", ["-t", "tmpfs", "-o", "size=64k", "etcdadmin-test", path]);
        ProcessResult result = await ProcessRunner.RunAsync(mount, cancellationToken);
        Assert.SkipWhen(result.ExitCode != 0, $"No tmpfs can be mounted here: {result.Error.Trim()}");
        return new TinyDisk(path);
    }

    public void Dispose()
    {
        using var umount = System.Diagnostics.Process.Start("umount", [Path]);
        umount.WaitForExit(TimeSpan.FromSeconds(10));
    }
}
