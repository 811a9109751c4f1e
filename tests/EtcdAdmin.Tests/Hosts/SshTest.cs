using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>The ways to a host.</summary>
public enum SshWay
{
    /// <summary>The ssh program; scripts of a host share its connection.</summary>
    Shared,

    /// <summary>The ssh program; a connection for each script, as on Windows.</summary>
    Separate,

    /// <summary>SSH.NET.</summary>
    SshNet,
}

/// <summary>Base of tests against a real sshd: closes its connections and stops its servers.</summary>
public abstract class SshTest : IAsyncDisposable
{
    private readonly List<SshServer> _servers = [];

    private readonly Dictionary<SshWay, HostConnections> _connections = new()
    {
        [SshWay.Shared] = new HostConnections(multiplex: true) { Transport = SshTransport.OpenSsh },
        [SshWay.Separate] = new HostConnections(multiplex: false) { Transport = SshTransport.OpenSsh },
        [SshWay.SshNet] = new HostConnections(multiplex: true) { Transport = SshTransport.SshNet },
    };

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    internal async Task<SshServer> StartAsync(string config = "")
    {
        SshServer server = await SshServer.StartAsync(config);
        _servers.Add(server);
        return server;
    }

    internal HostConnections Connections(SshWay way) => _connections[way];

    internal IRemoteHost Host(HostConnection connection, SshWay way = SshWay.Shared) => Connections(way).GetSsh(connection);

    internal static HostScript Script(string text, params string[] arguments) => new(text) { Arguments = arguments };

    internal async Task<EtcdException> FailureAsync(HostConnection connection, SshWay way = SshWay.Shared) =>
        await Assert.ThrowsAsync<EtcdException>(() => Host(connection, way).RunAsync(Script("true"), Token));

    internal static IReadOnlyDictionary<string, string> With(HostConnection connection, string name, string value) =>
        new Dictionary<string, string>(connection.Options ?? new Dictionary<string, string>()) { [name] = value };

    public async ValueTask DisposeAsync()
    {
        foreach (HostConnections connections in _connections.Values) await connections.DisposeAsync();
        foreach (SshServer server in _servers)
        {
            if (TestContext.Current.TestState?.Result == TestResult.Failed)
                TestContext.Current.AddAttachment($"sshd-{server.Port}.log", server.Log);
            await server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
