using System.Security.Cryptography;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Space;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database;

/// <summary>Snapshots of real servers, read here and by etcd's own tools.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotInspectorTests(SnapshotLab lab)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> AllSnapshots() =>
        [.. from version in EtcdBinaries.Versions from stage in SnapshotLab.Stages select (version, stage)];

    [Theory]
    [MemberData(nameof(AllSnapshots))]
    public async Task InspectAsync_SnapshotOfRealServer_AgreesWithItsTools(string version, string stage)
    {
        LabSnapshot snapshot = await lab.GetAsync(version, stage, Stop);

        SnapshotInfo info = await SnapshotInspector.InspectAsync(snapshot.Path, null, Stop);

        Assert.Equal(snapshot.Status, ToolStatus.Of(version, info));
        Assert.Equal((snapshot.Keys, snapshot.Revision), (info.TotalKeys, info.CurrentRevision));
        Assert.Equal(snapshot.HashKv, info.HashKv);
        Assert.Equal(0, info.LostPages);
        Assert.True(info.HasTrailer);
        Assert.True(info.TrailerValid);
        Assert.Equal(new FileInfo(snapshot.Path).Length, info.Size);
        Assert.Equal(stage == "authentication" ? (true, 2, 2) : (false, 0, 0), (info.AuthEnabled, info.Users, info.Roles));
        Assert.Equal(["m0"], info.Members.Select(member => member.Name));
        Assert.Equal(version + ".0", info.ClusterVersion);
        Assert.Equal(EtcdBinaries.IsAtLeast(version, "3.5"), info.Term > 0);
        if (stage != "empty") Assert.True(info.ConsistentIndex > 0); // 3.4 and older save it with the first write
        Assert.Equal(EtcdBinaries.IsAtLeast(version, "3.6") ? $"{version}.0" : null, info.StorageVersion);
    }

    [Fact]
    public async Task InspectAsync_SnapshotFile_HasTheSha256OfTheFile()
    {
        LabSnapshot snapshot = await lab.GetAsync("3.5", "large values", Stop);
        byte[] hash = SHA256.HashData(await File.ReadAllBytesAsync(snapshot.Path, Stop));

        SnapshotInfo info = await SnapshotInspector.InspectAsync(snapshot.Path, null, Stop);

        Assert.Equal(Convert.ToHexStringLower(hash), info.Sha256);
    }

    [Fact]
    public async Task InspectAsync_AfterCompaction_TellsItsRevision()
    {
        LabSnapshot before = await lab.GetAsync("3.5", "many keys", Stop);
        LabSnapshot after = await lab.GetAsync("3.5", "compacted", Stop);

        SnapshotInfo first = await SnapshotInspector.InspectAsync(before.Path, null, Stop);
        SnapshotInfo second = await SnapshotInspector.InspectAsync(after.Path, null, Stop);

        Assert.Equal(0, first.CompactRevision);
        Assert.Equal(after.Revision, second.CompactRevision);
        Assert.True(second.TotalRevisions < first.TotalRevisions);
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task InspectAsync_DatabaseOfStoppedMember_IsReadWithoutTrailer(string version)
    {
        LabSnapshot last = await lab.GetAsync(version, "authentication", Stop);
        SnapshotEtcd etcd = await lab.StoppedAsync(version, Stop);

        SnapshotInfo info = await SnapshotInspector.InspectAsync(etcd.Database, null, Stop);
        ToolStatus status = await etcd.StatusAsync(etcd.Database, Stop);

        Assert.False(info.HasTrailer);
        Assert.False(info.TrailerValid);
        Assert.Equal(last.HashKv, info.HashKv);
        // The file is longer than the database in it; the tool reports the length of the file.
        Assert.Equal(status, ToolStatus.Of(version, info) with { TotalSize = status.TotalSize });
        Assert.Equal((last.Keys, last.Revision), (info.TotalKeys, info.CurrentRevision));
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task MeasureAsync_AllDeletedWithoutDefrag_TellsThatNearlyAllPagesAreFree(string version)
    {
        SnapshotSpace full = await SnapshotMeasurer.MeasureAsync((await lab.GetAsync(version, "defragmented", Stop)).Path, new SpaceRequest(), Stop);
        SnapshotSpace empty = await SnapshotMeasurer.MeasureAsync((await lab.GetAsync(version, "all deleted", Stop)).Path, new SpaceRequest(), Stop);

        Assert.True(full.FreeBytes < full.DatabaseSize / 10, $"{full.FreeBytes} of {full.DatabaseSize} bytes are free.");
        Assert.True(empty.FreeBytes > empty.DatabaseSize * 3L / 4, $"{empty.FreeBytes} of {empty.DatabaseSize} bytes are free.");
    }

    [Fact]
    public async Task InspectAsync_RestoredWithRevisionBump_CountsNoKeyForTheBump()
    {
        LabSnapshot snapshot = await lab.GetAsync("3.5", "mixed", Stop);
        SnapshotEtcd etcd = await lab.StoppedAsync("3.5", Stop);
        string folder = Path.Combine(etcd.Folder, "bumped");
        string[] restore =
            ["restore", snapshot.Path, "--data-dir", folder, "--bump-revision", "1000", "--mark-compacted"];
        ProcessResult restored = await etcd.SnapshotAsync(restore, Stop);
        Assert.SkipUnless(restored.ExitCode == 0, $"This etcdutl has no revision bump: {restored.Error}");
        string database = Path.Combine(folder, "member", "snap", "db");

        SnapshotInfo info = await SnapshotInspector.InspectAsync(database, null, Stop);

        Assert.Equal((await etcd.StatusAsync(database, Stop)).Hash, info.Hash);
        Assert.Equal(snapshot.Keys, info.TotalKeys);
        Assert.Equal(snapshot.Revision + 1000, info.Revision);
        Assert.Equal(snapshot.Revision + 1000, info.CompactRevision);
    }

    [Fact]
    public async Task InspectAsync_WithEvents_ClosesItsProgressAndNamesNoKey()
    {
        LabSnapshot snapshot = await lab.GetAsync("3.5", "mixed", Stop);
        var events = new EventRecorder();

        await SnapshotInspector.InspectAsync(snapshot.Path, events, Stop);

        Assert.Equal(1, Assert.IsType<ProgressEvent>(events.All[^1]).Fraction);
        Assert.DoesNotContain(events.All, e => e.ToString().Contains("/k/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task InspectAsync_Cancelled_EndsAndLeavesTheFileFree()
    {
        LabSnapshot snapshot = await lab.GetAsync("3.5", "large values", Stop);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        Task Act() => SnapshotInspector.InspectAsync(snapshot.Path, null, stopped.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(Act);
        using FileStream free = new(snapshot.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }
}

/// <summary>The servers are started once for all test classes that read their snapshots.</summary>
[CollectionDefinition(Name)]
public sealed class SharedSnapshotLab : ICollectionFixture<SnapshotLab>
{
    public const string Name = "Snapshots of real servers";
}
