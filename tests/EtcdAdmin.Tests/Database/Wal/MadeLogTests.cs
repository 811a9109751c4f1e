using System.Buffers.Binary;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.Wal;

/// <summary>Reading of logs that end as after a crash, or that etcd refuses.</summary>
public sealed class MadeLogTests : IDisposable
{
    private const string FirstSegment = "0000000000000000-0000000000000000.wal";

    private readonly TempFolder _folder = new();

    [Fact]
    public void Read_EmptySectorInTheLastRecord_IsTornAndTellsHowMuchIsDropped()
    {
        MadeLog log = new MadeLog().Entry(1, 1).Entry(1, 2, size: 2000);
        byte[] bytes = log.ToBytes();
        Array.Clear(bytes, 1024, 512);

        WalSummary read = Read(bytes);

        Assert.Equal((WalCondition.Torn, new LogPosition(1, 1)), (read.Condition, read.Last));
        Assert.InRange(read.TornBytes, 2000, log.Offsets[^1] - log.Offsets[^2]);
    }

    [Fact]
    public void Read_WrongLengthInTheMiddle_IsTornAndTellsThatMoreThanOneWriteIsDropped()
    {
        MadeLog log = new MadeLog().Entry(1, 1).Entry(1, 2, size: 100).Entry(1, 3, size: 100).Entry(1, 4, size: 100);
        byte[] bytes = log.ToBytes();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(log.Offsets[2]), 1 << 20);

        WalSummary read = Read(bytes);

        Assert.Equal((WalCondition.Torn, 1UL), (read.Condition, read.Last.Index));
        Assert.True(read.TornBytes > 300, $"{read.TornBytes} bytes");
    }

    [Fact]
    public void Read_EntriesMissing_IsDamagedUnlessASnapshotStandsForThem()
    {
        WalSummary gap = Read(new MadeLog().Entry(1, 1).Entry(1, 5).ToBytes());
        WalSummary before = Read(new MadeLog().Entry(1, 1).Snapshot(1, 4).Entry(1, 5).ToBytes());
        WalSummary after = Read(new MadeLog().Entry(1, 1).Entry(1, 5).Snapshot(1, 4).ToBytes());
        WalSummary rewritten = Read(new MadeLog().Entry(1, 1).Entry(1, 2).Entry(1, 3).Entry(2, 2).ToBytes());
        WalSummary middle = Read(new MadeLog().Entry(7, 1000).Entry(7, 1001).ToBytes());

        Assert.Equal(WalCondition.Damaged, gap.Condition);
        Assert.Contains("before index 5", gap.Damage, StringComparison.Ordinal);
        Assert.All([before, after, rewritten, middle], log => Assert.Equal(WalCondition.Intact, log.Condition));
        Assert.Equal(new LogPosition(2, 2), rewritten.Last);
    }

    [Fact]
    public void Read_RecordsThatEtcdRefuses_IsDamaged()
    {
        WalSummary unknown = Read(new MadeLog().Entry(1, 1).Add((WalRecordType)9, [1]).ToBytes());
        WalSummary twoOwners = Read(new MadeLog().Add(WalRecordType.Metadata, [1]).Add(WalRecordType.Metadata, [2]).ToBytes());
        WalSummary oneOwner = Read(new MadeLog().Add(WalRecordType.Metadata, [1]).Add(WalRecordType.Metadata, [1]).ToBytes());

        Assert.Equal([WalCondition.Damaged, WalCondition.Damaged, WalCondition.Intact], [unknown.Condition, twoOwners.Condition, oneOwner.Condition]);
    }

    [Fact]
    public void Read_FilesWithOtherNames_ArePassedOver()
    {
        string other = _folder.File("x.wal");
        File.WriteAllBytes(other, [1, 2, 3]);

        WalSummary read = Read(new MadeLog().Entry(1, 1).ToBytes(), other);

        Assert.Equal((WalCondition.Intact, FirstSegment), (read.Condition, read.Segment));
        Assert.Equal(WalCondition.Missing, WalReader.Read([other], TestContext.Current.CancellationToken).Condition);
    }

    [Fact]
    public void CommitAll_EntryOfALaterTermThanTheState_TakesThatTermWithoutAVote()
    {
        MadeLog log = new MadeLog().Entry(3, 1).State(3, vote: 7, commit: 1).Entry(4, 2);
        WalSummary before = Read(log.ToBytes());

        WalSummary after = Read([.. log.ToBytes().AsSpan(0, (int)before.End), .. before.CommitAll()]);

        Assert.Equal((1UL, new WalState(4, Vote: 0, Commit: 2)), (before.Uncommitted, after.State));
    }

    public void Dispose() => _folder.Dispose();

    private WalSummary Read(byte[] bytes, params string[] others)
    {
        string path = _folder.File(FirstSegment);
        File.WriteAllBytes(path, bytes);
        return WalReader.Read([path, .. others], TestContext.Current.CancellationToken);
    }
}
