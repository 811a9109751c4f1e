using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Local;

/// <summary>A session through a running command: the script itself, its ssh, or its command on a host.</summary>
internal sealed class ProcessSession : IHostSession
{
    private readonly IRunningCommand _command;
    private readonly StreamReader _output;
    private readonly Task<string> _error;
    private readonly Func<ScriptResult, EtcdException?> _broken;

    /// <summary>Takes over a command.</summary>
    /// <param name="command">Disposed with this object.</param>
    /// <param name="output">The script's standard output.</param>
    /// <param name="error">Its standard error.</param>
    /// <param name="broken">Makes the error for a result that means a broken connection; returns null for the script's own result.</param>
    public ProcessSession(IRunningCommand command, Stream output, Stream error, Func<ScriptResult, EtcdException?> broken)
    {
        _command = command;
        _output = new StreamReader(output, Encoding.UTF8);
        _error = CommandRun.ReadTextAsync(error, CancellationToken.None);
        _broken = broken;
    }

    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await _output.ReadLineAsync(cancellationToken).ConfigureAwait(false);

    public Task<bool> TryWriteLineAsync(string line, CancellationToken cancellationToken) =>
        _command.TryWriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);

    public async Task<ScriptResult> EndAsync(CancellationToken cancellationToken)
    {
        await _command.CloseInputAsync().ConfigureAwait(false);
        string output = await _output.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        string error = await _error.WaitAsync(cancellationToken).ConfigureAwait(false);
        var result = new ScriptResult(await _command.WaitForExitAsync(cancellationToken).ConfigureAwait(false), output, error);
        return _broken(result) is { } lost ? throw lost : result;
    }

    public async ValueTask DisposeAsync()
    {
        await _command.DisposeAsync().ConfigureAwait(false);
        _output.Dispose();
    }
}
