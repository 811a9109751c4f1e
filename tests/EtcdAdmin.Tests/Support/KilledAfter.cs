using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Tests.Support;

/// <summary>The end of this process as soon as a host has run a certain script: no host hears of it any more, and nothing is cleaned up.</summary>
/// <param name="hosts">The hosts.</param>
/// <param name="script">The text of the script.</param>
/// <param name="about">One of its arguments; null is any.</param>
/// <param name="also">What happens to the host at the same time; null is nothing.</param>
/// <param name="survives">Whether this process goes on nevertheless.</param>
internal sealed class KilledAfter(IHostProvider hosts, string script, string? about = null, Func<string, Task>? also = null, bool survives = false)
    : IHostProvider
{
    private volatile bool _isKilled;

    /// <summary>The host that had run the script; null if none did.</summary>
    public string? Host { get; private set; }

    public IHost Get(HostConnection connection) => new Way(this, hosts.Get(connection));

    public Task<string> ResolveAddressAsync(HostConnection connection, CancellationToken cancellationToken) =>
        hosts.ResolveAddressAsync(connection, cancellationToken);

    private async Task<ScriptResult> RunAsync(IHost host, HostScript run, CancellationToken cancellationToken)
    {
        if (_isKilled) throw new PowerCutException();
        ScriptResult result = await host.RunAsync(run, cancellationToken);
        if (run.Text != script || (about is not null && !run.Arguments.Contains(about)) || Host is not null) return result;
        Host = host.Name;
        if (also is not null) await also(host.Name);
        if (survives) return result;
        _isKilled = true;
        throw new PowerCutException();
    }

    private sealed class Way(KilledAfter owner, IHost host) : ISessionHost
    {
        public string Name => host.Name;

        public Task<ScriptResult> RunAsync(HostScript run, CancellationToken cancellationToken) => owner.RunAsync(host, run, cancellationToken);

        // The lock, which a process that ends releases.
        public Task<IHostSession> OpenAsync(HostScript run, CancellationToken cancellationToken) =>
            ((ISessionHost)host).OpenAsync(run, cancellationToken);
    }
}
