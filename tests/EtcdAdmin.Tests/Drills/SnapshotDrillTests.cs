using System.IO.Compression;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Drills;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Security;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Database;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Drills;

/// <summary>Snapshots of real servers, test-restored with the etcd of their version.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotDrillTests(SnapshotLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Scratch => Directory.CreateDirectory(_folder.File("scratch")).FullName;

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task RunAsync_SnapshotsOfAVersion_PassAndLeaveNothing(string version)
    {
        foreach (string stage in new[] { "mixed", "leases", "all deleted", "authentication" })
        {
            LabSnapshot snapshot = await lab.GetAsync(version, stage, Stop);

            SnapshotDrillResult result = await DrillAsync(snapshot.Path, version, sampleSize: 10);

            Assert.True(result.Passed, $"{stage}: {result}");
            Assert.Equal(Enum.GetValues<DrillPart>(), result.Checks.Select(check => check.Part));
            Assert.Equal(stage == "authentication", result.Checks.Single(check => check.Part == DrillPart.Authentication).Passed == true);
            Assert.Equal((snapshot.Revision, snapshot.Keys), (result.Revision, result.TotalKeys));
            Assert.Equal(version, $"{result.EtcdVersion?.Major}.{result.EtcdVersion?.Minor}");
            Assert.Equal(version + ".0", result.SnapshotVersion);
            Assert.True(result.Checks.Single(check => check.Part == DrillPart.Hash).Passed);
            AssertNothingIsLeft();
        }
    }

    [Theory]
    [InlineData("3.3", "3.4")]
    [InlineData("3.4", "3.5")]
    [Etcd36Data("3.5", "3.6")]
    [Etcd37Data("3.6", "3.7")]
    public async Task RunAsync_NextVersionOfEtcd_PassesToo(string version, string next)
    {
        LabSnapshot snapshot = await lab.GetAsync(version, "compacted", Stop);

        SnapshotDrillResult result = await DrillAsync(snapshot.Path, next);

        Assert.True(result.Passed, result.ToString());
        Assert.True(result.Checks.Single(check => check.Part == DrillPart.Hash).Passed);
        Assert.StartsWith(next, result.EtcdVersion?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_AllKeysOfALargerSnapshot_AreCompared()
    {
        LabSnapshot snapshot = await lab.GetAsync("3.5", "many keys", Stop);

        SnapshotDrillResult result = await DrillAsync(snapshot.Path, "3.5", sampleSize: 0);

        Assert.True(result.Passed, result.ToString());
        Assert.Contains($"all {snapshot.Keys} keys", result.Checks.Single(check => check.Part == DrillPart.Keys).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CopyOfADatabase_IsRestoredWithoutItsTrailer()
    {
        string copy = _folder.File("copy.db");
        File.Copy((await lab.StoppedAsync("3.4", Stop)).Database, copy);

        SnapshotDrillResult result = await DrillAsync(copy, "3.4");

        Assert.True(result.Passed, result.ToString());
    }

    [Fact]
    public async Task RunAsync_PackedSnapshot_IsDrilledUnderItsOwnName()
    {
        string packed = _folder.File("packed.db.gz");
        await using (FileStream from = File.OpenRead((await lab.GetAsync("3.5", "mixed", Stop)).Path))
        await using (var to = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
        {
            await from.CopyToAsync(to, Stop);
        }

        SnapshotVerdict verdict = await new SnapshotDrill(AdminContext.Default()).RunAsync(packed, null, await RequestAsync("3.5"), null, Stop);

        Assert.True(verdict.Passed, verdict.Drill?.ToString());
        Assert.Equal((packed, packed), (verdict.Path, verdict.Drill?.Path));
    }

    [Fact]
    public async Task RunAsync_ArchiveThatCannotBeUnpacked_IsAVerdict()
    {
        string path = _folder.File("cut.db.gz");
        await File.WriteAllBytesAsync(path, [0x1f, 0x8b, 8, 0, 0], Stop);

        SnapshotVerdict verdict = await new SnapshotDrill(AdminContext.Default()).RunAsync(path, null, await RequestAsync("3.5"), null, Stop);

        Assert.False(verdict.Passed);
        Assert.False(verdict.Drill?.Passed);
        Assert.Null(verdict.Drill?.Sha256);
    }

    [Theory]
    [InlineData(AlarmType.NoSpace)]
    [InlineData(AlarmType.Corrupt)]
    public async Task RunAsync_AlarmInTheSnapshot_DoesNotFailIt(AlarmType alarm)
    {
        await using EtcdServer server = await EtcdServer.StartAsync("3.5");
        using EtcdClient client = server.Connect();
        await client.Kv.PutAsync("/k", "v", cancellationToken: Stop);
        await client.Maintenance.ActivateAlarmAsync((await client.Maintenance.StatusAsync(Stop)).Header.MemberId, alarm, Stop);
        string path = await new SnapshotEtcd(server).SaveAsync("alarmed", Stop);

        SnapshotDrillResult result = await DrillAsync(path, "3.5");

        Assert.True(result.Passed, result.ToString());
        Assert.Contains(
            alarm.ToString().ToUpperInvariant(), result.Checks.Single(check => check.Part == DrillPart.Start).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_DamagedFile_IsAVerdictAndNotRestored()
    {
        byte[] bytes = await File.ReadAllBytesAsync((await lab.GetAsync("3.5", "mixed", Stop)).Path, Stop);
        bytes[^1] ^= 1;
        string path = _folder.File("damaged.db");
        await File.WriteAllBytesAsync(path, bytes, Stop);

        SnapshotDrillResult result = await DrillAsync(path, "3.5");

        Assert.False(result.Passed);
        Assert.Equal([DrillPart.File], result.Checks.Where(check => check.Passed is not null).Select(check => check.Part));
        Assert.Null(result.EtcdVersion);
    }

    [Fact]
    public async Task RunAsync_MemberThatIsNotAsTheFileSays_FailsThePartsThatDiffer()
    {
        SnapshotVerdict verdict = await VerifyAsync((await lab.GetAsync("3.5", "mixed", Stop)).Path);
        EtcdSnapshot told = verdict.Snapshot! with { TotalKeys = verdict.Snapshot!.TotalKeys + 5, Revision = verdict.Snapshot.Revision - 1 };

        SnapshotDrillResult result = await DrillAsync(verdict with { Snapshot = told }, "3.5", sampleSize: 0);

        Assert.False(result.Passed);
        Assert.Equal(
            [DrillPart.Revision, DrillPart.Count],
            result.Checks.Where(check => check.Passed == false).Select(check => check.Part).Take(2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task CompareKeysAsync_OneKeyIsAnother_Fails(int sampleSize)
    {
        await using EtcdServer server = await EtcdServer.StartAsync("3.5");
        using EtcdClient client = server.Connect();
        for (int i = 0; i < 10; i++) await client.Kv.PutAsync($"/k/{i}", "v", cancellationToken: Stop);
        string path = await new SnapshotEtcd(server).SaveAsync("before", Stop);
        EtcdSnapshot snapshot = (await VerifyAsync(path)).Snapshot!; // the file is intact
        DrillFinding same = await new DrillComparison(client, new DrillSubject(snapshot, path), TimeProvider.System).CompareKeysAsync(
            sampleSize, Stop);
        await client.Kv.PutAsync("/k/9", "v", cancellationToken: Stop); // the last key is in every sample
        EtcdSnapshot later = snapshot with { Revision = snapshot.Revision + 1 };

        DrillFinding other = await new DrillComparison(client, new DrillSubject(later, path), TimeProvider.System).CompareKeysAsync(sampleSize, Stop);

        Assert.True(same.Passed);
        Assert.False(other.Passed);
    }

    [Theory]
    [InlineData(DrillPart.Restore)]
    [InlineData(DrillPart.Start)]
    [InlineData(DrillPart.Keys)]
    public async Task RunAsync_Cancelled_LeavesNothing(DrillPart part)
    {
        SnapshotVerdict verdict = await VerifyAsync((await lab.GetAsync("3.5", "many keys", Stop)).Path);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var events = new EventTrigger(e => e is ProgressEvent progress && progress.Status == part.ToString(), cancel.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await new SnapshotDrill(AdminContext.Default())
            .DrillAsync(verdict.Path, verdict, await RequestAsync("3.5", sampleSize: 0), events, cancel.Token));

        AssertNothingIsLeft();
    }

    [Fact]
    public async Task RunAsync_NoEtcdOrNoFolder_Throws()
    {
        SnapshotVerdict verdict = await VerifyAsync((await lab.GetAsync("3.5", "mixed", Stop)).Path);
        DrillRequest request = await RequestAsync("3.5");
        var drill = new SnapshotDrill(AdminContext.Default());

        var noEtcd = await Assert.ThrowsAsync<EtcdException>(() =>
            drill.DrillAsync(verdict.Path, verdict, request with { Package = new() { Path = _folder.File("nothing") } }, null, Stop));
        var noFolder = await Assert.ThrowsAsync<EtcdException>(() =>
            drill.DrillAsync(verdict.Path, verdict, request with { ScratchPath = _folder.File("nowhere") }, null, Stop));

        Assert.Equal(EtcdErrorIds.PackageNotFound, noEtcd.ErrorId);
        Assert.Equal(EtcdErrorIds.FileWriteFailed, noFolder.ErrorId);
    }

    [Fact]
    public async Task StartAsync_EtcdThatEnds_SaysWhatItSaid()
    {
        await using ScratchFolder folder = ScratchFolder.Create(Scratch, 0);
        using ScratchTls tls = await ScratchTls.MakeAsync(folder, TimeProvider.System, Stop);
        string program = folder.File("etcd");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho 'panic: no such thing' >&2\nexit 2\n", Stop);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        EtcdPackage package = (await EtcdBinaries.GetAsync("3.5")).Package with { EtcdPath = program };

        var error = await Assert.ThrowsAsync<EtcdException>(() => ScratchMember.StartAsync(
            new ScratchHome(package, folder, tls, ScratchPorts.Choose()), 0, TimeSpan.FromMinutes(1), TimeProvider.System, Stop));

        Assert.Equal(EtcdErrorIds.MemberStartFailed, error.ErrorId);
        Assert.Contains("no such thing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_Member_IsClosedToOthersOnThisMachine()
    {
        await using ScratchFolder folder = ScratchFolder.Create(Scratch, 0);
        using ScratchTls tls = await ScratchTls.MakeAsync(folder, TimeProvider.System, Stop);
        var home = new ScratchHome((await EtcdBinaries.GetAsync("3.5")).Package, folder, tls, ScratchPorts.Choose());
        await using ScratchMember member = await ScratchMember.StartAsync(home, 0, TimeSpan.FromMinutes(1), TimeProvider.System, Stop);
        string authority = await PemFile.ReadAsync(tls.AuthorityFile, Stop);
        using CertificateAuthority stranger = CertificateAuthority.Create("stranger");
        IssuedCertificate root = stranger.Issue(CertificateSpec.Client("root"));

        foreach (EtcdTls shown in new[] { EtcdTls.FromPem(authority), EtcdTls.FromPem(authority, root.CertificatePem, root.KeyPem) })
        {
            using var client = new EtcdClient(new EtcdClientOptions { Endpoints = member.Client.Endpoints, Tls = shown, Retry = false });
            var error = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.CountAsync(KeyRange.All, cancellationToken: Stop));
            // With TLS 1.3 the member decides last: the connection may end before its refusal arrives.
            Assert.Contains(error.ErrorId, (string[])[EtcdErrorIds.TlsFailed, EtcdErrorIds.ConnectionLost]);
        }

        Assert.Equal(AtomicFile.OwnerOnlyFolder, File.GetUnixFileMode(folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<SnapshotDrillResult> DrillAsync(string path, string version, int sampleSize = DrillRequest.DefaultSampleSize) =>
        await DrillAsync(await VerifyAsync(path), version, sampleSize);

    private async Task<SnapshotDrillResult> DrillAsync(SnapshotVerdict verdict, string version, int sampleSize) =>
        await new SnapshotDrill(AdminContext.Default()).DrillAsync(verdict.Path, verdict, await RequestAsync(version, sampleSize), null, Stop);

    private async Task<DrillRequest> RequestAsync(string version, int sampleSize = DrillRequest.DefaultSampleSize) => new()
    {
        Package = new() { Path = (await EtcdBinaries.GetAsync(version)).Folder },
        ScratchPath = Scratch,
        SampleSize = sampleSize,
    };

    private static Task<SnapshotVerdict> VerifyAsync(string path) => new SnapshotVerifier(TimeProvider.System).VerifyAsync(path, null, null, Stop);

    private void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Scratch));
        string[] commands = [.. Directory.EnumerateDirectories("/proc").Select(process => Path.Combine(process, "cmdline")).Select(Read)];
        Assert.DoesNotContain(commands, command => command.Contains(Scratch, StringComparison.Ordinal));
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // no process, or a process that has just ended
        }
    }
}
