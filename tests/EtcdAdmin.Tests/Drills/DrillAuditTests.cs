using System.Text.Json;
using EtcdAdmin.Drills;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Drills;

public sealed class DrillAuditTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendAsync_SeveralAtOnceAndATornLine_KeepsEveryRecordOnALineOfItsOwn()
    {
        string path = _folder.File("drills.jsonl");
        var audit = new DrillAudit(path);
        await audit.PrepareAsync(Stop);
        Assert.Equal(0, new FileInfo(path).Length);
        await audit.AppendAsync(Sample(0), Stop);
        await File.AppendAllTextAsync(path, "{\"format\":\"etcdadm", Stop);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() => audit.AppendAsync(Sample(i), Stop), Stop)));

        string[] lines = await File.ReadAllLinesAsync(path, Stop);
        JsonElement[] records = [.. lines.Where((_, i) => i != 1).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        Assert.Equal(Enumerable.Range(0, 9), records.Select(record => record.GetProperty("totalKeys").GetInt32()).Order());
        JsonElement first = records[0];
        Assert.Equal("etcdadmin-drill/1", first.GetProperty("format").GetString());
        Assert.False(first.GetProperty("passed").GetBoolean());
        Assert.Equal("0000abcd", first.GetProperty("hashKv").GetString());
        Assert.Equal(("restore", 1.5),
            (first.GetProperty("checks")[0].GetProperty("part").GetString(), first.GetProperty("checks")[0].GetProperty("seconds").GetDouble()));
        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task PrepareAsync_FolderIsMissing_Throws()
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => new DrillAudit(_folder.File("no/such.jsonl")).PrepareAsync(Stop));

        Assert.Equal(EtcdErrorIds.FileWriteFailed, error.ErrorId);
    }

    public void Dispose() => _folder.Dispose();

    private static SnapshotDrillResult Sample(int keys) => new()
    {
        Path = "/backups/one.db",
        Sha256 = new string('a', 64),
        DatabaseSha256 = new string('a', 64),
        Size = 1,
        ClusterName = null,
        SnapshotVersion = "3.5.0",
        EtcdVersion = new EtcdVersion(3, 5, 16),
        Revision = 1,
        TotalKeys = keys,
        HashKv = 0xabcd,
        Checks = [new DrillCheck(DrillPart.Restore, false, "it could not", TimeSpan.FromSeconds(1.5))],
        Started = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromSeconds(2),
        DrilledBy = "somebody",
    };
}
