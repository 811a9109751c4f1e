using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Processes;

/// <summary>A program started on this machine; disposing kills it and its children if it still runs.</summary>
internal sealed class RunningProcess : IRunningCommand
{
    private readonly Process _process;

    private RunningProcess(Process process) => _process = process;

    /// <summary>Its standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <inheritdoc/>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public Task CloseInputAsync()
    {
        _process.StandardInput.Close();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public async Task KillAsync()
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
