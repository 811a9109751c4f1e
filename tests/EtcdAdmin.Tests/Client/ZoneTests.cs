using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Client;

/// <summary>The zone of an IPv6 address goes all the way down to the dialling.</summary>
public sealed class ZoneTests(SharedServers servers) : EtcdTest(servers)
{
    [Fact]
    public async Task Calls_AddressWithZone_GoThroughThatInterface()
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6 && File.Exists("/proc/net/if_inet6"), "This machine has no IPv6.");
        int port = FreePorts.Take(1)[0];
        EtcdServer server = await StartAsync("3.5", new EtcdServerOptions { ExtraClientUrls = [$"http://[::1]:{port}"] });
        EtcdClient bare = Track(server.Connect(o => o with { Endpoints = [EndpointUrl.Parse($"[::1]:{port}", secure: false)] }));
        EtcdClient zone = Track(server.Connect(o => o with { Endpoints = [EndpointUrl.Parse($"http://[::1%25lo]:{port}", secure: false)] }));
        EtcdClient none = Track(
            server.Connect(o => o with { Endpoints = [EndpointUrl.Parse($"[::1%nosuch0]:{port}", secure: false)], Retry = false }));

        await bare.Kv.PutAsync(Prefix, "v", cancellationToken: Stop);
        await zone.Kv.PutAsync(Prefix, "v", cancellationToken: Stop);
        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(() => none.Kv.GetAsync(Prefix, Stop));

        Assert.Equal(EtcdErrorIds.ConnectFailed, error.ErrorId);
        Assert.Contains($"http://[::1%25nosuch0]:{port}: this machine has no network interface 'nosuch0'", error.Message, StringComparison.Ordinal);
    }
}
