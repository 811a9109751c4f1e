using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Processes;

/// <summary>A program to run on this machine.</summary>
/// <param name="FileName">Name on PATH or full path.</param>
/// <param name="Arguments">Passed one by one, never joined into a shell line. Never secrets: other users see them.</param>
internal sealed record ProcessCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>What the program reads; null closes its standard input at once.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Where its output goes as it comes; null collects it as text.</summary>
    public Stream? StandardOutput { get; init; }

    /// <summary>Variables set on top of this process's own, of which those for etcd's programs are left out; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Null is this process's own.</summary>
    public string? WorkingDirectory { get; init; }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 for success, by convention.</param>
/// <param name="Output">Empty where it went to a stream.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>Runs programs on this machine to their end; with <see cref="RunningProcess"/> the only place that starts one.</summary>
internal static class ProcessRunner
{
    /// <summary>Runs to the end. Cancelling kills the process tree and waits for it.</summary>
    /// <exception cref="EtcdException">HostCommandFailed: the program is missing or may not be run.</exception>
    public static async Task<ProcessResult> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        RunningProcess process = RunningProcess.Start(command);
        await using (process.ConfigureAwait(false))
        {
            return await process.FinishAsync(command.StandardInput, process.Output, command.StandardOutput, process.Error, cancellationToken)
                .ConfigureAwait(false);
        }
    }
}
