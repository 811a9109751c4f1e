using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.OnHost;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.OnHost;

/// <summary>Snapshots that are saved on the member's host; here the host is this machine, which runs the same scripts.</summary>
public sealed class HostSnapshotTests(FilledMember member) : IClassFixture<FilledMember>, IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HostSnapshotSaver Saver => new(member.Context);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task SaveAsync_EveryVersion_TellsWhatIsInTheFileAndHowToFetchIt(string version)
    {
        await using var lab = new LocalLab();
        EtcdCluster cluster = await lab.InstallAsync("kept", 1, version);
        for (int i = 0; i < 20; i++) await cluster.Client.Kv.PutAsync($"/k/{i}", "v", cancellationToken: Stop);
        await cluster.Client.Kv.DeleteAsync(KeyRange.Key("/k/7"), cancellationToken: Stop);
        string folder = _folder.File("some where'else");

        EtcdHostSnapshot kept = await new HostSnapshotSaver(lab.Context).SaveAsync(cluster, new() { Destination = folder }, null, Stop);
        EtcdHostSnapshot second = await new HostSnapshotSaver(lab.Context).SaveAsync(
            cluster, new() { Destination = folder + "/", Member = "kept-1" }, null, Stop);

        EtcdSnapshot read = await SnapshotCatalogue.ReadAsync(kept.Path, null, Stop);
        Assert.Equal((read.Sha256, read.Size, read.Hash, read.Revision, (long?)read.TotalKeys),
            (kept.Sha256, kept.Size, kept.Hash, kept.Revision, kept.TotalKeys));
        Assert.Equal((kept.ClusterName, kept.ClusterId, kept.Member, kept.Version, kept.Created),
            (read.ClusterName, read.ClusterId, read.Member, read.Version, read.Created));
        Assert.Equal("localhost", kept.HostName);
        Assert.True(read is { TrailerValid: true, TotalKeys: 19 });
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(kept.Path));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(folder));
        Assert.NotEqual(kept.Path, second.Path);
        Assert.Equal(4, Directory.GetFileSystemEntries(folder).Length); // two files with their manifests
        string fetched = Directory.CreateDirectory(_folder.File("fetched")).FullName;
        ProcessResult copied = await ProcessRunner.RunAsync(
            new ProcessCommand("sh", ["-c", $"cd \"$1\" && {kept.CopyCommand}", "sh", fetched]), Stop);
        Assert.Equal("", copied.Error);
        Assert.Equal(2, Directory.GetFiles(fetched).Length);
    }

    [Fact]
    public async Task SaveAsync_WithAuthentication_UsesTheOperatorsUser()
    {
        await using var lab = new LocalLab();
        EtcdCluster cluster = await lab.InstallAsync("guarded", 1, "3.5");
        await cluster.Client.Auth.AddRoleAsync("root", Stop);
        await cluster.Client.Auth.AddUserAsync("root", "open:sesame", Stop);
        await cluster.Client.Auth.GrantRoleAsync("root", "root", Stop);
        await cluster.Client.Auth.EnableAsync(Stop);
        EtcdCluster allowed = cluster.WithCredential(new EtcdCredential("root", "open:sesame"));

        var refused =
            await Assert.ThrowsAsync<EtcdException>(() =>
                new HostSnapshotSaver(lab.Context).SaveAsync(cluster, new() { Destination = _folder.Path }, null, Stop));
        Assert.Equal(EtcdErrorIds.PermissionDenied, refused.ErrorId);
        Assert.Contains("root role", refused.NextStep, StringComparison.Ordinal);
        EtcdHostSnapshot kept = await new HostSnapshotSaver(lab.Context).SaveAsync(allowed, new() { Destination = _folder.Path }, null, Stop);

        Assert.True((await SnapshotCatalogue.ReadAsync(kept.Path, null, Stop)).AuthEnabled);
    }

    [Fact]
    public async Task SaveAsync_Cancelled_LeavesNothing()
    {
        EtcdCluster cluster = await member.GetAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        EventTrigger trigger = EventTrigger.OnMessage("Taking the snapshot", () => stop.CancelAfter(TimeSpan.FromMilliseconds(100)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Saver.SaveAsync(cluster, new() { Destination = _folder.Path }, trigger, stop.Token));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task SaveAsync_MemberThatFallsSilent_IsGivenUpInTime()
    {
        EtcdCluster cluster = await member.GetAsync();
        Task frozen = Task.CompletedTask;
        EventTrigger freeze = EventTrigger.OnMessage("Taking the snapshot", () => frozen = member.SignalAsync("demo-1", "STOP"));
        try
        {
            EtcdException error = await Assert.ThrowsAnyAsync<EtcdException>(() => Saver.SaveAsync(
                cluster, new() { Destination = _folder.Path, InactivityTimeout = TimeSpan.FromSeconds(2) }, freeze, Stop));

            Assert.Equal(EtcdErrorIds.Timeout, error.ErrorId);
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        }
        finally
        {
            await frozen;
            await member.SignalAsync("demo-1", "CONT");
        }
    }

    [Fact]
    public async Task SaveAsync_TooLittleSpace_IsRefusedBeforeAnythingIsWritten()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(_folder.File("small"), kilobytes: 4096);
        EtcdCluster cluster = await member.GetAsync();

        EtcdException error =
            await Assert.ThrowsAnyAsync<EtcdException>(() => Saver.SaveAsync(cluster, new() { Destination = disk.Path + "/new/one" }, null, Stop));

        Assert.Equal(EtcdErrorIds.DiskFull, error.ErrorId);
        Assert.Matches(@"has \d+ kB free, too little for a database of \d+ bytes", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public async Task Save_DiskThatIsFull_SaysSoAndLeavesNothing()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(_folder.File("small"), kilobytes: 4096);
        EtcdCluster cluster = await member.GetAsync();

        // Another program has filled the disk since its free space was checked: for the given size, the snapshot fits.
        (ProcessResult result, _) = await RunAsync(cluster, disk.Path, "exec '{0}' \"$@\"", database: -(60L << 20));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no space left", result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public async Task Save_DiskIsSlowAtTheEnd_IsNoSilenceOfTheMember()
    {
        EtcdCluster cluster = await member.GetAsync();

        // All bytes are in the file; then etcdctl does not end.
        (ProcessResult result, string folder) = await RunAsync(cluster, _folder.File("slow"), "'{0}' \"$@\" && sleep 4", database: 0);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Single(Directory.GetFiles(folder));
    }

    /// <summary>Runs only the script, with a limit of one second, and an etcdctl that starts the real one.</summary>
    private async Task<(ProcessResult Result, string Folder)> RunAsync(EtcdCluster cluster, string folder, string control, long database)
    {
        MemberSpec spec = cluster.Spec!.Members[0];
        string real = spec.BinaryPath("etcdctl", cluster.Spec.Version!.Value);
        string stand = _folder.File("etcdctl");
        await File.WriteAllTextAsync(stand,
            "#!/bin/sh\ncase \" $* \" in *\" snapshot status \"*) exec '{0}' \"$@\" ;; esac\n".Replace("{0}", real, StringComparison.Ordinal)
                + control.Replace("{0}", real, StringComparison.Ordinal) + "\n", Stop);
        File.SetUnixFileMode(stand, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string[] arguments =
        [
            stand, "", spec.ClientUrl(cluster.Spec.Tls).ToString().TrimEnd('/'),
            .. cluster.Spec.Tls ? new[] { spec.Layout.CaFile, spec.Layout.ServerCertificateFile, spec.Layout.ServerKeyFile } : ["", "", ""],
            folder, folder + "/.saving", "kept", "1", $"{database}",
        ];
        ProcessResult result = await ProcessRunner.RunAsync(new ProcessCommand("sh", ["-c", HostSnapshotScripts.Save, "sh", .. arguments]), Stop);
        return (result, folder);
    }

    [Fact]
    public async Task SaveAsync_WhatCannotBe_IsRefusedBeforeAnythingIsDone()
    {
        EtcdCluster cluster = await member.GetAsync();
        var foreign = new EtcdCluster("foreign", cluster.Endpoints) { Tls = cluster.Tls };

        EtcdException noPath =
            await Assert.ThrowsAnyAsync<EtcdException>(() => Saver.SaveAsync(cluster, new() { Destination = "backups" }, null, Stop));
        EtcdException noHost = await Assert.ThrowsAnyAsync<EtcdException>(() => Saver.SaveAsync(cluster, new() { HostName = "n9" }, null, Stop));
        EtcdException notOurs = await Assert.ThrowsAnyAsync<EtcdException>(() => Saver.SaveAsync(foreign, new(), null, Stop));

        Assert.Equal(EtcdErrorIds.InvalidArgument, noPath.ErrorId);
        Assert.Equal((EtcdErrorIds.MemberNotFound, (object?)"n9"), (noHost.ErrorId, noHost.Target));
        Assert.Equal(EtcdErrorIds.ClusterNotManaged, notOurs.ErrorId);
    }

    [Fact]
    public void CopyCommand_EveryConnection_IsALineThatAShellTakesAsMeant()
    {
        var connection = new HostConnection
        {
            HostName = "fd00::7",
            UserName = "ops",
            Port = 2222,
            KeyFilePath = "/home/me/my key",
            Options = new Dictionary<string, string> { ["ProxyJump"] = "jump.example" },
        };

        Assert.Equal("cp -p -- /b/x.db .", CopyCommand.For(null, "/b/x.db"));
        Assert.Equal("scp -p -- n1:/b/x.db n1:/b/x.db.json .", CopyCommand.For(new HostConnection { HostName = "n1" }, "/b/x.db", "/b/x.db.json"));
        Assert.Equal(
            "scp -p -P 2222 -o ProxyJump=jump.example -i '/home/me/my key' -- 'ops@[fd00::7]:/b/it'\\''s.db' .",
            CopyCommand.For(connection, "/b/it's.db"));
    }
}
