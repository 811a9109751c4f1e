using System.Diagnostics;

namespace EtcdAdmin.Tests.Support;

/// <summary>Another process that holds a file with flock(2) until it is disposed.</summary>
internal sealed class LockedFile : IAsyncDisposable
{
    private readonly Process _process;

    private LockedFile(Process process) => _process = process;

    /// <summary>Returns when it holds the file.</summary>
    public static async Task<LockedFile> TakeAsync(string path, CancellationToken cancellationToken)
    {
        // Not the shell. Without a fork (-F) one process holds the file, so the lock has ended when that has.
        var flock = new ProcessStartInfo("flock", ["-F", "-x", path, "sh", "-c", "echo held; exec sleep 120"]) { RedirectStandardOutput = true };
        var held = new LockedFile(Process.Start(flock)!); // null only with UseShellExecute
        Assert.Equal("held", await held._process.StandardOutput.ReadLineAsync(cancellationToken));
        return held;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
