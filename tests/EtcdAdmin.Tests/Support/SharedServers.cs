using System.Collections.Concurrent;
using EtcdAdmin.Tests.Support;

[assembly: AssemblyFixture(typeof(SharedServers))]
namespace EtcdAdmin.Tests.Support;

/// <summary>One plain one-member server per version for all tests that only read and write keys of their own.</summary>
public sealed class SharedServers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<EtcdServer>>> _servers = new(StringComparer.Ordinal);

    internal Task<EtcdServer> GetAsync(string version) =>
        _servers.GetOrAdd(version, v => new Lazy<Task<EtcdServer>>(() => EtcdServer.StartAsync(v))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<EtcdServer>> server in _servers.Values)
        {
            if (server.Value.IsCompletedSuccessfully) await (await server.Value).DisposeAsync();
        }
    }
}
