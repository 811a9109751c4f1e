namespace EtcdAdmin.Tests.Pester;

/// <summary>
/// Runs Pester files in one <see cref="PesterProcess"/>, and starts a new one after a file that ended the process or was cancelled.
/// </summary>
public sealed class PesterRunner : IAsyncDisposable
{
    private PesterProcess? _process;

    /// <summary>The outcome of each test in the file.</summary>
    internal async Task<IReadOnlyList<PesterTest>> RunAsync(string file, CancellationToken cancellationToken)
    {
        _process ??= await PesterProcess.StartAsync(cancellationToken);
        try
        {
            return await _process.RunAsync(file, cancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
    }
}
