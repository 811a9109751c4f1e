using System.IO.Pipes;
using System.Reflection;
using System.Text.Json;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Pwsh;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Pester;

/// <summary>A PowerShell process that runs Pester files, one after another, each in a separate session. PowerShell starts only once, and
/// compiles Pester and the module only once.</summary>
internal sealed class PesterProcess : IAsyncDisposable
{
    private static readonly string Pester = typeof(PesterProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(data => data.Key == "Pester").Value!;

    private readonly CancellationTokenSource _stop = new();
    private readonly NamedPipeServerStream _pipe;
    private readonly Task<ProcessResult> _run;

    private PesterProcess(NamedPipeServerStream pipe, string pipeName)
    {
        _pipe = pipe;
        IReadOnlyList<string> line = PowerShellProgram.Current.CommandLine(
            "-NoProfile", "-NonInteractive", "-File", Repository.PathOf("tests", "pester", "Start-PesterProcess.ps1"),
            "-PipeName", pipeName, "-PesterPath", Pester);
        _run = ProcessRunner.RunAsync(
            new ProcessCommand(line[0], [.. line.Skip(1)]) { Environment = new Dictionary<string, string?> { ["NO_COLOR"] = "1" } }, _stop.Token);
    }

    /// <summary>Starts the process and waits until it connects.</summary>
    public static async Task<PesterProcess> StartAsync(CancellationToken cancellationToken)
    {
        // Not the standard streams: tests write to them.
        string name = $"etcdadmin-pester-{Guid.NewGuid():N}";
        var process =
            new PesterProcess(new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous), name);
        try
        {
            await process.UnlessEndedAsync(process._pipe.WaitForConnectionAsync, cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>The outcome of each test in a file.</summary>
    public async Task<IReadOnlyList<PesterTest>> RunAsync(string file, CancellationToken cancellationToken)
    {
        string? line = null;
        await UnlessEndedAsync(async token =>
        {
            try
            {
                await using (var writer = new StreamWriter(_pipe, leaveOpen: true)) await writer.WriteLineAsync(file.AsMemory(), token);
                using var reader = new StreamReader(_pipe, leaveOpen: true);
                line = await reader.ReadLineAsync(token);
            }
            catch (IOException)
            {
                // The pipe ends with the process.
            }

            if (line is null) await Task.Delay(Timeout.Infinite, token); // fails with the output of the process
        }, cancellationToken);
        return JsonSerializer.Deserialize<PesterResult>(line!)?.Tests ?? [];
    }

    /// <summary>Ends the process. Kills it if it is still running a file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pipe.DisposeAsync();
        _stop.CancelAfter(TimeSpan.FromSeconds(5));
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Does the work, and fails with the output of the process if the process ends before.</summary>
    private async Task UnlessEndedAsync(Func<CancellationToken, Task> workAsync, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task work = workAsync(ended.Token);
        if (await Task.WhenAny(work, _run) == _run)
        {
            await ended.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ProcessResult result = await _run;
            Assert.Fail($"pwsh ended with {result.ExitCode}.\n{result.Output}\n{result.Error}");
        }

        await work;
    }

    private sealed record PesterResult(IReadOnlyList<PesterTest> Tests);
}
