using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Processes;

/// <summary>A program to run on this machine.</summary>
/// <param name="FileName">Name on PATH or full path.</param>
/// <param name="Arguments">Passed one by one, never joined into a shell line. They must not be secrets: other users can see them.</param>
internal sealed record ProcessCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The program's input; null closes its standard input at once.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Receives its output while it runs; null collects the output as text.</summary>
    public Stream? StandardOutput { get; init; }

    /// <summary>Variables added to this process's own, from which those for etcd's programs are removed; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Null is this process's own.</summary>
    public string? WorkingDirectory { get; init; }
}

/// <summary>The result of a program.</summary>
/// <param name="ExitCode">0 for success, by convention.</param>
/// <param name="Output">Empty if it was sent to a stream.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>Runs programs on this machine to their end. Only this class and <see cref="RunningProcess"/> start programs.</summary>
internal static class ProcessRunner
{
    /// <summary>Runs to the end. Cancelling kills the process tree and waits for it.</summary>
    /// <exception cref="EtcdException">HostCommandFailed: the program is missing or not executable.</exception>
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
