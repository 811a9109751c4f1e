using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.Wal;

public sealed class WalReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task Read_LogOfAStoppedMember_EndsWhereEtcdSaid(string version)
    {
        await using EtcdServer etcd = await EtcdServer.StartAsync(version);
        MemberStatus status = await FillAsync(etcd, 50);
        await etcd.StopAsync();

        WalSummary log = WalReader.Read(Segments(etcd), Token);

        Assert.Equal(WalCondition.Intact, log.Condition);
        Assert.Equal((status.RaftTerm, status.RaftIndex), (log.Last.Term, log.Last.Index));
        // From 3.6 on an entry counts as committed only when it is flushed to disk, which is recorded with the next entry.
        Assert.InRange(log.Uncommitted, 0UL, EtcdBinaries.IsAtLeast(version, "3.6") ? 1UL : 0UL);
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task CommitAll_AppendedWhereTheLogEnds_IsReadByEtcd(string version)
    {
        await using EtcdServer etcd = await EtcdServer.StartAsync(version);
        await FillAsync(etcd, 20);
        await etcd.KillAsync(0);
        WalSummary before = WalReader.Read(Segments(etcd), Token);
        // As in a follower that does not know yet that the last entries are committed.
        Append(etcd, before, WalRecord.Make(WalRecordType.State, (before.State with { Commit = before.Last.Index - 3 }).ToBytes(), before.Checksum));
        WalSummary behind = WalReader.Read(Segments(etcd), Token);

        Append(etcd, behind, behind.CommitAll());

        WalSummary after = WalReader.Read(Segments(etcd), Token);
        Assert.Equal((3UL, 0UL), (behind.Uncommitted, after.Uncommitted));
        Assert.Equal((WalCondition.Intact, before.Last), (after.Condition, after.Last));
        await etcd.RestartAsync(0);
        using EtcdClient client = etcd.Connect();
        Assert.Equal(20, await client.Kv.CountAsync(KeyRange.Prefix("/k/"), cancellationToken: Token));
    }

    [Fact]
    public async Task Read_CutOrZeroedEnd_IsTornAndKeepsWhatIsBefore()
    {
        await using EtcdServer etcd = await EtcdServer.StartAsync("3.5");
        await FillAsync(etcd, 20);
        await etcd.StopAsync();
        string segment = Segments(etcd).Single();
        WalSummary whole = WalReader.Read([segment], Token);
        byte[] bytes = await File.ReadAllBytesAsync(segment, Token);
        string folder = Directory.CreateDirectory(etcd.Folder + "/torn").FullName;
        string copy = $"{folder}/{Path.GetFileName(segment)}";

        for (long length = whole.End - 1; length > whole.End - 200; length--)
        {
            await File.WriteAllBytesAsync(copy, bytes.AsMemory(0, (int)length), Token);
            WalSummary cut = WalReader.Read([copy], Token);
            Assert.True(cut.Condition is WalCondition.Torn || cut.End == length, $"cut at {length}: {cut.Condition}");
            Assert.InRange(cut.Last.Index, whole.Last.Index - 10, whole.Last.Index);
        }
    }

    [Fact]
    public async Task Read_FlippedByteBeforeTheEnd_IsDamagedAndSaysWhere()
    {
        await using EtcdServer etcd = await EtcdServer.StartAsync("3.5");
        await FillAsync(etcd, 20);
        await etcd.StopAsync();
        string segment = Segments(etcd).Single();
        WalSummary whole = WalReader.Read([segment], Token);
        byte[] bytes = await File.ReadAllBytesAsync(segment, Token);
        // Within the checksummed bytes; the padding between records may contain anything.
        bytes[bytes.AsSpan().IndexOf("/k/10"u8)] ^= 0x01;
        await File.WriteAllBytesAsync(segment, bytes, Token);

        WalSummary damaged = WalReader.Read([segment], Token);

        Assert.False(damaged.IsUsable);
        Assert.Contains(Path.GetFileName(segment), damaged.Damage, StringComparison.Ordinal);
        Assert.True(damaged.Last.Index < whole.Last.Index);
    }

    [Fact]
    public void Read_NoSegments_IsMissing() => Assert.Equal(WalCondition.Missing, WalReader.Read([], Token).Condition);

    private static async Task<MemberStatus> FillAsync(EtcdServer etcd, int keys)
    {
        using EtcdClient client = etcd.Connect();
        for (int i = 0; i < keys; i++) await client.Kv.PutAsync($"/k/{i}", "value", cancellationToken: Token);
        return await client.Maintenance.StatusAsync(Token);
    }

    private static string[] Segments(EtcdServer etcd) => Directory.GetFiles(etcd.DataDirectory(0) + "/member/wal", "*.wal");

    private static void Append(EtcdServer etcd, WalSummary log, byte[] record)
    {
        using var file = new FileStream($"{etcd.DataDirectory(0)}/member/wal/{log.Segment}", FileMode.Open);
        file.SetLength(log.End);
        file.Seek(0, SeekOrigin.End);
        file.Write(record);
    }
}
