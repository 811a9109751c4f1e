using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Hosts.Ssh;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Base of tests against a real sshd: connections that are closed, and servers that are stopped.</summary>
public abstract class SshTest : IAsyncDisposable
{
    private readonly List<SshServer> _servers = [];

    /// <summary>Scripts of a host share its connection.</summary>
    internal HostConnections Shared { get; } = new(multiplex: true);

    /// <summary>A connection for each script.</summary>
    internal HostConnections Single { get; } = new(multiplex: false);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    internal async Task<SshServer> StartAsync(string config = "")
    {
        SshServer server = await SshServer.StartAsync(config);
        _servers.Add(server);
        return server;
    }

    internal SshHost Host(HostConnection connection, bool multiplex = true) => (multiplex ? Shared : Single).GetSsh(connection);

    internal static HostScript Script(string text, params string[] arguments) => new(text) { Arguments = arguments };

    internal async Task<EtcdException> FailureAsync(HostConnection connection, bool multiplex = true) =>
        await Assert.ThrowsAsync<EtcdException>(() => Host(connection, multiplex).RunAsync(Script("true"), Token));

    internal static IReadOnlyDictionary<string, string> With(HostConnection connection, string name, string value) =>
        new Dictionary<string, string>(connection.Options ?? new Dictionary<string, string>()) { [name] = value };

    public async ValueTask DisposeAsync()
    {
        await Shared.DisposeAsync();
        await Single.DisposeAsync();
        foreach (SshServer server in _servers)
        {
            if (TestContext.Current.TestState?.Result == TestResult.Failed)
                TestContext.Current.AddAttachment($"sshd-{server.Port}.log", server.Log);
            await server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
