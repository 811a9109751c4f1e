using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Processes;

/// <summary>A program started on this machine; disposing kills it and its children if it still runs.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private readonly Process _process;

    private RunningProcess(Process process) => _process = process;

    /// <summary>Its standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Its standard error.</summary>
    public Stream Error => _process.StandardError.BaseStream;

    /// <summary>Starts a program; the caller feeds and reads its streams.</summary>
    /// <exception cref="EtcdException">HostCommandFailed: it is missing or not executable.</exception>
    public static RunningProcess Start(ProcessCommand command)
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
        EtcdEnvironment.Clean(start.Environment);
        foreach ((string name, string? value) in command.Environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        try
        {
            return new RunningProcess(Process.Start(start)!); // null only with UseShellExecute
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new EtcdException(EtcdErrorIds.HostCommandFailed,
                $"Cannot run '{command.FileName}' on this machine: {e.Message}", e)
            { Target = command.FileName };
        }
    }

    /// <summary>Reads one of its streams to the end, as UTF-8.</summary>
    public static async Task<string> ReadTextAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes bytes to its input.</summary>
    /// <returns>False: it ended without reading them; its exit code and messages give the reason, not our broken pipe.</returns>
    public async Task<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await Input.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await Input.FlushAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Writes a complete stream to its input and closes the input; null closes it at once.</summary>
    private async Task FeedAsync(Stream? source, CancellationToken cancellationToken)
    {
        const int FeedBuffer = 128 * 1024;
        byte[] buffer = new byte[source is null ? 0 : FeedBuffer];
        int read;
        while (source is not null && (read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (!await TryWriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false)) return;
        }

        CloseInput();
    }

    /// <summary>Feeds the program and reads it to its end. If one of our streams fails, the program is killed, because it would wait
    /// forever.</summary>
    /// <param name="source">Its input; null means none.</param>
    /// <param name="output">Its standard output.</param>
    /// <param name="target">Receives the output while it runs; null collects it.</param>
    /// <param name="error">Its standard error.</param>
    /// <param name="cancellationToken">Stops waiting; the program runs until this object is disposed.</param>
    public async Task<ProcessResult> FinishAsync(Stream? source, Stream output, Stream? target, Stream error, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task input = FeedAsync(source, over.Token);
        Task<string> written = ReadAsync(output, target, over.Token);
        Task<string> complained = ReadTextAsync(error, over.Token);
        Task[] all = [input, written, complained];
        try
        {
            await foreach (Task ended in Task.WhenEach(all).ConfigureAwait(false)) await ended.ConfigureAwait(false);
        }
        catch
        {
            // Killed before its input is closed: otherwise it would take the shortened input as complete.
            await KillAsync().ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        int exitCode = await WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return new ProcessResult(exitCode, await written.ConfigureAwait(false), await complained.ConfigureAwait(false));
    }

    /// <summary>Closes its input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static async Task<string> ReadAsync(Stream output, Stream? target, CancellationToken cancellationToken)
    {
        if (target is null) return await ReadTextAsync(output, cancellationToken).ConfigureAwait(false);
        await output.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        return "";
    }

    private async Task KillAsync()
    {
        try
        {
            if (_process.HasExited) return;
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            return; // it has ended by itself meanwhile
        }

        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
