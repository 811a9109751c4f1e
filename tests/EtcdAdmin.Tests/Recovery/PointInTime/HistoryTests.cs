using System.Globalization;
using System.Text;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Drills;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.PointInTime;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Recovery.PointInTime;

/// <summary>The history of real servers, recorded and replayed in a member that was restored from a snapshot.</summary>
public sealed class HistoryTests(SharedServers servers) : EtcdTest(servers)
{
    private string History => Folder.File("history");

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    public async Task ReplayAsync_AnyRecordedRevision_IsWhatTheClusterWas(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        var random = new Random(11);
        for (int i = 0; i < 40; i++) await ChangeAsync(client, random);
        (EtcdSnapshot snapshot, string database) = await SaveAsync(server);
        for (int i = 0; i < 20; i++) await ChangeAsync(client, random); // before the recorder starts
        await using (var recording = new Recording(client, Request(snapshot, segmentSize: 4096)))
        {
            for (int i = 0; i < 120; i++) await ChangeAsync(client, random);
            await recording.StopAtAsync(await RevisionAsync(client));
        }

        long stopped = await RevisionAsync(client);
        for (int i = 0; i < 20; i++) await ChangeAsync(client, random); // while no recorder runs
        DateTimeOffset between = DateTimeOffset.UtcNow;
        await Task.Delay(20, Stop);
        await using (var recording = new Recording(client, Request(snapshot, segmentSize: 4096)))
        {
            for (int i = 0; i < 40; i++) await ChangeAsync(client, random);
            await recording.StopAtAsync(await RevisionAsync(client));
        }

        HistoryArchive archive = (await HistoryArchive.OpenAsync(History, Stop))!; // recorded above
        long newest = await RevisionAsync(client);
        Assert.Equal((snapshot.CurrentRevision, newest), (archive.After, archive.Through));
        Assert.True(Directory.GetFiles(History).Length > 3);
        Assert.Equal(stopped, await archive.RevisionAtAsync(between, Stop)); // changes in between get the time of the recorder's restart
        foreach (long revision in new[] { snapshot.CurrentRevision, (snapshot.CurrentRevision + newest) / 2, newest })
        {
            await using var restored = await Restored.StartAsync(version, snapshot, database, Folder.Path);

            HistoryReplay replay = await new HistoryReplayer(archive, restored.Client).ReplayAsync(snapshot.CurrentRevision, revision, null, Stop);

            Assert.Equal((revision, revision), (replay.Revision, replay.TargetRevision)); // revisions were not raised, and none was too large
            Assert.Equal(await TextAsync(client, revision), await TextAsync(restored.Client, 0));
        }
    }

