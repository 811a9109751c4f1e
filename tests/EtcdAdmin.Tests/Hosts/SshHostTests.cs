using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Ssh;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Scripts through a real sshd, with one shared connection and with one for each.</summary>
public sealed class SshHostTests : IAsyncDisposable
{
    private readonly HostConnections _shared = new(multiplex: true);
    private readonly HostConnections _single = new(multiplex: false);
    private SshServer? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_FailingScript_GivesExitCodeOutputAndError(bool multiplex)
    {
        SshHost host = await HostAsync(multiplex);

        ScriptResult result = await host.RunAsync(new HostScript("echo out; echo err >&2; exit 7"), Token);

        Assert.Equal(new ScriptResult(7, "out\n", "err\n"), result);
    }

    private async Task<SshHost> HostAsync(bool multiplex, string config = "")
    {
        _server ??= await SshServer.StartAsync(config);
        return (multiplex ? _shared : _single).GetSsh(_server.Connection);
    }

    public async ValueTask DisposeAsync()
    {
        await _shared.DisposeAsync();
        await _single.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }
}
