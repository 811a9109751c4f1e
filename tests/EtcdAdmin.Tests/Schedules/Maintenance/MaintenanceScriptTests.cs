using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Maintenance;
using EtcdAdmin.Tests.Schedules.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Maintenance;

/// <summary>The script that hosts get, run as they run it, against real clusters of three members; only systemd is missing.</summary>
public sealed class MaintenanceScriptTests : IAsyncDisposable
{
    private const long Quota = 40 << 20;

    private static readonly string Value = new('v', 900_000);

    private readonly TempFolder _folder = new();
    private EtcdServer? _server;
    private MaintenanceHost[] _hosts = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private EtcdServer Server => _server!; // each test starts one first

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("3.4", "dash")]
    [InlineData("3.5", "bash --posix")]
    [InlineData("3.5", "busybox ash")]
    [Etcd36Data("3.6", "dash")]
    [Etcd37Data("3.7", "dash")]
    public async Task Run_HalfOfEveryDatabaseIsFree_DefragmentsOneAtATimeAndTheLeaderLast(string version, string shell)
    {
        await StartAsync(version);
        await FragmentAsync();
        int leader = await LeaderAsync();

        Assert.All(
            await RunAllAsync(StoreSignatureTests.Installed(shell)), result => Assert.True(result.ExitCode == 0, result.Error + result.Output));

        Assert.All(_hosts, host => Assert.Matches(@"^defragmented in \d+ s: \d+ MB released$", host.State("last_result")));
        string[] order = Defragmentations();
        Assert.Equal(3, order.Length);
        Assert.Equal($"m{leader}", order[^1]);
        Assert.All(await StatusesAsync(), status => Assert.InRange(status.DbSizeBytes, 1, 3_000_000));

        // A second run has nothing to do.
        await RunAllAsync();
        Assert.All(_hosts, host => Assert.StartsWith("nothing to do: the database has ", host.State("last_result"), StringComparison.Ordinal));
        Assert.Equal(3, Defragmentations().Length);
    }

    [Theory]
    [InlineData("3.4", "busybox ash")]
    [InlineData("3.5", "dash")]
    [Etcd36Data("3.6", "bash --posix")]
    public async Task Run_NoSpace_CompactsDefragmentsOneAtATimeAndDisarms(string version, string shell)
    {
        await StartAsync(version, schedule => schedule with { Keep = 2 });
        using EtcdClient client = Server.Connect();
        await FillAsync(client);

        Assert.All(
            await RunAllAsync(StoreSignatureTests.Installed(shell)), result => Assert.True(result.ExitCode == 0, result.Error + result.Output));

        Assert.Empty(await client.Maintenance.AlarmsAsync(Stop));
        await client.Kv.PutAsync("after", "x", cancellationToken: Stop);
        Assert.Equal(3, Defragmentations().Distinct().Count());
        Assert.Contains(_hosts, host => host.State("last_action")!.EndsWith("disarmed the alarm NOSPACE", StringComparison.Ordinal));
        Assert.NotNull(await client.Kv.GetAsync("same", Stop));
    }

    [Fact]
    public async Task Run_LargeDatabase_CompactsOnlyWithLeaveToDeleteHistory()
    {
        // Without a compaction, up to two of the values can be free.
        await StartAsync("3.5", schedule => schedule with { SizeBytes = 5_000_000, MinimumGainBytes = 4_000_000 });
        using EtcdClient client = Server.Connect();
        for (int i = 0; i < 12; i++) await client.Kv.PutAsync("same", Value, cancellationToken: Stop);

        // Everything is history that is in use, so there is nothing to release.
        await RunAllAsync();
        Assert.All(_hosts, host => Assert.StartsWith("nothing to do", host.State("last_result"), StringComparison.Ordinal));

        foreach (MaintenanceHost host in _hosts) host.Set("keep", 2);
        Assert.All(await RunAllAsync(), result => Assert.True(result.ExitCode == 0, result.Error + result.Output));

        Assert.Contains(_hosts, host => host.State("last_action")!.StartsWith("compacted the history before revision 1", StringComparison.Ordinal));
        Assert.All(_hosts, host => Assert.Contains("defragmented in", host.State("last_action"), StringComparison.Ordinal));
        Assert.Equal(3, Defragmentations().Length);
        Assert.Contains(_hosts, host => host.State("last_compacted") is not null);
    }

    [Fact]
    public async Task Run_AMemberIsDown_DoesNothingAndSaysSo()
    {
        await StartAsync("3.5");
        await FragmentAsync();
        await Server.KillAsync(2);

        ProcessResult result = await _hosts[0].RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^nothing was done, because member .* does not serve$", _hosts[0].State("last_error"));
        Assert.Empty(Defragmentations());
    }

    [Fact]
    public async Task Run_LockIsHeld_WaitsUntilTheWindowEnds()
    {
        await StartAsync("3.5");
        await FragmentAsync();
        using var holder = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task holding = EtcdBinaries.RunAsync(Server.Binaries.Etcdctl,
            ["--endpoints", Server.Url(0), "lock", "--ttl=60", MaintenanceScript.KeyPrefix + "lock", "sleep", "100"], null, holder.Token);
        using EtcdClient client = Server.Connect();
        await Poll.UntilAsync(async () =>
            (await client.Kv.RangeAsync(KeyRange.Prefix(MaintenanceScript.KeyPrefix), cancellationToken: Stop).ToListAsync(Stop)).Count > 0, Stop);
        int follower = await LeaderAsync() == 0 ? 1 : 0;
        _hosts[follower].Set("window_seconds", 3);

        ProcessResult result = await _hosts[follower].RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("another host held the lock until the window", _hosts[follower].State("last_error"), StringComparison.Ordinal);
        Assert.Empty(Defragmentations());
        await holder.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holding);
    }

    [Fact]
    public async Task Run_CorruptAlarm_IsNeverTouched()
    {
        await StartAsync("3.5", schedule => schedule with { Keep = 2 });
        using EtcdClient client = Server.Connect();
        await FillAsync(client);
        MemberStatus status = await client.Maintenance.StatusAsync(Stop);
        await client.Maintenance.ActivateAlarmAsync(status.Header.MemberId, AlarmType.Corrupt, Stop);

        Assert.All(await RunAllAsync(), result => Assert.Equal(1, result.ExitCode));

        Assert.All(_hosts, host => Assert.StartsWith("the alarm CORRUPT is armed", host.State("last_error"), StringComparison.Ordinal));
        Assert.Contains(await client.Maintenance.AlarmsAsync(Stop), alarm => alarm.Type == AlarmType.Corrupt);
        Assert.Empty(Defragmentations());
    }

    [Fact]
    public async Task Run_NoRoomForTheCopy_LeavesTheMemberAlone()
    {
        await StartAsync("3.5");
        await FragmentAsync();
        int follower = await LeaderAsync() == 0 ? 1 : 0;
        await using SmallDisk disk = await SmallDisk.MountAsync(_folder.File($"m{follower}/data"), kilobytes: 8192);

        ProcessResult result = await _hosts[follower].RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^not defragmented, because its disk has [78] MB free", _hosts[follower].State("last_error"));
        Assert.Empty(Defragmentations());
    }

    private async Task StartAsync(string version, Func<MaintenanceSchedule, MaintenanceSchedule>? change = null)
    {
        _server = await EtcdServer.StartAsync(version, new EtcdServerOptions { Members = 3, Arguments = ["--quota-backend-bytes", $"{Quota}"] });
        var schedule = new MaintenanceSchedule { Times = ScheduleTimes.Every(TimeSpan.FromHours(1)), MinimumGainBytes = 1_000_000 };
        _hosts = [.. Enumerable.Range(0, 3).Select(i => new MaintenanceHost(_folder.Path, _server, i, change?.Invoke(schedule) ?? schedule, Quota))];
    }

    /// <summary>Leaves most of every database free.</summary>
    private async Task FragmentAsync()
    {
        using EtcdClient client = Server.Connect();
        for (int i = 0; i < 12; i++) await client.Kv.PutAsync("same", Value, cancellationToken: Stop);
        await client.Kv.CompactAsync((await client.Maintenance.StatusAsync(Stop)).Header.Revision, physical: true, Stop);
        await Poll.UntilAsync(async () =>
        {
            await client.Kv.PutAsync("small", "x", cancellationToken: Stop); // etcd reports free space only after the next commit
            return (await StatusesAsync()).All(status => status.DbSizeInUseBytes < status.DbSizeBytes / 3);
        }, Stop);
    }

    private static async Task FillAsync(EtcdClient client)
    {
        for (int i = 0; i < 200; i++)
        {
            try
            {
                await client.Kv.PutAsync("same", Value, cancellationToken: Stop);
            }
            catch (EtcdRpcException e) when (e.Error == EtcdError.NoSpace)
            {
                return;
            }
        }

        Assert.Fail("The quota was never used up.");
    }

    private Task<ProcessResult[]> RunAllAsync(string[]? shell = null) => Task.WhenAll(_hosts.Select(host => host.RunAsync(shell)));

    private async Task<MemberStatus[]> StatusesAsync()
    {
        using EtcdClient client = Server.Connect();
        return await Task.WhenAll(Server.Endpoints.Select(endpoint => client.ForEndpoint(endpoint).Maintenance.StatusAsync(Stop)));
    }

    private async Task<int> LeaderAsync()
    {
        MemberStatus[] all = await StatusesAsync();
        return Array.FindIndex(all, status => status.Leader == status.Header.MemberId);
    }

    /// <summary>The members in the order of their defragmentations, none of which overlap.</summary>
    private string[] Defragmentations()
    {
        string path = _folder.File("defragmentations");
        if (!File.Exists(path)) return [];
        string[][] lines = [.. File.ReadAllLines(path).Select(line => line.Split(' '))];
        Assert.All(lines.Chunk(2), pair => Assert.Equal(["begin", "end"], pair.Select(line => line[0])));
        Assert.All(lines.Chunk(2), pair => Assert.Equal(pair[0][1], pair[1][1]));
        return [.. lines.Chunk(2).Select(pair => pair[0][1])];
    }
}