    [Fact]
    public async Task ReplayAsync_RevisionTooLargeForATransaction_TakesSeveral()
    {
        EtcdServer server = await StartAsync("3.5");
        EtcdClient client = Track(server.Connect());
        for (int i = 0; i < 300; i++) await client.Kv.PutAsync($"/k/{i}", "v", cancellationToken: Stop);
        (EtcdSnapshot snapshot, string database) = await SaveAsync(server);
        await using (var recording = new Recording(client, Request(snapshot)))
        {
            await client.Kv.DeleteAsync(KeyRange.Prefix("/k/1"), cancellationToken: Stop);
            await client.Kv.DeleteAsync(KeyRange.Prefix("/k/"), cancellationToken: Stop);
            await recording.StopAtAsync(await RevisionAsync(client));
        }

        HistoryArchive archive = (await HistoryArchive.OpenAsync(History, Stop))!; // recorded above
        await using var restored = await Restored.StartAsync("3.5", snapshot, database, Folder.Path);
        HistoryReplay replay = await new HistoryReplayer(archive, restored.Client).ReplayAsync(snapshot.CurrentRevision, archive.Through, null, Stop);

        Assert.Equal((300, 3), (replay.Events, replay.Transactions));
        Assert.Empty(await TextAsync(restored.Client, 0));
        var again = await Assert.ThrowsAsync<EtcdException>(() =>
            new HistoryReplayer(archive, restored.Client).ReplayAsync(snapshot.CurrentRevision, archive.Through, null, Stop));
        Assert.Equal(EtcdErrorIds.HistoryDiverged, again.ErrorId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the next recorder was also killed, during the salvage
    public async Task RecordAsync_AfterACrash_KeepsWhatTheClusterHasForgotten(bool twice)
    {
        EtcdServer server = await StartAsync("3.5");
        EtcdClient client = Track(server.Connect());
        (EtcdSnapshot snapshot, _) = await SaveAsync(server);
        HistoryRequest request = Request(snapshot);
        await using (var recording = new Recording(client, request))
        {
            for (int i = 0; i < 10; i++) await client.Kv.PutAsync($"/k/{i}", "v", cancellationToken: Stop);
            await recording.StopAtAsync(await RevisionAsync(client));
        }

        // As after a kill: the same records in the open segment, the last one truncated.
        string closed = Directory.GetFiles(History, "*.jsonl").Single();
        string[] lines = await File.ReadAllLinesAsync(closed, Stop);
        await File.WriteAllTextAsync(Path.Combine(History, HistoryWriter.OpenName), string.Join('\n', lines[..9]) + "\n" + lines[9][..20], Stop);
        File.Delete(closed);
        if (twice)
        {
            string open = Path.Combine(History, HistoryWriter.OpenName);
            File.Move(open, open + ".salvaged");
            await File.WriteAllTextAsync(open, string.Join('\n', lines[..3]) + "\n", Stop);
        }

        await client.Kv.CompactAsync(snapshot.CurrentRevision + 8, physical: true, Stop);
        await using (var recording = new Recording(client, request)) await recording.StopAtAsync(await RevisionAsync(client));
        HistoryArchive resumed = (await HistoryArchive.OpenAsync(History, Stop))!; // recorded above
        await client.Kv.PutAsync("/k/0", "v", cancellationToken: Stop);
        await client.Kv.PutAsync("/k/0", "v", cancellationToken: Stop);
        await client.Kv.CompactAsync(await RevisionAsync(client), physical: true, Stop);

        var gap = await Assert.ThrowsAsync<EtcdException>(() => new HistoryRecorder(client, request, TimeProvider.System).RecordAsync(null, Stop));

        Assert.Equal((snapshot.CurrentRevision, snapshot.CurrentRevision + 10), (resumed.After, resumed.Through));
        Assert.Equal(EtcdErrorIds.HistoryGap, gap.ErrorId);
        var notRecorded =
            await Assert.ThrowsAsync<EtcdException>(async () => await resumed.ReadAsync(resumed.After, resumed.Through + 1, Stop).ToListAsync(Stop));
        Assert.Equal(EtcdErrorIds.HistoryGap, notRecorded.ErrorId);
    }

    [Fact]
    public async Task OpenAsync_AnythingChangedOrMissing_IsNoticed()
    {
        EtcdServer server = await StartAsync("3.5");
        EtcdClient client = Track(server.Connect());
        (EtcdSnapshot snapshot, _) = await SaveAsync(server);
        await using (var recording = new Recording(client, Request(snapshot, segmentSize: 300)))
        {
            for (int i = 0; i < 12; i++) await client.Kv.PutAsync($"/k/{i}", "v", cancellationToken: Stop);
            await recording.StopAtAsync(await RevisionAsync(client));
        }

        string[] segments = [.. Directory.GetFiles(History).Order(StringComparer.Ordinal)];
        Assert.True(segments.Length >= 3);
        Assert.All(segments, segment => Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(segment)));
        byte[] middle = await File.ReadAllBytesAsync(segments[1], Stop);
        for (int at = 0; at < middle.Length; at += 5)
        {
            byte[] changed = [.. middle];
            changed[at] ^= 1;
            await File.WriteAllBytesAsync(segments[1], changed, Stop);
            await AssertInvalidAsync($"byte {at}");
        }

        await File.WriteAllBytesAsync(segments[1], middle[..^1], Stop); // complete, but not the segment of the next one's checksum
        await AssertInvalidAsync("cut");
        File.Delete(segments[1]);
        await AssertInvalidAsync("missing");
        await File.WriteAllBytesAsync(segments[1], middle, Stop);
        Assert.NotNull(await HistoryArchive.OpenAsync(History, Stop));
    }

    private static async Task<long> RevisionAsync(EtcdClient client) =>
        (await client.Kv.QueryAsync(KeyRange.Key("/"), new RangeQuery(), Stop)).Header.Revision;

    private static async Task<List<string>> TextAsync(EtcdClient client, long revision) =>
        await client.Kv.RangeAsync(KeyRange.All, new RangeOptions { Revision = revision }, Stop)
            .Select(key =>
                $"{Convert.ToHexString(key.Key.Span)}={Convert.ToHexString(key.Value.Span)} {key.CreateRevision} {key.ModRevision} {key.Version}")
                .ToListAsync(Stop);

    /// <summary>A put, a deletion of some keys, or a transaction of several.</summary>
    private static async Task ChangeAsync(EtcdClient client, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                await client.Kv.DeleteAsync(KeyRange.Prefix($"/k/{random.Next(10)}"), cancellationToken: Stop);
                break;
            case 1:
                IEnumerable<TxnOperation> operations = Enumerable.Range(0, random.Next(2, 6)).Select(_ => random.Next(100)).Distinct().Select(i =>
                    random.Next(3) == 0
                    ? TxnOperation.Delete(KeyRange.Key(Name(i)))
                    : TxnOperation.Put(Name(i), Value(random)));
                await client.Kv.TxnAsync(new EtcdTransaction { Success = [.. operations] }, Stop);
                break;
            default:
                await client.Kv.PutAsync(Name(random.Next(100)), Value(random), cancellationToken: Stop);
                break;
        }
    }

