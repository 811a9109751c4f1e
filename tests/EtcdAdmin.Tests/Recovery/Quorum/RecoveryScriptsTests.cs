using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Quorum;

/// <summary>What is done to the files of a member, whose log has a folder of its own.</summary>
public sealed class RecoveryScriptsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LocalHost _host = new();
    private readonly MemberSpec _member;
    private readonly RecoveryPaths _aside;

    public RecoveryScriptsTests()
    {
        _member = MadeMembers.Spec("a") with { Directory = _folder.File("a"), WalDirectory = _folder.File("log") };
        _aside = new RecoveryPaths(_member, "20260101-000000");
        Write(Data + "/member/snap/db", "database");
        Write(_member.WalPath + "/0000000000000000-0000000000000000.wal", "log");
    }

    private string Data => _member.Layout.DataDirectory;

    [Fact]
    public async Task List_LogInAFolderOfItsOwn_HasBothAndWhereTheyAreAfterTheyWereMoved()
    {
        var begun = new ClusterRecovery("a", "Restore", "20260101-000000", IsRebuilt: false, []);
        DataListing before = await ListAsync(begun);
        Directory.Move(_member.WalPath!, _aside.Wal);
        Directory.Move(Data, _aside.Data);
        DataListing after = await ListAsync(begun);
        DataListing unknown = await ListAsync(begun: null);

        Assert.Equal((Data, _member.WalPath, false), (before.DataDirectory, before.WalDirectory, before.IsKept));
        Assert.Equal((8L, 3L), (before.Database!.Size, Assert.Single(before.Segments).Size));
        Assert.Equal(before.Space.FileSystem, before.LogSpace!.FileSystem);
        Assert.True(before.Space is { FreeBytes: > 0, UsedBytes: > 0 } && before.LogSpace.UsedBytes > 0, before.ToString());
        Assert.Equal((_aside.Data, _aside.Wal, true), (after.DataDirectory, after.WalDirectory, after.IsKept));
        Assert.Equal(8, after.Database!.Size);
        Assert.Null(unknown.Database);
    }

    [Fact]
    public async Task List_WrittenInThisSecond_MayStillChangeUnseen()
    {
        DataListing now = await ListAsync(begun: null);
        File.SetLastWriteTimeUtc(Data + "/member/snap/db", DateTime.UtcNow.AddSeconds(-10));
        File.SetLastWriteTimeUtc(Directory.GetFiles(_member.WalPath!).Single(), DateTime.UtcNow.AddSeconds(-10));
        DataListing later = await ListAsync(begun: null);

        Assert.Equal(now.ListedAt > now.Database!.Modified, now.IsSettled);
        Assert.True(later.IsSettled);
    }

    [Fact]
    public async Task Copy_RunTwice_KeepsTheFirstAndFollowsLinks()
    {
        Directory.Move(Data + "/member", _folder.File("elsewhere"));
        Directory.CreateSymbolicLink(Data + "/member", _folder.File("elsewhere"));
        await RunAsync(RecoveryScripts.Copy, Data, _aside.Data, _member.WalPath!, _aside.Wal);
        Write(Data + "/member/snap/db", "changed");

        await RunAsync(RecoveryScripts.Copy, Data, _aside.Data, _member.WalPath!, _aside.Wal);

        Assert.Equal("database", await File.ReadAllTextAsync(_aside.Data + "/member/snap/db", TestContext.Current.CancellationToken));
        Assert.Null(new DirectoryInfo(_aside.Data + "/member").LinkTarget);
        Assert.Single(Directory.GetFiles(_aside.Wal));
        Assert.Empty(Directory.GetDirectories(_member.Directory, "*.part"));
    }

    [Fact]
    public async Task Switch_OldOneHasGoneAlready_PutsWhatCameInItsPlaceBesideIt()
    {
        Directory.Move(Data, _aside.Data);
        Write(Data + "/member/snap/db", "stray");
        Write(Data + ".restore/member/snap/db", "new");

        await RunAsync(RecoveryScripts.Switch, Data, _aside.Data, Data + ".restore");
        await RunAsync(RecoveryScripts.Switch, Data, _aside.Data, Data + ".restore");

        string[] folders = [Data, _aside.Data, _aside.Data + ".2"];
        Assert.Equal(["new", "database", "stray"], folders.Select(folder => File.ReadAllText(folder + "/member/snap/db")));
        Assert.Equal(3, Directory.GetDirectories(_member.Directory).Length);
    }

    public void Dispose() => _folder.Dispose();

    private Task<DataListing> ListAsync(ClusterRecovery? begun) =>
        DataListing.ReadAsync(_host, _member, begun, TestContext.Current.CancellationToken);

    private Task<string> RunAsync(string script, params string[] arguments) =>
        _host.RunRequiredAsync("test", new HostScript(script) { Arguments = arguments }, TestContext.Current.CancellationToken);

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
