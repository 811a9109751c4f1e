using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace EtcdAdmin.Hosts;

/// <summary>A program to run on this machine.</summary>
/// <param name="FileName">Name on PATH or full path.</param>
/// <param name="Arguments">Passed one by one, never joined into a shell line. Never secrets: other users see them.</param>
internal sealed record ProcessCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>What the program reads; null closes its standard input at once.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Where its output goes as it comes; null collects it as text.</summary>
    public Stream? StandardOutput { get; init; }

    /// <summary>Variables set on top of this process's own; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Null is this process's own.</summary>
    public string? WorkingDirectory { get; init; }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 for success, by convention.</param>
/// <param name="Output">Empty where it went to a stream.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>Runs programs on this machine; the only place that starts one.</summary>
internal static class ProcessRunner
{
    private const int FeedBuffer = 128 * 1024;

    /// <summary>Runs to the end. Cancelling kills the process tree and waits for it.</summary>
    /// <exception cref="EtcdException">HostCommandFailed: the program is missing or may not be run.</exception>
    public static async Task<ProcessResult> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        using Process process = Start(command);
        try
        {
            Task input = FeedAsync(process, command.StandardInput, cancellationToken);
            Task<string> output = ReadOutputAsync(process, command.StandardOutput, cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await Task.WhenAll(input, output, error).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new ProcessResult(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch
        {
            await KillAsync(process).ConfigureAwait(false);
            throw;
        }
    }

    private static Process Start(ProcessCommand command)
    {
        var start = new ProcessStartInfo(command.FileName, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        foreach ((string name, string? value) in command.Environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!; // null only with UseShellExecute
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new EtcdException(EtcdErrorIds.HostCommandFailed, EtcdErrorKind.HostOperation,
                $"Cannot run '{command.FileName}' on this machine: {e.Message}", e)
            { Target = command.FileName };
        }
    }

    private static async Task FeedAsync(Process process, Stream? input, CancellationToken cancellationToken)
    {
        Stream target = process.StandardInput.BaseStream;
        byte[] buffer = new byte[input is null ? 0 : FeedBuffer];
        int read;
        while (input is not null && (read = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (!await TryWriteAsync(target, buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false)) return;
        }

        process.StandardInput.Close();
    }

    private static async Task<bool> TryWriteAsync(Stream target, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await target.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await target.FlushAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            // The program ended without reading everything; its exit code and messages say why, not our broken pipe.
            return false;
        }
    }

    private static async Task<string> ReadOutputAsync(Process process, Stream? target, CancellationToken cancellationToken)
    {
        if (target is null) return await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.StandardOutput.BaseStream.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        return "";
    }

    private static async Task KillAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            return; // ended by itself
        }

        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
