using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class FailoverTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory, InlineData("3.4"), InlineData("3.5"), Etcd36Data("3.6")]
    public async Task Calls_MemberKilledMidStream_GoOnAtTheOthersWithoutLoss(string version)
    {
        EtcdServer server = await StartAsync(version, new EtcdServerOptions { Members = 3 });
        EtcdClient client = Track(server.Connect());
        EtcdClient writer = Track(server.Connect(o => o with { Endpoints = [.. server.Endpoints.Skip(1)] }));
        LeaseGrant lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(9), cancellationToken: Stop);
        Task<int> renewals = client.Leases.KeepAliveAsync(lease.Id, Stop).Take(3).CountAsync(Stop).AsTask();
        var told = new List<string>();

        await foreach (WatchBatch batch in client.Watch.WatchAsync(KeyRange.Prefix(Prefix), cancellationToken: Stop))
        {
            told.AddRange(batch.Events.Select(e => e.KeyValue.ValueText));
            if (told.Count >= 20) break;
            if (told.Count == 10) await server.KillAsync(0); // where the watch and the lease's stream are
            if (batch.Events.Count == 0 || told.Count == 10) await PutTenAsync(writer, told.Count);
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), told);
        Assert.Equal(3, await renewals.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        await client.Kv.PutAsync(Prefix + "after", "v", cancellationToken: Stop);
        Assert.Equal(3, (await client.Cluster.ListAsync(cancellationToken: Stop)).Members.Count);
    }

    [Theory]
    [InlineData("3.4", false)]
    [InlineData("3.5", false)]
    [InlineData("3.4", true)]
    [InlineData("3.5", true)]
    public async Task WatchAsync_MemberStoppedAndStarted_GoesOn(string version, bool overTls)
    {
        using var authority = CertificateAuthority.Create("test authority");
        EtcdServer server = await StartAsync(version, new EtcdServerOptions { Authority = overTls ? authority : null });
        EtcdClient client = Track(server.Connect());
        await using IAsyncEnumerator<WatchBatch> watch = client.Watch
            .WatchAsync(KeyRange.Prefix(Prefix), cancellationToken: Stop).GetAsyncEnumerator(Stop);
        await watch.MoveNextAsync(); // the announcement
        Task<bool> next = watch.MoveNextAsync().AsTask();

        await server.TerminateAsync(0);
        await server.RestartAsync(0);
        await client.Kv.PutAsync(Prefix, "after", cancellationToken: Stop);

        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.Equal("after", Assert.Single(watch.Current.Events).KeyValue.ValueText);
    }

    [Fact]
    public async Task SnapshotAsync_MemberKilledMidStream_ThrowsConnectionLost()
    {
        EtcdServer server = await StartAsync("3.5");
        EtcdClient client = Track(server.Connect());
        byte[] value = new byte[1_000_000];
        for (int i = 0; i < 20; i++) await client.Kv.PutAsync(BitConverter.GetBytes(i), value, cancellationToken: Stop);

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(async () =>
        {
            bool killed = false;
            await foreach (SnapshotChunk _ in client.Maintenance.SnapshotAsync(Stop))
            {
                if (!killed) await server.KillAsync(0);
                killed = true;
            }
        });

        Assert.Equal(EtcdErrorIds.ConnectionLost, error.ErrorId);
    }

    [Fact]
    public async Task Calls_OneEndpointRefuses_ArePassedOverWritesToo()
    {
        EtcdServer server = await SharedAsync("3.5");
        var dead = new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}");
        EtcdClient client = Track(server.Connect(o => o with { Endpoints = [dead, .. server.Endpoints] }));

        await client.Kv.PutAsync(Prefix, "v", cancellationToken: Stop);
        EtcdRpcException pinned = await Assert.ThrowsAsync<EtcdRpcException>(() => client.ForEndpoint(dead).Kv.GetAsync(Prefix, Stop));

        Assert.Equal("v", (await client.Kv.GetAsync(Prefix, Stop))?.ValueText);
        Assert.Equal((EtcdErrorIds.ConnectFailed, GrpcStatusCode.Unavailable), (pinned.ErrorId, pinned.GrpcStatus));
        Assert.True(pinned.NotApplied);
        Assert.Equal(dead, pinned.Endpoint);
    }

    [Fact]
    public async Task Calls_OneEndpointSilent_ReadsGoOnWithinTheDeadline()
    {
        EtcdServer server = await SharedAsync("3.5");
        using TcpListener silent = Listen();
        EtcdClient client = Track(server.Connect(o => o with
        {
            Endpoints = [UriOf(silent), .. server.Endpoints],
            CallTimeout = TimeSpan.FromSeconds(4),
        }));
        long started = Stopwatch.GetTimestamp();

        Assert.Null(await client.Kv.GetAsync(Prefix, Stop));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 1.5, 3.9);
    }

    [Fact]
    public async Task Calls_ServerSilent_EndWithTimeoutAndCancelWithTheCaller()
    {
        using TcpListener silent = Listen();
        EtcdClient client = Track(new EtcdClient(new EtcdClientOptions { Endpoints = [UriOf(silent)] }));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        stop.CancelAfter(TimeSpan.FromMilliseconds(300));

        EtcdRpcException timeout = await Assert.ThrowsAsync<EtcdRpcException>(
            () => client.WithCalls(TimeSpan.FromMilliseconds(300), retry: true).Kv.PutAsync("k", "v", cancellationToken: Stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.Kv.GetAsync("k", stop.Token));

        Assert.Equal((EtcdErrorIds.Timeout, GrpcStatusCode.DeadlineExceeded),
            (timeout.ErrorId, timeout.GrpcStatus));
        Assert.False(timeout.NotApplied);
        Assert.True(stop.IsCancellationRequested);
    }

    [Fact]
    public async Task Calls_CancelledOnTheServer_LeaveTheClientWorking()
    {
        EtcdClient client = await ConnectAsync("3.5");
        LeaseGrant lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Stop);
        await client.Locks.LockAsync(Prefix, lease.Id, Stop);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        stop.CancelAfter(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Locks.LockAsync(Prefix, cancellationToken: stop.Token));

        await client.Kv.PutAsync(Prefix + "k", "v", cancellationToken: Stop);
    }

    [Fact]
    public async Task Calls_HttpOneServer_ThrowProtocolError()
    {
        using var http = new HttpListener();
        string prefix = $"http://127.0.0.1:{FreePorts.Take(1)[0]}/";
        http.Prefixes.Add(prefix);
        http.Start();
        EtcdClient client = Track(new EtcdClient(new EtcdClientOptions { Endpoints = [new Uri(prefix)], Retry = false }));

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.GetAsync("k", Stop));

        Assert.Equal(EtcdErrorIds.ProtocolError, error.ErrorId);
    }

    /// <summary>
    /// Ten versions of one key. A leader that was just killed costs an election, in which a put fails; a conditional transaction
    /// may be repeated, since its second run finds the first one's version.
    /// </summary>
    private async Task PutTenAsync(EtcdClient writer, int first)
    {
        for (int i = first; i < first + 10; i++)
        {
            var once = new EtcdTransaction
            {
                Conditions = [TxnCondition.Version(KeyRange.Key(Prefix), TxnComparison.Equal, i)],
                Success = [TxnOperation.Put(Prefix, $"{i}")],
            };
            for (bool done = false; !done;)
            {
                try
                {
                    await writer.Kv.TxnAsync(once, Stop);
                    done = true;
                }
                catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.Unavailable or EtcdErrorKind.Timeout or EtcdErrorKind.Connection)
                {
                    await Task.Delay(50, Stop);
                }
            }
        }
    }

    // Takes connections, as the kernel does for a process that hangs, and says nothing.
    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static Uri UriOf(TcpListener listener) => new($"http://{listener.LocalEndpoint}");
}
