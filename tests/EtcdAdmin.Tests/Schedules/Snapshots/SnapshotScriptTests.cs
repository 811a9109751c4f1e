using EtcdAdmin.Client;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Security;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>The script that hosts get, run as they run it, against real etcd of every version; only systemd is missing.</summary>
public sealed class SnapshotScriptTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private EtcdServer? _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    public async Task Run_SeveralHostsAtOnce_LeaveOneSnapshotThatIsValid(string version)
    {
        EtcdServer server = await StartAsync(version);
        ScheduleHost[] hosts = [.. new[] { "n1", "n2", "n3" }.Select(name => AddHost(name))];

        ProcessResult[] results = await Task.WhenAll(hosts.Select(host => host.RunAsync()));

        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.Error + result.Output));
        ScheduleHost actor = Assert.Single(hosts, host => host.Snapshots.Length > 0);
        string snapshot = Assert.Single(actor.Snapshots);
        SnapshotVerdict verdict = await new SnapshotVerifier(TimeProvider.System).VerifyAsync(snapshot, null, null, Stop);
        Assert.True(verdict.Passed);
        Assert.Equal(SnapshotPart.Manifest, Assert.Single(verdict.Checks, check => check is { Part: SnapshotPart.Manifest, Passed: true }).Part);
        EtcdSnapshot read = verdict.Snapshot!; // it passed
        Assert.Equal(("prod", actor.Name, server.Binaries.Package.Version), (read.ClusterName, read.Member, read.Version!.Value));
        SnapshotManifest manifest = (await SnapshotManifest.FindAsync(snapshot, Stop))!; // the verdict knows it
        Assert.Equal((read.Revision, read.TotalKeys, $"{read.Hash:x}"), (manifest.Revision, manifest.TotalKeys, manifest.Hash));
        using EtcdClient client = server.Connect();
        Assert.Equal((await client.Maintenance.StatusAsync(Stop)).Header.ClusterId, read.ClusterId);
        Assert.Equal("taken", actor.State("last_result"));
        Assert.Equal(snapshot, actor.State("last_path"));
        Assert.Equal($"{new FileInfo(snapshot).Length}", actor.State("last_size"));
        Assert.All(hosts.Where(host => host != actor), host =>
            Assert.StartsWith($"done by {actor.Name} at ", host.State("last_result"), StringComparison.Ordinal));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(snapshot));
        Assert.Equal([snapshot, snapshot + ".json"], Directory.GetFiles(Path.GetDirectoryName(snapshot)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_ActingHostDies_NextInLineTakesOver()
    {
        await StartAsync("3.5");
        ScheduleHost dying = AddHost("n1");
        ScheduleHost next = AddHost("n2");
        // It gets the lock, and then nothing comes of it: its etcdctl hangs in the middle of the snapshot.
        dying.ReplaceControl("""
            #!/bin/sh
            case " $* " in *" snapshot save "*) touch "$(dirname "$0")/saving"; sleep 600 ;; esac
            exec '{0}' "$@"
            """);
        using var death = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<ProcessResult> first = dying.RunAsync(death.Token);
        await Poll.UntilAsync(() => File.Exists(Path.Combine(dying.Bin, "saving")), Stop);

        Task<ProcessResult> second = next.RunAsync();
        await death.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Assert.Equal(0, (await second).ExitCode);
        Assert.Single(next.Snapshots);
        Assert.Empty(dying.Snapshots);
    }

    [Fact]
    public async Task Run_WithTlsAndAuthentication_TellsNoSecretToOtherUsers()
    {
        using var authority = CertificateAuthority.Create("prod");
        _server = await EtcdServer.StartAsync("3.5", new EtcdServerOptions { Authority = authority });
        using EtcdClient client = _server.Connect();
        await client.Auth.AddUserAsync("root", "s'ecr:et $x", Stop);
        await client.Auth.AddRoleAsync("root", Stop);
        await client.Auth.GrantRoleAsync("root", "root", Stop);
        await client.Auth.EnableAsync(Stop);
        ScheduleHost host = AddHost("n1", new EtcdCredential("root", "s'ecr:et $x"), authority);
        host.ReplaceControl("""
            #!/bin/sh
            printf '%s\n' "$*" >>"$(dirname "$0")/arguments"
            exec '{0}' "$@"
            """);

        ProcessResult result = await host.RunAsync();

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Single(host.Snapshots);
        Assert.DoesNotContain("ecr", await File.ReadAllTextAsync(Path.Combine(host.Bin, "arguments"), Stop) + result.Output
            + result.Error, StringComparison.Ordinal);
    }

    [Theory] // those of before there were these, or of a later version
    [InlineData("author")]
    [InlineData("lock_prefix")]
    public async Task Run_SettingsOfAnotherVersion_RemovesNothingAndSaysSo(string missing)
    {
        await StartAsync("3.5");
        ScheduleHost host = AddHost("n1", keep: 1);
        await host.RunAsync();
        string snapshot = Assert.Single(host.Snapshots);
        string old = snapshot.Replace(Path.GetFileNameWithoutExtension(snapshot), "etcd-snapshot-2024-01-01-00.00.00", StringComparison.Ordinal);
        File.Copy(snapshot, old);
        await File.WriteAllTextAsync(old
            + ".json",
            (await File.ReadAllTextAsync(snapshot + ".json", Stop)).Replace("EtcdAdmin schedule", "EtcdAdmin 1.0", StringComparison.Ordinal), Stop);
        await File.WriteAllLinesAsync(host.Settings,
            (await File.ReadAllLinesAsync(host.Settings, Stop)).Where(line => !line.StartsWith(missing + "=", StringComparison.Ordinal)), Stop);

        ProcessResult result = await host.RunAsync(request: "now");

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("are of another version of EtcdAdmin; register the schedule again (Register-EtcdSnapshotSchedule)", host.State("last_error"),
            StringComparison.Ordinal);
        Assert.Equal([old, snapshot], host.Snapshots);
    }

    [Fact]
    public async Task Run_EtcdIsDead_SaysSoAndKeepsWhatIsThere()
    {
        EtcdServer server = await StartAsync("3.5");
        ScheduleHost host = AddHost("n1");
        await host.RunAsync();
        await server.StopAsync();

        ProcessResult result = await host.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("failed", host.State("last_result"));
        Assert.Contains("does not answer", host.State("last_error"), StringComparison.Ordinal);
        Assert.NotNull(host.State("last_success"));
        Assert.Single(host.Snapshots);
    }

    [Theory]
    [InlineData("3.5", true)] // whose etcdctl still reads them
    [Etcd36Data("3.6", false)]
    public async Task Run_WithoutEtcdutl_TakesOneOnlyWhereItCanBeRead(string version, bool takes)
    {
        await StartAsync(version);
        ScheduleHost host = AddHost("n1");
        File.Delete(Path.Combine(host.Bin, "etcdutl"));

        ProcessResult result = await host.RunAsync();

        Assert.Equal((takes ? 0 : 1, takes ? 1 : 0), (result.ExitCode, host.Snapshots.Length));
        Assert.Equal(takes, host.State("last_error")?.Contains("no etcdutl", StringComparison.Ordinal) != true);
    }

    [Fact]
    public async Task Run_TooLittleSpace_TakesNoneAndSaysSo()
    {
        await StartAsync("3.5");
        ScheduleHost host = AddHost("n1");
        await using SmallDisk disk = await SmallDisk.MountAsync(host.Folder, kilobytes: 4096);

        ProcessResult result = await host.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"has \d+ kB free, too little for a database of \d+ bytes", host.State("last_error"));
        Assert.Empty(Directory.GetFileSystemEntries(host.Folder));
    }

    [Fact]
    public async Task Run_NoRoomForItsNotes_FailsAndKeepsWhatItRemembers()
    {
        await StartAsync("3.5");
        ScheduleHost host = AddHost("n1");
        await using SmallDisk disk = await SmallDisk.MountAsync(host.StateFolder, kilobytes: 1024);
        await host.RunAsync();
        string before = await File.ReadAllTextAsync(Path.Combine(host.StateFolder, "state"), Stop);
        // The script would make room by that.
        foreach (string left in new[] { "outcome", "message" }) File.Delete(Path.Combine(host.StateFolder, left));
        await ProcessRunner.RunAsync(new ProcessCommand("dd", ["if=/dev/zero", "bs=512", "of=" + Path.Combine(host.StateFolder, "filler")]), Stop);

        ProcessResult result = await host.RunAsync(request: null);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("cannot be written to", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(host.StateFolder, "state"), Stop));
    }

    [Fact]
    public async Task Run_DamagedOnItsWay_KeepsNothingOfItAndRemovesNoOther()
    {
        await StartAsync("3.5");
        ScheduleHost host = AddHost("n1", keep: 1);
        await host.RunAsync();
        string before = Assert.Single(host.Snapshots);
        host.ReplaceControl("""
            #!/bin/sh
            '{0}' "$@" || exit
            case " $* " in *" snapshot save "*) printf x | dd of="$3" bs=1 seek=9000 conv=notrunc 2>/dev/null ;; esac
            """);

        ProcessResult result = await host.RunAsync(request: "now");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("SHA-256", host.State("last_error"), StringComparison.Ordinal);
        Assert.Equal([before, before + ".json"], Directory.GetFiles(Path.GetDirectoryName(before)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_ManyTimes_KeepsWhatTheRulesKeepAndForeignFiles()
    {
        await StartAsync("3.5");
        ScheduleHost host = AddHost("n1", keep: 2, daily: 2, weekly: 3, monthly: 2);
        await host.RunAsync();
        string first = Assert.Single(host.Snapshots);
        var made = new List<RetentionItem>();
        foreach (string time in new[]
        {
            "2024-01-01-00.00.00",
            "2024-02-29-23.59.59",
            "2024-03-01-00.00.00",
            "2024-03-03-10.00.00",
            "2024-03-04-10.00.00",
            "2024-03-10-08.09.08",
            "2024-03-10-09.00.00"
        })
        {
            string copy = first.Replace(Path.GetFileNameWithoutExtension(first), "etcd-snapshot-" + time, StringComparison.Ordinal);
            File.Copy(first, copy);
            File.Copy(first + ".json", copy + ".json");
            made.Add(new RetentionItem(copy, new RetentionSeries("", "", null), RetentionCatalogue.TimeIn(copy)!.Value));
        }

        // Nobody noted that it is the schedule's.
        string foreign = Path.Combine(Path.GetDirectoryName(first)!, "etcd-snapshot-2023-01-01-00.00.00.db");
        File.Copy(first, foreign);

        await host.RunAsync(request: "now");

        RetentionItem[] all =
        [
            .. made, .. host.Snapshots.Where(path => path != foreign && !made.Any(item => item.Path == path))
                .Select(path => new RetentionItem(path, made[0].Series, RetentionCatalogue.TimeIn(path)!.Value)),
        ];
        string[] planned =
        [
            .. RetentionPlanner.Plan(all, new RetentionRules { Keep = 2, KeepDaily = 2, KeepWeekly = 3, KeepMonthly = 2 }, DateTimeOffset.UtcNow)
                .Where(decision => decision.Keep).Select(decision => decision.Item.Path),
        ];
        Assert.Equal(planned.Append(foreign).Order(StringComparer.Ordinal), host.Snapshots);
        Assert.Equal(host.Snapshots.Length - 1, Directory.GetFiles(Path.GetDirectoryName(first)!, "*.json").Length);
    }

    private async Task<EtcdServer> StartAsync(string version)
    {
        _server = await EtcdServer.StartAsync(version);
        using EtcdClient client = _server.Connect();
        for (int i = 0; i < 20; i++) await client.Kv.PutAsync($"/k/{i}", "value", cancellationToken: Stop);
        await client.Kv.DeleteAsync(KeyRange.Key("/k/7"), cancellationToken: Stop);
        return _server;
    }

    private ScheduleHost AddHost(
        string name, EtcdCredential? credential = null, CertificateAuthority? authority = null, int? keep = 7, int? daily = null, int? weekly = null,
            int? monthly = null) =>
        new(_folder.File(name), name, _server!, new RetentionRules
        {
            Keep = keep,
            KeepDaily = daily,
            KeepWeekly = weekly,
            KeepMonthly = monthly,
        }, credential, authority);
}
