using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>Presses Ctrl+C once the first bytes of a snapshot have come.</summary>
internal sealed class CancelOnBytes(CancellationTokenSource stop) : IProgress<EtcdEvent>
{
    public void Report(EtcdEvent value)
    {
        if (value is ProgressEvent { Fraction: > 0 and < 1 }) stop.Cancel();
    }
}

/// <summary>Kills an etcd once the first bytes of its snapshot have come.</summary>
internal sealed class KillOnBytes(int processId) : IProgress<EtcdEvent>
{
    private int _killed;

    public void Report(EtcdEvent value)
    {
        if (value is ProgressEvent { Fraction: > 0 and < 1 } && Interlocked.Exchange(ref _killed, 1) == 0)
        {
            using Process process = Process.GetProcessById(processId);
            process.Kill();
        }
    }
}

/// <summary>Takes a port as soon as the members of a cluster have been stopped.</summary>
internal sealed class PortBlocker(int port) : IProgress<EtcdEvent>, IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port);

    public void Report(EtcdEvent value)
    {
        if (value is not MessageEvent message || !message.Text.Contains("Move the old data", StringComparison.Ordinal)) return;
        lock (_listener)
        {
            if (!_listener.Server.IsBound) _listener.Start();
        }
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>A file system with little room, in memory.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static async Task<SmallDisk> MountAsync(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        using Process mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path])
        {
            RedirectStandardError = true,
        })!;
        await mount.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (mount.ExitCode != 0)
            Assert.Skip($"A small file system cannot be mounted here (needs root): {await mount.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
        return new SmallDisk(path);
    }

    public void Dispose()
    {
        using Process unmount = Process.Start("umount", [Path]);
        unmount.WaitForExit();
    }
}
