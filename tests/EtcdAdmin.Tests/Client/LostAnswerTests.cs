using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

/// <summary>The server did what it was asked for, and its answer was lost.</summary>
public sealed class LostAnswerTests(SharedServers servers) : EtcdTest(servers)
{
    [Fact]
    public async Task Writes_AnswerLost_AreDoneOnceAndReportedAsUncertain()
    {
        EtcdServer server = await StartAsync("3.5");
        EtcdClient direct = Track(server.Connect());
        using var proxy = new SilencingProxy(server.Endpoints[0]);
        // Another endpoint is there: a client that repeated a write would succeed.
        EtcdClient client = Track(server.Connect(o => o with { Endpoints = [proxy.Endpoint, .. server.Endpoints] }));
        await direct.Kv.PutAsync(Prefix + "old", "v", cancellationToken: Stop);

        foreach ((string what, Func<Task> write, Func<Task<long>> done) in Writes(client, direct))
        {
            await client.ForEndpoint(proxy.Endpoint).Kv.GetAsync(Prefix, Stop); // the connection is there
            long before = await done();
            proxy.Silence();
            Task<EtcdRpcException> failure = Assert.ThrowsAsync<EtcdRpcException>(write);
            while (await done() == before) await Task.Delay(20, Stop);
            proxy.Break();
            EtcdRpcException error = await failure.WaitAsync(TimeSpan.FromSeconds(20), Stop);

            Assert.Equal((what, EtcdErrorIds.ConnectionLost, false), (what, error.ErrorId, error.NotApplied));
            Assert.Contains("check whether it was applied", error.NextStep, StringComparison.Ordinal);
            await Task.Delay(300, Stop); // time for a second one
            Assert.Equal((what, before + 1), (what, await done()));
        }
    }

    [Fact]
    public async Task Writes_AnswerLate_AreDoneOnceAndReportedAsTimeout()
    {
        EtcdServer server = await StartAsync("3.5");
        EtcdClient direct = Track(server.Connect());
        using var proxy = new SilencingProxy(server.Endpoints[0]);
        EtcdClient client = Track(server.Connect(o => o with
        {
            Endpoints = [proxy.Endpoint, .. server.Endpoints],
            CallTimeout = TimeSpan.FromSeconds(1),
        }));
        await client.Kv.GetAsync(Prefix, Stop);
        proxy.Silence();

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.PutAsync(Prefix, "v", cancellationToken: Stop));

        Assert.Equal((EtcdErrorIds.Timeout, false), (error.ErrorId, error.NotApplied));
        Assert.Equal(1, (await direct.Kv.GetAsync(Prefix, Stop))?.Version);
    }

    [Fact]
    public async Task Reads_AnswerLost_AreRepeatedAtTheNextEndpoint()
    {
        EtcdServer server = await StartAsync("3.5");
        using var proxy = new SilencingProxy(server.Endpoints[0]);
        EtcdClient client = Track(server.Connect(o => o with { Endpoints = [proxy.Endpoint, .. server.Endpoints] }));
        await client.Kv.PutAsync(Prefix, "v", cancellationToken: Stop);
        proxy.Silence();
        Task<EtcdKeyValue?> read = client.Kv.GetAsync(Prefix, Stop);
        await Task.Delay(200, Stop);
        proxy.Break();

        Assert.Equal("v", (await read)?.ValueText);
    }

    [Theory, InlineData("3.4"), InlineData("3.5"), Etcd36Data("3.6")]
    public async Task WatchAsync_MemberRestartsOverTls_ReportsEachChangeOnce(string version)
    {
        using var authority = CertificateAuthority.Create("test authority");
        EtcdServer server = await StartAsync(version, new EtcdServerOptions { Authority = authority, Members = 3 });
        EtcdClient client = Track(server.Connect());
        EtcdClient writer = Track(server.Connect(o => o with { Endpoints = [.. server.Endpoints.Skip(1)] }));
        var values = new List<string>();
        var set = new TaskCompletionSource();
        Task watching = Task.Run(async () =>
        {
            await foreach (WatchBatch batch in client.Watch.WatchAsync(KeyRange.Prefix(Prefix), cancellationToken: Stop))
            {
                set.TrySetResult();
                values.AddRange(batch.Events.Select(e => e.KeyValue.ValueText));
                if (values.Contains("last")) break;
            }
        }, Stop);
        await set.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);

        var written = new List<string>();
        await WriteAsync("before");
        Task stopping = server.TerminateAsync(0); // where the watch is
        await WriteAsync("during");
        await stopping;
        await WriteAsync("without");
        await server.RestartAsync(0);
        await WriteAsync("after");
        await WriteOneAsync("last");
        await watching.WaitAsync(TimeSpan.FromSeconds(60), Stop);

        Assert.Equal(written, values);

        async Task WriteAsync(string when)
        {
            for (int i = 0; i < 10; i++) await WriteOneAsync($"{when} {i}");
        }

        // An election on the way fails a put. The key holds each value once, however often it is tried.
        async Task WriteOneAsync(string value)
        {
            var once = new EtcdTransaction
            {
                Conditions = [TxnCondition.Version(KeyRange.Key(Prefix), TxnComparison.Equal, written.Count)],
                Success = [TxnOperation.Put(Prefix, value)],
            };
            while (true)
            {
                try
                {
                    await writer.Kv.TxnAsync(once, Stop);
                    written.Add(value);
                    return;
                }
                catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.Unavailable or EtcdErrorKind.Timeout or EtcdErrorKind.Connection)
                {
                    await Task.Delay(50, Stop);
                }
            }
        }
    }

    private IEnumerable<(string What, Func<Task> Write, Func<Task<long>> Done)> Writes(EtcdClient client, EtcdClient direct)
    {
        async Task<long> Revision() => (await direct.Kv.QueryAsync(KeyRange.Key(Prefix), new RangeQuery(), Stop)).Header.Revision;
        yield return ("put", () => client.Kv.PutAsync(Prefix, "v", cancellationToken: Stop), Revision);
        yield return ("delete", () => client.Kv.DeleteAsync(KeyRange.Key(Prefix + "old"), cancellationToken: Stop), Revision);
        yield return ("transaction", () => client.Kv.TxnAsync(
            new EtcdTransaction { Success = [TxnOperation.Put(Prefix + "t", "v")] }, Stop), Revision);
        yield return ("lease", () => client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Stop),
            async () => (await direct.Leases.ListAsync(Stop)).Count);
        yield return ("user", () => client.Auth.AddUserAsync("ann", "pw", Stop), async () => (await direct.Auth.ListUsersAsync(Stop)).Count);
        yield return ("member", () => client.Cluster.AddLearnerAsync([new Uri("http://127.0.0.1:1")], Stop),
            async () => (await direct.Cluster.ListAsync(cancellationToken: Stop)).Members.Count);
    }
}
