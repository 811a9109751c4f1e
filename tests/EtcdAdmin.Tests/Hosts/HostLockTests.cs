using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Hosts.Locking;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Two operators on one host: one gets it, the other learns who has it.</summary>
public sealed class HostLockTests : SshTest
{
    private readonly LocalHost _local = new();

    [Fact]
    public async Task TakeAsync_HeldByAnother_SaysWhoSinceWhenAndWhy()
    {
        SshServer server = await StartAsync();
        HostLockOptions options = Options(server);
        await using HostLock held = await HostLock.TakeAsync(_local, "install\ncluster 'prod'", options, null, Token);

        var error = await Assert.ThrowsAsync<EtcdException>(() => HostLock.TakeAsync(Host(server.Connection), "upgrade", options, null, Token));

        Assert.Equal((EtcdErrorIds.ClusterBusy, "127.0.0.1"), (error.ErrorId, error.Target));
        Assert.StartsWith(
            $"Another operation is changing 127.0.0.1: {Environment.UserName}@{Environment.MachineName} (process {Environment.ProcessId}) since 20",
            error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Z, for: install cluster 'prod'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_HeldLock_IsFreeAtOnce()
    {
        SshServer server = await StartAsync();
        HostLock first = await HostLock.TakeAsync(Host(server.Connection), "first", Options(server), null, Token);
        await first.DisposeAsync();

        await using HostLock second = await HostLock.TakeAsync(Host(server.Connection), "second", Options(server), null, Token);

        Assert.False(first.Lost.IsCancellationRequested);
        Assert.False(second.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Lock_LongerThanEveryLimit_IsKeptBySignsOfLife()
    {
        SshServer server = await StartAsync();
        HostLockOptions options = Options(server) with { AnswerLimit = TimeSpan.FromSeconds(2), HostLimit = TimeSpan.FromSeconds(3) };
        await using HostLock held = await HostLock.TakeAsync(Host(server.Connection), "long", options, null, Token);

        await Task.Delay(TimeSpan.FromSeconds(4), Token);

        Assert.False(held.Lost.IsCancellationRequested);
        await Assert.ThrowsAsync<EtcdException>(() => HostLock.TakeAsync(_local, "other", options, null, Token));
    }

    [Fact]
    public async Task Lost_ConnectionBreaks_IsCancelledAndTheHostIsFree()
    {
        SshServer server = await StartAsync();
        await using HostLock held = await HostLock.TakeAsync(Host(server.Connection), "cut off", Options(server), null, Token);
        var lost = new TaskCompletionSource();
        using CancellationTokenRegistration noticed = held.Lost.Register(lost.SetResult);

        await server.StopAsync();

        await lost.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        string reason = Assert.IsType<string>(await held.WhyLostAsync());
        Assert.Contains("127.0.0.1", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("has not answered", reason, StringComparison.Ordinal);
        await Poll.UntilAsync(() => IsFreeAsync(Options(server)), Token);
    }

    [Fact]
    public async Task Lost_HolderIsSilent_IsNoticedBeforeTheHostLetsGo()
    {
        SshServer server = await StartAsync();
        HostLockOptions silent = Options(server) with
        {
            Interval = TimeSpan.FromSeconds(0.5),
            AnswerLimit = TimeSpan.FromSeconds(1),
            HostLimit = TimeSpan.FromSeconds(4),
        };
        await using HostLock held = await HostLock.TakeAsync(Host(server.Connection), "cut off", silent, null, Token);
        var freeWhenLost = new TaskCompletionSource<bool>();
        using CancellationTokenRegistration noticed = held.Lost.Register(() => freeWhenLost.SetResult(
            IsFreeAsync(silent).GetAwaiter().GetResult()));

        // The master is stopped, not killed: like a cut cable, nobody is told.
        Assert.NotEmpty(Masters());
        foreach (string id in Masters()) await SignalAsync(id, "STOP");
        bool free = await freeWhenLost.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        await Poll.UntilAsync(() => IsFreeAsync(silent), Token);
        foreach (string id in Masters()) await SignalAsync(id, "CONT");

        Assert.False(free);
    }

    [Fact]
    public async Task TakeAsync_HolderWasCutOff_WaitsUntilTheHostHasLetGo()
    {
        SshServer server = await StartAsync();
        HostLockOptions silent = Options(server) with { AnswerLimit = TimeSpan.FromSeconds(2), HostLimit = TimeSpan.FromSeconds(4) };
        await using HostLock held = await HostLock.TakeAsync(Host(server.Connection), "cut off", silent, null, Token);
        string[] masters = [.. Masters()];
        Assert.NotEmpty(masters);
        foreach (string id in masters) await SignalAsync(id, "STOP");
        await ForgetSignsUnderWayAsync(silent.Path);

        bool before = await IsFreeAsync(silent);
        var told = new TaskCompletionSource<string>();
        Task<HostLock> taking =
            HostLock.TakeAsync(_local, "the same again", silent,
            new EventTrigger(value => value is WarningEvent warning && told.TrySetResult(warning.Text), () => { }), Token);
        string warning = await told.Task.WaitAsync(TimeSpan.FromSeconds(3), Token);
        bool atOnce = !taking.IsCompleted;
        await using HostLock again = await taking;
        foreach (string id in masters) await SignalAsync(id, "CONT");

        Assert.False(before);
        Assert.True(atOnce);
        Assert.Contains($"is locked by {Environment.UserName}@{Environment.MachineName} (process {Environment.ProcessId}) since 20", warning,
            StringComparison.Ordinal);
        Assert.Contains("for: cut off. Waiting at most 6 s", warning, StringComparison.Ordinal);
        Assert.False(again.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task TakeAllAsync_OneIsHeld_LeavesNoneTaken()
    {
        SshServer first = await StartAsync();
        SshServer second = await StartAsync();
        HostLockOptions options = Options(first);
        // Both are this machine, where one lock file serves both: so the second in the order finds it held by the first.
        IHost[] hosts = [_local, Host(first.Connection), Host(second.Connection)];

        var error = await Assert.ThrowsAsync<EtcdException>(() => HostLock.TakeAllAsync(hosts, "both", options, null, Token));

        Assert.Equal(EtcdErrorIds.ClusterBusy, error.ErrorId);
        Assert.True(await IsFreeAsync(options));
    }

    [Fact]
    public async Task TakeAllAsync_OnlyThisMachine_TakesNothing()
    {
        await using HostLocks locks = await HostLock.TakeAllAsync([_local], "nothing", options: null, null, Token);

        Assert.False(locks.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task TakeAsync_HostThatCannotLock_SaysWhy()
    {
        SshServer server = await StartAsync();
        HostLockOptions options = Options(server) with { Path = "/nonexistent/lock" };

        var error = await Assert.ThrowsAsync<HostCommandException>(() => HostLock.TakeAsync(Host(server.Connection), "x", options, null, Token));

        Assert.Contains("take the lock on 127.0.0.1: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("/nonexistent/lock", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_HostWithoutFlock_SaysWhatIsMissing()
    {
        ScriptResult result = await _local.RunAsync(Script($"PATH=/nonexistent\n{HostLockScript.Text}", "/nonexistent/lock", "us", "1", "1"), Token);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("there is no flock", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenAsync_ScriptThatAnswers_IsTalkedToLineByLine(bool remote)
    {
        ISessionHost host = remote ? Host((await StartAsync()).Connection) : _local;
        await using IHostSession session = await host.OpenAsync(
            Script("while read -r line; do echo \"$1 $line\"; done; echo over >&2; exit 3", "got"), Token);

        Assert.True(await session.TryWriteLineAsync("one", Token));
        Assert.Equal("got one", await session.ReadLineAsync(Token));
        Assert.True(await session.TryWriteLineAsync("two", Token));
        Assert.Equal("got two", await session.ReadLineAsync(Token));
        ScriptResult result = await session.EndAsync(Token);

        Assert.Equal(new ScriptResult(3, "", "over\n"), result);
    }

    private static HostLockOptions Options(SshServer server) => new()
    {
        Path = server.Folder.File("lock"),
        Interval = TimeSpan.FromSeconds(0.5),
        AnswerLimit = TimeSpan.FromSeconds(8),
        HostLimit = TimeSpan.FromSeconds(10),
    };

    private async Task<bool> IsFreeAsync(HostLockOptions options)
    {
        ScriptResult result = await _local.RunAsync(Script("flock -n \"$1\" true", options.Path), CancellationToken.None);
        return result.ExitCode == 0;
    }

    /// <summary>What had left before the connection stopped still arrives, and is a sign of life as any other.</summary>
    private static async Task ForgetSignsUnderWayAsync(string path)
    {
        DateTime last;
        do
        {
            last = File.GetLastWriteTimeUtc(path);
            await Task.Delay(TimeSpan.FromSeconds(1), Token);
        }
        while (File.GetLastWriteTimeUtc(path) != last);
    }

    private IEnumerable<string> Masters() => Processes.IdsWith(Connections(SshWay.Shared).PrivatePath)
        .Where(id => Processes.CommandLine(id).Contains("ControlMaster=yes", StringComparison.Ordinal));

    private async Task SignalAsync(string id, string signal) =>
        Assert.Equal(0, (await _local.RunAsync(Script("kill -s \"$1\" \"$2\"", signal, id), Token)).ExitCode);
}
