using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Processes;

/// <summary>A program that was started on this machine; disposing kills it and all its children if it still runs.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private readonly Process _process;

    private RunningProcess(Process process) => _process = process;

    /// <summary>What it reads.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What it writes to standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>What it writes to standard error.</summary>
    public Stream Error => _process.StandardError.BaseStream;

    /// <summary>Starts a program; its streams are the caller's to feed and read.</summary>
    /// <exception cref="EtcdException">HostCommandFailed: it is missing or may not be run.</exception>
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

    /// <summary>Reads a stream of it to the end, as UTF-8.</summary>
    public static async Task<string> ReadTextAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives it bytes to read.</summary>
    /// <returns>False: it ended without reading them; its exit code and messages say why, not our broken pipe.</returns>
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

    /// <summary>Gives it all of a stream, then the end of its input; null is the end at once.</summary>
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

    /// <summary>Feeds it and reads it to its end. Where a stream of ours fails it is killed, as it would wait for the rest for ever.</summary>
    /// <param name="source">What it reads; null is nothing.</param>
    /// <param name="output">What it writes to standard output.</param>
    /// <param name="target">Where that goes as it comes; null collects it.</param>
    /// <param name="error">What it writes to standard error.</param>
    /// <param name="cancellationToken">Gives up; it goes on until this is disposed.</param>
    public async Task<ProcessResult> FinishAsync(Stream? source, Stream output, Stream? target, Stream error, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task input = FeedAsync(source, over.Token);
        Task<string> said = ReadAsync(output, target, over.Token);
        Task<string> complained = ReadTextAsync(error, over.Token);
        Task[] all = [input, said, complained];
        try
        {
            await foreach (Task ended in Task.WhenEach(all).ConfigureAwait(false)) await ended.ConfigureAwait(false);
        }
        catch
        {
            // Killed first: the end of its input would look to it as if that were all.
            await KillAsync().ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        int exitCode = await WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return new ProcessResult(exitCode, await said.ConfigureAwait(false), await complained.ConfigureAwait(false));
    }

    /// <summary>Tells it that there is no more to read.</summary>
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
            return; // ended by itself in between
        }

        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
