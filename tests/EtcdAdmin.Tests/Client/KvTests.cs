using System.Text;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class KvTests(SharedServers servers) : EtcdTest(servers)
{
    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    [Theory, MemberData(nameof(Versions))]
    public async Task PutAsync_NewAndExistingKey_ReturnsRevisionAndPrevious(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        PutResult first = await client.Kv.PutAsync(Prefix + "k", "one", new PutOptions { ReturnPrevious = true }, Stop);
        PutResult second = await client.Kv.PutAsync(Prefix + "k", "zwei ÄÖ", new PutOptions { ReturnPrevious = true }, Stop);
        EtcdKeyValue? now = await client.Kv.GetAsync(Prefix + "k", Stop);

        Assert.Null(first.Previous);
        Assert.Equal("one", second.Previous?.ValueText);
        Assert.Equal(Prefix + "k", now?.KeyText);
        Assert.Equal("zwei ÄÖ", now?.ValueText);
        Assert.Equal(2, now?.Version);
        Assert.Equal(first.Previous?.CreateRevision ?? first.Header.Revision, now?.CreateRevision);
        Assert.Equal(second.Header.Revision, now?.ModRevision);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task GetAsync_MissingKey_ReturnsNull(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        Assert.Null(await client.Kv.GetAsync(Prefix + "nothing", Stop));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task PutAsync_KeepValueOfMissingKey_ThrowsKeyNotFound(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(
            () => client.Kv.PutAsync(Prefix + "k", "", new PutOptions { KeepValue = true }, Stop));

        Assert.Equal(EtcdError.KeyNotFound, error.Error);
        Assert.Equal(EtcdErrorIds.KeyNotFound, error.ErrorId);
        Assert.Equal(GrpcStatusCode.InvalidArgument, error.GrpcStatus);
        Assert.True(error.NotApplied);
        Assert.Equal(client.Endpoints[0], error.Endpoint);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task DeleteAsync_Range_DeletesWhatItReturns(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        foreach (string name in new[] { "a", "b", "c" }) await client.Kv.PutAsync(Prefix + name, name, cancellationToken: Stop);

        DeleteResult result = await client.Kv.DeleteAsync(KeyRange.Between(Prefix + "a", Prefix + "c"), returnPrevious: true, Stop);

        Assert.Equal(2, result.Deleted);
        Assert.Equal(["a", "b"], result.Previous.Select(kv => kv.ValueText));
        Assert.Equal(1, await client.Kv.CountAsync(KeyRange.Prefix(Prefix), cancellationToken: Stop));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task TxnAsync_ConditionsAndNesting_RunsTheRightBranch(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        await client.Kv.PutAsync(Prefix + "k", "v", cancellationToken: Stop);
        var transaction = new EtcdTransaction
        {
            Conditions =
            [
                TxnCondition.Exists(KeyRange.Key(Prefix + "k")), TxnCondition.Missing(KeyRange.Key(Prefix + "x")),
                TxnCondition.Value(KeyRange.Key(Prefix + "k"), TxnComparison.Equal, "v"),
                TxnCondition.Version(KeyRange.Key(Prefix + "k"), TxnComparison.Less, 2),
                TxnCondition.Lease(KeyRange.Key(Prefix + "k"), TxnComparison.Equal, default),
            ],
            Success =
            [
                TxnOperation.Put(Prefix + "x", "new"),
                TxnOperation.Nested(new EtcdTransaction
                {
                    Conditions = [TxnCondition.ModRevision(KeyRange.Key(Prefix + "k"), TxnComparison.Equal, 0)],
                    Failure = [TxnOperation.Get(KeyRange.Prefix(Prefix)), TxnOperation.Delete(KeyRange.Key(Prefix + "k"), returnPrevious: true)],
                }),
            ],
            Failure = [TxnOperation.Get(KeyRange.Prefix(Prefix))],
        };

        TxnResult first = await client.Kv.TxnAsync(transaction, Stop);
        TxnResult second = await client.Kv.TxnAsync(transaction, Stop);

        Assert.True(first.Succeeded);
        TxnResult nested = Assert.IsType<TxnResult>(first.Results[1].Nested);
        Assert.False(nested.Succeeded);
        Assert.Equal("v", nested.Results[1].Delete?.Previous.Single().ValueText);
        Assert.False(second.Succeeded);
        Assert.Equal("new", second.Results.Single().Range?.KeyValues.Single().ValueText);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task TxnAsync_SameKeyTwice_ThrowsDuplicateKey(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        var transaction = new EtcdTransaction { Success = [TxnOperation.Put(Prefix, "1"), TxnOperation.Put(Prefix, "2")] };

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.TxnAsync(transaction, Stop));

        Assert.Equal(EtcdError.DuplicateKey, error.Error);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task QueryAsync_SortedLimitedAndBounded_AnswersAsAsked(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        var revisions = new List<long>();
        foreach (string name in new[] { "b", "c", "a" })
            revisions.Add((await client.Kv.PutAsync(Prefix + name, name, cancellationToken: Stop)).Header.Revision);

        RangeResult sorted = await client.Kv.QueryAsync(KeyRange.Prefix(Prefix),
            new RangeQuery { SortOrder = SortOrder.Descending, SortTarget = SortTarget.Value, Limit = 2 }, Stop);
        RangeResult bounded = await client.Kv.QueryAsync(KeyRange.Prefix(Prefix), new RangeQuery { MinModRevision = revisions[1] }, Stop);

        Assert.Equal(["c", "b"], sorted.KeyValues.Select(kv => kv.ValueText));
        Assert.True(sorted.More);
        Assert.Equal(3, sorted.Count);
        Assert.Equal(["a", "c"], bounded.KeyValues.Select(kv => kv.ValueText));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task RangeAsync_WritesBetweenPages_KeepsToOneRevision(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        for (int i = 0; i < 60; i++) await client.Kv.PutAsync($"{Prefix}{i:d3}", "old", cancellationToken: Stop);
        var read = new List<EtcdKeyValue>();

        await foreach (EtcdKeyValue kv in client.Kv.RangeAsync(KeyRange.Prefix(Prefix), new RangeOptions { PageSize = 7 }, Stop))
        {
            if (read.Count == 0)
            {
                await client.Kv.PutAsync(Prefix + "059", "new", cancellationToken: Stop);
                await client.Kv.DeleteAsync(KeyRange.Key(Prefix + "050"), cancellationToken: Stop);
            }

            read.Add(kv);
        }

        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{Prefix}{i:d3}"), read.Select(kv => kv.KeyText));
        Assert.All(read, kv => Assert.Equal("old", kv.ValueText));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task RangeAsync_LimitAndKeysOnly_StopsThereWithoutValues(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        for (int i = 0; i < 40; i++) await client.Kv.PutAsync($"{Prefix}{i:d3}", "value", cancellationToken: Stop);
        var options = new RangeOptions { Limit = 33, PageSize = 10, KeysOnly = true, Serializable = true };

        List<EtcdKeyValue> read = await client.Kv.RangeAsync(KeyRange.Prefix(Prefix), options, Stop).ToListAsync(Stop);

        Assert.Equal(33, read.Count);
        Assert.All(read, kv => Assert.True(kv.Value.IsEmpty));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task RangeAsync_LeftEarly_LeavesClientWorking(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        for (int i = 0; i < 40; i++) await client.Kv.PutAsync($"{Prefix}{i:d3}", "value", cancellationToken: Stop);

        EtcdKeyValue first = await client.Kv.RangeAsync(KeyRange.Prefix(Prefix), cancellationToken: Stop).FirstAsync(Stop);

        Assert.Equal(Prefix + "000", first.KeyText);
        Assert.Equal(40, await client.Kv.CountAsync(KeyRange.Prefix(Prefix), cancellationToken: Stop));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task CompactAsync_ThenReadBelow_ThrowsCompacted(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        long old = (await client.Kv.PutAsync("k", "1", cancellationToken: Stop)).Header.Revision;
        long now = (await client.Kv.PutAsync("k", "2", cancellationToken: Stop)).Header.Revision;

        await client.Kv.CompactAsync(now, physical: true, Stop);
        EtcdRpcException below = await Assert.ThrowsAsync<EtcdRpcException>(
            () => client.Kv.QueryAsync(KeyRange.Key("k"), new RangeQuery { Revision = old }, Stop));
        EtcdRpcException above = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.CompactAsync(now + 100, cancellationToken: Stop));

        Assert.Equal((EtcdError.Compacted, EtcdErrorIds.Compacted), (below.Error, below.ErrorId));
        Assert.Equal((EtcdError.FutureRevision, EtcdErrorIds.FutureRevision), (above.Error, above.ErrorId));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task PutAsync_TwoMegabytes_ThrowsRequestTooLarge(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(
            () => client.Kv.PutAsync(Encoding.UTF8.GetBytes(Prefix), new byte[2 * 1024 * 1024], cancellationToken: Stop));

        Assert.Equal(EtcdErrorIds.RequestTooLarge, error.ErrorId);
    }
}
