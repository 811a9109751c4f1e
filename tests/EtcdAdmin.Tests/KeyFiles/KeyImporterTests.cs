using System.Text;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Client;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.KeyFiles;

/// <summary>Exports keys from one real server and imports them into the same server under another prefix.</summary>
public sealed class KeyImporterTests(SharedServers servers) : EtcdTest(servers)
{
    private string From => Prefix + "from/";

    private string To => Prefix + "to/";

    private string File => Folder.File("keys.jsonl");

    [Theory]
    [MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task ImportAsync_ExportOfARevision_IsWhatWasThere(string version)
    {
        (EtcdCluster cluster, EtcdClient client) = await ConnectToAsync(version);
        for (int i = 0; i < 300; i++)
            await client.Kv.PutAsync(Encoding.UTF8.GetBytes($"{From}{i:d3}"), new byte[] { (byte)i, 0, 255 }, cancellationToken: Stop);
        await client.Kv.PutAsync(From + "large", new string('x', 1_400_000), cancellationToken: Stop);
        long revision = (await client.Kv.PutAsync(From + "last", "1", cancellationToken: Stop)).Header.Revision;
        List<string> expected = await TextAsync(client, From);
        await client.Kv.DeleteAsync(KeyRange.Key(From + "large"), cancellationToken: Stop);

        KeyExport export = await ExportAsync(cluster, new KeyExportRequest { Path = File, Revision = revision });
        KeyImport first = await ImportAsync(cluster, Request());
        List<string> found = await TextAsync(client, To);
        KeyImport again = await ImportAsync(cluster, Request());

        Assert.Equal((302, revision), (export.Keys, export.Revision));
        Assert.Equal(expected, found);
        Assert.Equal((302, 302, 0), (first.Keys, first.Created, first.Unchanged));
        Assert.Equal((302, 0, 302), (again.Keys, again.Created, again.Unchanged));
    }

    [Fact]
    public async Task ImportAsync_KeysThatExist_BecomeWhatIsSaid()
    {
        (EtcdCluster cluster, EtcdClient client) = await ConnectToAsync("3.5");
        foreach (string name in new[] { "a", "b", "c" }) await client.Kv.PutAsync(From + name, "file", cancellationToken: Stop);
        await ExportAsync(cluster, new KeyExportRequest { Path = File });
        await client.Kv.PutAsync(To + "b", "other", cancellationToken: Stop);
        await client.Kv.PutAsync(To + "c", "file", cancellationToken: Stop);

        var refused = await Assert.ThrowsAsync<EtcdException>(() => ImportAsync(cluster, Request()));
        List<string> afterRefusal = await TextAsync(client, To);
        KeyImport kept = await ImportAsync(cluster, Request() with { Existing = ExistingKeyPolicy.Keep });
        List<string> afterKeeping = await TextAsync(client, To);
        KeyImport forced = await ImportAsync(cluster, Request() with { Existing = ExistingKeyPolicy.Overwrite });

        Assert.Equal(EtcdErrorIds.KeyExists, refused.ErrorId);
        Assert.Contains("in line 3", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["b=other", "c=file"], afterRefusal);
        Assert.Equal((1, 1, 1), (kept.Created, kept.Kept, kept.Unchanged));
        Assert.Equal(["a=file", "b=other", "c=file"], afterKeeping);
        Assert.Equal((0, 1, 2), (forced.Created, forced.Changed, forced.Unchanged));
        Assert.Equal(["a=file", "b=file", "c=file"], await TextAsync(client, To));
    }

    [Fact]
    public async Task ImportAsync_KeysWithLeases_BecomeWhatIsSaid()
    {
        (EtcdCluster cluster, EtcdClient client) = await ConnectToAsync("3.5");
        LeaseGrant lease = await client.Leases.GrantAsync(TimeSpan.FromMinutes(30), cancellationToken: Stop);
        await client.Kv.PutAsync(From + "plain", "1", cancellationToken: Stop);
        foreach (string name in new[] { "x", "y" }) await client.Kv.PutAsync(From + name, "1", new PutOptions { Lease = lease.Id }, Stop);
        await ExportAsync(cluster, new KeyExportRequest { Path = File });

        KeyImport skipped = await ImportAsync(cluster, Request());
        KeyImport granted = await ImportAsync(cluster, Request() with { Leased = LeasedKeyPolicy.Grant });
        EtcdKeyValue x = (await client.Kv.GetAsync(To + "x", Stop))!; // written above
        LeaseInfo now = await client.Leases.TimeToLiveAsync(x.Lease, keys: true, Stop);
        KeyImport again = await ImportAsync(cluster, Request() with { Leased = LeasedKeyPolicy.Grant });
        KeyImport dropped = await ImportAsync(cluster, Request() with { Leased = LeasedKeyPolicy.Drop, Existing = ExistingKeyPolicy.Overwrite });

        Assert.Equal((3, 1, 2), (skipped.Keys, skipped.Created, skipped.SkippedLeased));
        Assert.Equal((2, 1), (granted.Created, granted.Unchanged));
        Assert.NotEqual(lease.Id, x.Lease);
        Assert.Equal(2, now.Keys.Count);
        Assert.InRange(now.Remaining!.Value, TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(30)); // just granted
        Assert.Equal((0, 3), (again.Created, again.Unchanged));
        Assert.Equal(2, dropped.Changed);
        Assert.True((await client.Kv.GetAsync(To + "x", Stop))!.Lease.IsNone);
    }

    [Fact]
    public async Task ImportAsync_KeyChangesMeanwhile_IsNotLost()
    {
        (EtcdCluster cluster, EtcdClient client) = await ConnectToAsync("3.5");
        await client.Kv.PutAsync(From + "a", "file", cancellationToken: Stop);
        await ExportAsync(cluster, new KeyExportRequest { Path = File });
        var importer = new KeyImporter(cluster, Request(), null);
        await importer.SurveyAsync(Stop);
        await client.Kv.PutAsync(To + "a", "somebody's", cancellationToken: Stop);

        var error = await Assert.ThrowsAsync<EtcdException>(() => importer.ImportAsync(Stop));

        Assert.Equal(EtcdErrorIds.KeyExists, error.ErrorId);
        Assert.Equal(["a=somebody's"], await TextAsync(client, To));
    }

    [Fact]
    public async Task SurveyAsync_BadLines_AreAllToldAndNothingIsWritten()
    {
        (EtcdCluster cluster, EtcdClient client) = await ConnectToAsync("3.5");
        await System.IO.File.WriteAllTextAsync(
            File, $"{{\"key\":\"{From}ok\",\"value\":\"1\"}}\nno\n{{\"key\":\"{From}big\",\"value\":\"{new string('x', 20_000)}\"}}\n", Stop);

        var errors =
            await Assert.ThrowsAsync<AggregateException>(() =>
                ImportAsync(cluster, Request() with { SkipHashCheck = true, MaxRequestSize = 16 * 1024 }));

        Assert.Equal([2, 3],
            errors.InnerExceptions.Select(error =>
                int.Parse(error.Message.Split("line ")[1].Split(':')[0], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Empty(await TextAsync(client, To));
    }

    [Theory]
    [InlineData("from/a from/b from/a", 3, 1)]
    [InlineData("from/a from/b to/c to/b", 4, 2)] // the same key only after the prefix is replaced
    [InlineData("from/a from/a", 2, 1)]
    public async Task SurveyAsync_KeyIsThereTwice_NamesBothLinesAndWritesNothing(string keys, int line, int earlier)
    {
        (EtcdCluster cluster, EtcdClient client) = await ConnectToAsync("3.5");
        await System.IO.File.WriteAllLinesAsync(File, keys.Split(' ').Select((key, i) => $"{{\"key\":\"{Prefix}{key}\",\"value\":\"{i}\"}}"), Stop);

        var error = await Assert.ThrowsAsync<EtcdException>(() => ImportAsync(cluster, Request() with { SkipHashCheck = true, Prefix = default }));

        Assert.Equal(EtcdErrorIds.KeyFileInvalid, error.ErrorId);
        Assert.Contains($"line {line}:", error.Message, StringComparison.Ordinal);
        Assert.Contains($"line {earlier} has the same key", error.Message, StringComparison.Ordinal);
        Assert.Empty(await TextAsync(client, To));
    }

    [Fact]
    public async Task ImportAsync_FileThatDoesNotAscend_IsTakenWhereNoKeyIsThereTwice()
    {
        (EtcdCluster cluster, EtcdClient client) = await ConnectToAsync("3.5");
        string[] lines =
        [
            .. "c a b".Split(' ').Select(key => $"{{\"key\":\"{From}{key}\",\"value\":\"1\"}}"),
            $"{{\"key\":\"{From}a\",\"value\":\"2\",\"lease\":\"0000000000000007\"}}",
        ];
        await System.IO.File.WriteAllLinesAsync(File, lines, Stop);

        KeyImport import = await ImportAsync(cluster, Request() with { SkipHashCheck = true });

        Assert.Equal((3, 1), (import.Created, import.SkippedLeased)); // a skipped key is not a duplicate
        Assert.Equal(["a=1", "b=1", "c=1"], await TextAsync(client, To));
    }

    [Fact]
    public async Task ImportAsync_ValueThatTheServerDoesNotTake_WritesNothingAndNamesTheLineAndWhatToDo()
    {
        (EtcdCluster cluster, EtcdClient client) = await ConnectToAsync("3.5");
        await System.IO.File.WriteAllTextAsync(
            File, $"{{\"key\":\"{From}a\",\"value\":\"1\"}}\n{{\"key\":\"{From}big\",\"value\":\"{new string('x', 1_800_000)}\"}}\n", Stop);
        KeyImportRequest request = Request() with { SkipHashCheck = true };

        var byDefault = await Assert.ThrowsAsync<EtcdException>(() => ImportAsync(cluster, request));
        var asked = await Assert.ThrowsAsync<EtcdException>(() => ImportAsync(cluster, request with { MaxRequestSize = 2_001_500 }));

        Assert.Equal((EtcdErrorIds.KeyFileInvalid, EtcdErrorIds.RequestTooLarge), (byDefault.ErrorId, asked.ErrorId));
        foreach (EtcdException error in new[] { byDefault, asked })
        {
            Assert.Contains("line 2:", error.Message, StringComparison.Ordinal);
            Assert.Contains("-MaxRequestSize", error.NextStep, StringComparison.Ordinal);
        }

        Assert.Empty(await TextAsync(client, To));
    }

    [Theory]
    [MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task ImportAsync_ValuesOfAboutTheLargestRequest_AreImportedWhereTheyFitWithTheirCondition(string version)
    {
        (EtcdCluster cluster, EtcdClient client) = await ConnectToAsync(version);
        LeaseGrant lease = await client.Leases.GrantAsync(TimeSpan.FromMinutes(30), cancellationToken: Stop);
        await client.Kv.PutAsync(From + "a", new string('x', 1_572_000), cancellationToken: Stop);
        await client.Kv.PutAsync(From + "b", new string('x', 1_572_000), new PutOptions { Lease = lease.Id }, Stop);
        await client.Kv.PutAsync(From + "c", "1", cancellationToken: Stop);
        KeyImportRequest request = Request() with { Leased = LeasedKeyPolicy.Grant };
        await ExportAsync(cluster, new KeyExportRequest { Path = File });

        KeyImport import = await ImportAsync(cluster, request);
        List<string> imported = await TextAsync(client, To);
        await client.Kv.DeleteAsync(KeyRange.Prefix(To), cancellationToken: Stop);
        int size = (3 << 19) - (From.Length + 1);
        while (!await TryPutAsync(client, From + "b", size)) size--;
        await ExportAsync(cluster, new KeyExportRequest { Path = File, Overwrite = true });
        var tooLarge = await Assert.ThrowsAsync<EtcdException>(() => ImportAsync(cluster, request));
        var asked = await Assert.ThrowsAsync<EtcdException>(() => ImportAsync(cluster, request with { MaxRequestSize = 2_000_000 }));

        Assert.Equal((3, 3), (import.Keys, import.Created));
        Assert.Equal(["a", "b", "c"], imported.Select(text => text[..1]));
        Assert.Equal((EtcdErrorIds.KeyFileInvalid, EtcdErrorIds.RequestTooLarge), (tooLarge.ErrorId, asked.ErrorId));
        Assert.All([tooLarge, asked], error =>
        {
            Assert.Contains("line 3:", error.Message, StringComparison.Ordinal);
            Assert.Contains("-MaxRequestSize", error.NextStep, StringComparison.Ordinal);
        });
        Assert.Empty(await TextAsync(client, To));
    }

    [Theory]
    [InlineData(0)] // just fits into a put
    [InlineData(200)] // also with the condition that the key is unchanged
    public async Task ImportAsync_OthersWriteTheSameKeyMeanwhile_NothingOfTheirsIsReplaced(int less)
    {
        const int Limit = 20_000;
        const string Last = "last";
        await using EtcdServer server = await EtcdServer.StartAsync("3.5", new EtcdServerOptions { Arguments = ["--max-request-bytes", $"{Limit}"] });
        using EtcdClient client = server.Connect();
        string key = To + "a";
        int size = Limit - key.Length;
        while (!await TryPutAsync(client, key, size)) size--;
        size -= less;
        await System.IO.File.WriteAllTextAsync(File, $"{{\"key\":\"{From}a\",\"value\":\"{new string('x', size)}\"}}\n", Stop);
        KeyImportRequest request = Request() with { SkipHashCheck = true, Existing = ExistingKeyPolicy.Keep, MaxRequestSize = Limit };
        long start = (await client.Kv.DeleteAsync(KeyRange.Key(key), cancellationToken: Stop)).Header.Revision;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task others = WriteAndDeleteAsync(client, key, stop.Token);
        for (int i = 0; i < 40; i++) await Record.ExceptionAsync(() => ImportAsync(new EtcdCluster("small", server.Endpoints), request));
        await stop.CancelAsync();
        await others;
        await client.Kv.PutAsync(key, Last, cancellationToken: Stop);

        EtcdKeyValue[] puts = await PutsAsync(client, key, start + 1, Last);
        EtcdKeyValue[] imported = [.. puts.Where(put => put.Value.Length == size)];
        Assert.All(imported, put => Assert.Equal(1, put.Version)); // there was no key then
        Assert.Equal(less > 0, imported.Length > 0);
    }

    [Fact]
    public async Task ImportAsync_ServerTakesLessThanUsual_WritesInSmallerRequests()
    {
        await using EtcdServer server = await EtcdServer.StartAsync(
            "3.5", new EtcdServerOptions { Arguments = ["--max-request-bytes", "100000", "--max-txn-ops", "20"] });
        using EtcdClient client = server.Connect();
        var cluster = new EtcdCluster("small", server.Endpoints);
        await System.IO.File.WriteAllLinesAsync(
            File, Enumerable.Range(0, 200).Select(i => $"{{\"key\":\"{From}{i:d3}\",\"value\":\"{new string('x', 2000)}\"}}"), Stop);

        KeyImport import = await ImportAsync(cluster, Request() with { SkipHashCheck = true });

        Assert.Equal(200, import.Created);
        Assert.Equal(200, await client.Kv.CountAsync(KeyRange.Prefix(To), cancellationToken: Stop));
    }

    private static async Task WriteAndDeleteAsync(EtcdClient client, string key, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await client.Kv.PutAsync(key, "theirs", cancellationToken: Stop);
            await client.Kv.DeleteAsync(KeyRange.Key(key), cancellationToken: Stop);
        }
    }

    /// <summary>The value of a key, from a revision until it had a certain value.</summary>
    private static async Task<EtcdKeyValue[]> PutsAsync(EtcdClient client, string key, long start, string last)
    {
        var puts = new List<EtcdKeyValue>();
        await foreach (WatchBatch batch in client.Watch.WatchAsync(KeyRange.Key(key), new WatchOptions
        {
            StartRevision = start,
            WithoutDeletes = true,
        }, Stop))
        {
            puts.AddRange(batch.Events.Select(change => change.KeyValue));
            if (puts is [.., var latest] && latest.ValueText == last) break;
        }

        return [.. puts];
    }

    private static async Task<bool> TryPutAsync(EtcdClient client, string key, int size)
    {
        try
        {
            await client.Kv.PutAsync(key, new string('x', size), cancellationToken: Stop);
            return true;
        }
        catch (EtcdRpcException e) when (e.ErrorId == EtcdErrorIds.RequestTooLarge)
        {
            return false;
        }
    }

    private KeyImportRequest Request() => new()
    {
        Path = File,
        Prefix = Encoding.UTF8.GetBytes(From),
        Map = new KeyPrefixMap(Encoding.UTF8.GetBytes(From), Encoding.UTF8.GetBytes(To)),
    };

    private async Task<(EtcdCluster Cluster, EtcdClient Client)> ConnectToAsync(string version)
    {
        var cluster = new EtcdCluster("demo", (await SharedAsync(version)).Endpoints);
        return (cluster, Track(cluster.Client));
    }

    private Task<KeyExport> ExportAsync(EtcdCluster cluster, KeyExportRequest request) =>
        LiveKeyExport.ExportAsync(cluster, KeyRange.Prefix(From), request, TimeProvider.System, null, Stop);

    private static async Task<KeyImport> ImportAsync(EtcdCluster cluster, KeyImportRequest request)
    {
        var importer = new KeyImporter(cluster, request, null);
        KeyImport survey = await importer.SurveyAsync(Stop);
        KeyImport done = await importer.ImportAsync(Stop);
        Assert.Equal(survey, done);
        return done;
    }

    private static async Task<List<string>> TextAsync(EtcdClient client, string prefix) =>
        await client.Kv.RangeAsync(KeyRange.Prefix(prefix), null, Stop).Select(key => $"{key.KeyText[prefix.Length..]}={key.ValueText}").ToListAsync(
            Stop);
}
