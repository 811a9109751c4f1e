using EtcdAdmin.Database;
using EtcdAdmin.Database.Space;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.Made;

/// <summary>Databases with another layout than etcd writes on this machine, read here and by etcd's own tools.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class MadeDatabaseTests(SnapshotLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, int> PageSizes() =>
        [.. from version in EtcdBinaries.Versions from pageSize in new[] { 1024, 4096, 16_384, 65_536 } select (version, pageSize)];

    [Theory]
    [MemberData(nameof(PageSizes))]
    public async Task InspectAsync_AnyPageSize_IsTheSameDatabaseHereAndToEtcdsTool(string version, int pageSize)
    {
        SnapshotEtcd etcd = await lab.StoppedAsync(version, Stop);
        foreach (string stage in new[] { "empty", "leases", "defragmented", "authentication" })
        {
            LabSnapshot source = await lab.GetAsync(version, stage, Stop);
            MadeDatabase made = MadeDatabase.Of(source.Path, Stop) with { PageSize = pageSize, FreeEvery = 20, FreeList = MadeFreeList.Saved };
            string path = await made.WriteAsync(_folder, Stop);
            ToolStatus status = await etcd.StatusAsync(path, Stop);
            SnapshotInfo info = await SnapshotInspector.InspectAsync(path, null, Stop);
            Assert.Equal(source.Status with { TotalSize = new FileInfo(path).Length }, status);
            Assert.Equal(status, ToolStatus.Of(version, info));
            Assert.Equal((source.HashKv, source.Keys, 0), (info.HashKv, info.TotalKeys, info.LostPages));
            Assert.Equal(pageSize, (await SnapshotMeasurer.MeasureAsync(path, new SpaceRequest(), Stop)).PageSize);
        }
    }

    [Theory]
    [InlineData(1024, 2, MadeFreeList.None, true)]
    [InlineData(1024, 3, MadeFreeList.CountFollows, false)]
    [InlineData(4096, 5, MadeFreeList.CountFollows, true)]
    [InlineData(65_536, 4, MadeFreeList.Saved, false)]
    public async Task InspectAsync_DeepTree_IsTheSameDatabaseHereAndToEtcdsTool(int pageSize, int maxElements, object freeList, bool inlines)
    {
        SnapshotEtcd etcd = await lab.StoppedAsync("3.5", Stop);
        LabSnapshot source = await lab.GetAsync("3.5", "mixed", Stop);
        MadeDatabase made = MadeDatabase.Of(source.Path, Stop) with
        {
            PageSize = pageSize,
            MaxElements = maxElements,
            FreeEvery = 3,
            FreeList = (MadeFreeList)freeList,
            InlinesSmallBuckets = inlines,
        };

        string path = await made.WriteAsync(_folder, Stop);
        ToolStatus status = await etcd.StatusAsync(path, Stop);
        SnapshotInfo info = await SnapshotInspector.InspectAsync(path, null, Stop);

        Assert.Equal(source.Status with { TotalSize = new FileInfo(path).Length }, status);
        Assert.Equal(status, ToolStatus.Of("3.5", info));
        Assert.Equal((source.HashKv, 0), (info.HashKv, info.LostPages));
    }

    [Theory]
    [InlineData("lease", "alarm", "auth", "authUsers", "authRoles")]
    [InlineData("members", "members_removed", "cluster")]
    [InlineData("meta")]
    public async Task InspectAsync_BucketsMissing_IsReadAsByEtcdsTool(params string[] missing)
    {
        SnapshotEtcd etcd = await lab.StoppedAsync("3.5", Stop);
        LabSnapshot source = await lab.GetAsync("3.5", "authentication", Stop);
        string path = await MadeDatabase.Of(source.Path, Stop).Without(missing).WriteAsync(_folder, Stop);

        ToolStatus status = await etcd.StatusAsync(path, Stop);
        SnapshotInfo info = await SnapshotInspector.InspectAsync(path, null, Stop);

        Assert.NotEqual(source.Status.Hash, status.Hash);
        Assert.Equal(status, ToolStatus.Of("3.5", info));
        Assert.Equal(source.Keys, info.TotalKeys);
    }

    [Fact]
    public async Task InspectAsync_SomethingInEveryBucket_IsToldInTheInfo()
    {
        SnapshotEtcd etcd = await lab.StoppedAsync("3.5", Stop);
        string path = await (await MadeSamples.RichAsync(lab, Stop)).WriteAsync(_folder, Stop);

        ToolStatus status = await etcd.StatusAsync(path, Stop);
        SnapshotInfo info = await SnapshotInspector.InspectAsync(path, null, Stop);

        Assert.Equal(status, ToolStatus.Of("3.5", info));
        Assert.Equal((true, 1, "3.6.0", 4), (info.AuthEnabled, info.Leases, info.StorageVersion, info.CompactRevision));
        Assert.Equal("8e9e05c52164694d", Assert.Single(info.Alarms).Member.ToString());
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task InspectAsync_PageThatIsNeitherUsedNorFree_IsToldAsEtcdsToolTellsIt(string version)
    {
        SnapshotEtcd etcd = await lab.StoppedAsync(version, Stop);
        LabSnapshot source = await lab.GetAsync(version, "mixed", Stop);
        MadeDatabase made = MadeDatabase.Of(source.Path, Stop) with { FreeEvery = 2, FreeList = MadeFreeList.Saved, LostPages = 2 };
        string path = await made.WriteAsync(_folder, Stop);

        ProcessResult tool = await etcd.SnapshotAsync(["status", path, "-w", "json"], Stop);
        SnapshotInfo info = await SnapshotInspector.InspectAsync(path, null, Stop);

        Assert.Equal((2, source.Status.Hash), (info.LostPages, info.Hash));
        Assert.NotEqual(0, tool.ExitCode);
        Assert.Contains("2 errors found", tool.Error + tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_PageThatIsUsedAndFree_IsRefused()
    {
        LabSnapshot source = await lab.GetAsync("3.5", "mixed", Stop);
        MadeDatabase made = MadeDatabase.Of(source.Path, Stop) with { FreeEvery = 2, FreeList = MadeFreeList.Saved, FreesUsedPage = true };
        string path = await made.WriteAsync(_folder, Stop);

        EtcdException error = await Assert.ThrowsAnyAsync<EtcdException>(() => SnapshotInspector.InspectAsync(path, null, Stop));

        Assert.Equal(EtcdErrorIds.SnapshotInvalid, error.ErrorId);
        Assert.Contains("in use but also on the free list", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
