using EtcdAdmin.Client;

namespace EtcdAdmin.Tests.Support;

/// <summary>Base of tests against real servers: clients that are disposed, logs that are attached, a key prefix of one's own.</summary>
public abstract class EtcdTest(SharedServers servers) : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _own = [];
    private readonly List<EtcdClient> _clients = [];
    private readonly List<EtcdServer> _used = [];
    private TempFolder? _folder;

    /// <summary>No other test has it.</summary>
    protected string Prefix { get; } = $"/{Guid.NewGuid():n}/";

    /// <summary>A folder of the test. A test class that is both IAsyncDisposable and IDisposable is disposed of as the first alone.</summary>
    protected TempFolder Folder => _folder ??= new();

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A client of the shared server of a version.</summary>
    internal async Task<EtcdClient> ConnectAsync(string version)
    {
        EtcdServer server = await servers.GetAsync(version);
        _used.Add(server);
        return Track(server.Connect());
    }

    /// <summary>The shared server of a version.</summary>
    internal Task<EtcdServer> SharedAsync(string version) => servers.GetAsync(version);

    /// <summary>A server for this test alone.</summary>
    internal async Task<EtcdServer> StartAsync(string version, EtcdServerOptions? options = null)
    {
        EtcdServer server = await EtcdServer.StartAsync(version, options);
        _own.Add(server);
        return server;
    }

    internal EtcdClient Track(EtcdClient client)
    {
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EtcdClient client in _clients) client.Dispose();
        foreach (EtcdServer server in _used) server.AttachLogsIfFailed();
        foreach (IAsyncDisposable own in _own) await own.DisposeAsync();
        _folder?.Dispose();
        GC.SuppressFinalize(this);
    }
}
