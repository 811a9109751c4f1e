using System.Diagnostics;
using System.Globalization;
using System.Text;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Tests.Support;

/// <summary>The process of one member, which may be killed and started again, and all that it ever said.</summary>
internal sealed class EtcdServerProcess(string program)
{
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(20);

    private readonly StringBuilder _log = new();
    private Process? _process;

    public bool IsRunning => _process is { HasExited: false };

    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    public void Start(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!; // null only with UseShellExecute
        process.ErrorDataReceived += Keep;
        process.OutputDataReceived += Keep;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
    }

    /// <summary>Ends it like kill -9; nothing where it does not run.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>Asks it to end, as a service manager does; nothing where it does not run.</summary>
    public Task TerminateAsync() => EndAsync("TERM");

    private async Task EndAsync(string signal)
    {
        if (Interlocked.Exchange(ref _process, null) is not { } process) return;
        string id = process.Id.ToString(CultureInfo.InvariantCulture);
        await ProcessRunner.RunAsync(new ProcessCommand("kill", [$"-{signal}", id]), CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None).WaitAsync(ExitLimit, CancellationToken.None);
        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log) _log.AppendLine(line.Data);
    }
}
