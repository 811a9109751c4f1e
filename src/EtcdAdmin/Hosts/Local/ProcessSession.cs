using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Local;

/// <summary>A session that a process of this machine carries: the script itself, or the ssh to it.</summary>
internal sealed class ProcessSession : IHostSession
{
    private readonly RunningProcess _process;
    private readonly StreamReader _output;
    private readonly Task<string> _error;
    private readonly Func<ScriptResult, EtcdException?> _broken;

    /// <summary>Takes a process over.</summary>
    /// <param name="process">Is disposed with this.</param>
    /// <param name="output">What the script writes.</param>
    /// <param name="error">What it writes to standard error.</param>
    /// <param name="broken">What a way to end says about the connection; null where it is the script's own.</param>
    public ProcessSession(RunningProcess process, Stream output, Stream error, Func<ScriptResult, EtcdException?> broken)
    {
        _process = process;
        _output = new StreamReader(output, Encoding.UTF8);
        _error = RunningProcess.ReadTextAsync(error, CancellationToken.None);
        _broken = broken;
    }

    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await _output.ReadLineAsync(cancellationToken).ConfigureAwait(false);

    public Task<bool> TryWriteLineAsync(string line, CancellationToken cancellationToken) =>
        _process.TryWriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);

    public async Task<ScriptResult> EndAsync(CancellationToken cancellationToken)
    {
        _process.CloseInput();
        string output = await _output.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        string error = await _error.WaitAsync(cancellationToken).ConfigureAwait(false);
        var result = new ScriptResult(await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false), output, error);
        return _broken(result) is { } lost ? throw lost : result;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync().ConfigureAwait(false);
        _output.Dispose();
    }
}
