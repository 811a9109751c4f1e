using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Reaching;

/// <summary>A host whose transport is chosen when it is first used, as that takes a look at the ssh configuration.</summary>
/// <param name="connection">The connection.</param>
/// <param name="choose">Chooses.</param>
internal sealed class ChosenHost(HostConnection connection, Func<CancellationToken, Task<IRemoteHost>> choose) : IRemoteHost
{
    private readonly SemaphoreSlim _choosing = new(1);
    private volatile IRemoteHost? _chosen;

    /// <inheritdoc/>
    public string Name => connection.HostName;

    /// <inheritdoc/>
    public int Runs => _chosen?.Runs ?? 0;

    /// <summary>The host behind; null before the first use.</summary>
    internal IRemoteHost? Chosen => _chosen;

    /// <inheritdoc/>
    public async Task<ScriptResult> RunAsync(HostScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        return await (await ChooseAsync(cancellationToken).ConfigureAwait(false)).RunAsync(script, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IHostSession> OpenAsync(HostScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        return await (await ChooseAsync(cancellationToken).ConfigureAwait(false)).OpenAsync(script, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_chosen is { } chosen) await chosen.DisposeAsync().ConfigureAwait(false);
        _choosing.Dispose();
    }

    /// <exception cref="EtcdException">See <see cref="TransportChoice"/>; the next use chooses again.</exception>
    private async Task<IRemoteHost> ChooseAsync(CancellationToken cancellationToken)
    {
        if (_chosen is { } chosen) return chosen;
        await _choosing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _chosen ??= await choose(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _choosing.Release();
        }
    }
}