    private static byte[] Name(int number)
    {
        byte[] name = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/k/{number}"));
        return number % 7 == 0 ? [.. name, 0xff, 0] : name;
    }

    private static byte[] Value(Random random)
    {
        byte[] value = new byte[random.Next(40)];
        random.NextBytes(value);
        return value;
    }

    private async Task AssertInvalidAsync(string what)
    {
        string? found = null;
        try
        {
            await HistoryArchive.OpenAsync(History, Stop);
        }
        catch (EtcdException e)
        {
            found = e.ErrorId;
        }

        Assert.True(found == EtcdErrorIds.HistoryInvalid, what);
    }

    private static async Task<(EtcdSnapshot Snapshot, string Database)> SaveAsync(EtcdServer server)
    {
        string path = await new SnapshotEtcd(server).SaveAsync(Guid.NewGuid().ToString("N"), Stop);
        return (await SnapshotCatalogue.ReadAsync(path, null, Stop), path);
    }

    private HistoryRequest Request(EtcdSnapshot snapshot, long segmentSize = 64 << 20) =>
        new() { Folder = History, Start = HistoryStart.Of(snapshot), SegmentSize = segmentSize };

    /// <summary>A running recorder.</summary>
    private sealed class Recording : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        private readonly HistoryRequest _request;
        private readonly Task _recording;

        public Recording(EtcdClient client, HistoryRequest request)
        {
            _request = request;
            _recording = new HistoryRecorder(client, request, TimeProvider.System).RecordAsync(null, _stop.Token);
        }

        /// <summary>Stops the recorder when this revision is in a file.</summary>
        public async Task StopAtAsync(long revision)
        {
            string sought = string.Create(CultureInfo.InvariantCulture, $"\"revision\":{revision},");
            await Poll.UntilAsync(async () => _recording.IsCompleted || await HasAsync(sought), Stop);
            await _stop.CancelAsync();
            await _recording;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _recording.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task<bool> HasAsync(string sought)
        {
            if (!Directory.Exists(_request.Folder)) return false;
            foreach (string path in Directory.GetFiles(_request.Folder, "*.p*").Concat(Directory.GetFiles(_request.Folder, "*.jsonl")))
            {
                try
                {
                    using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
                    if ((await file.ReadToEndAsync(Stop)).Contains(sought, StringComparison.Ordinal)) return true;
                }
                catch (FileNotFoundException)
                {
                    // It was just renamed.
                }
            }

            return false;
        }
    }

    /// <summary>A member that was restored from a snapshot.</summary>
    private sealed class Restored(ScratchFolder folder, ScratchTls tls, ScratchMember member) : IAsyncDisposable
    {
        public EtcdClient Client => member.Client;

        public static async Task<Restored> StartAsync(string version, EtcdSnapshot snapshot, string database, string parent)
        {
            ScratchFolder folder = ScratchFolder.Create(parent, snapshot.DatabaseSize);
            ScratchTls tls = await ScratchTls.MakeAsync(folder, TimeProvider.System, Stop);
            var home = new ScratchHome((await EtcdBinaries.GetAsync(version)).Package, folder, tls, ScratchPorts.Choose());
            await home.RestoreAsync(new DrillSubject(snapshot, database), Stop);
            return new Restored(
                folder, tls, await ScratchMember.StartAsync(home, snapshot.DatabaseSize, TimeSpan.FromMinutes(1), TimeProvider.System, Stop));
        }

        public async ValueTask DisposeAsync()
        {
            await member.DisposeAsync();
            tls.Dispose();
            await folder.DisposeAsync();
        }
    }
}
