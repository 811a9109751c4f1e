using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>What ssh does by itself, and EtcdAdmin must do for SSH.NET.</summary>
public sealed class SshNetHostTests : SshTest
{
    private const long MuchOutput = 300_000_000;
    private const long Bearable = 100_000_000;

    [Fact]
    public async Task RunAsync_SlowReader_HoldsLittleAndDisturbsNoOtherScript()
    {
        SshServer server = await StartAsync();
        IRemoteHost host = Host(server.Connection, SshWay.SshNet);
        using var slow = new SlowStream();
        string sent = server.Folder.File("sent");

        // The memory of this process would show what other tests hold too. What the script could not send is not held here.
        Task<ScriptResult> running = host.RunAsync(
            Script($"head -c {Bearable} /dev/zero; : >\"$1\"; head -c {MuchOutput - Bearable} /dev/zero", sent) with { StandardOutput = slow },
            Token);
        await slow.Begun.WaitAsync(TimeSpan.FromSeconds(20), Token);
        await Task.Delay(TimeSpan.FromSeconds(3), Token); // long enough to send all of it
        bool isHeld = File.Exists(sent);
        ScriptResult other = await host.RunAsync(Script("echo other"), Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
        slow.Release();
        ScriptResult result = await running;

        Assert.False(isHeld, $"More than {Bearable} bytes were taken for a reader that does not read.");
        Assert.Equal("other\n", other.Output);
        Assert.Equal((0, MuchOutput), (result.ExitCode, slow.Taken));
    }

    [Fact]
    public async Task RunAsync_SlowReaderForLong_IsNotTakenForAHostThatDoesNotAnswer()
    {
        SshServer server = await StartAsync();
        IRemoteHost host = Host(server.Connection with { Options = With(server.Connection, "ServerAliveInterval", "1") }, SshWay.SshNet);
        using var slow = new SlowStream();

        Task<ScriptResult> running = host.RunAsync(Script($"head -c {MuchOutput} /dev/zero") with { StandardOutput = slow }, Token);
        await slow.Begun.WaitAsync(TimeSpan.FromSeconds(20), Token);
        await Task.Delay(TimeSpan.FromSeconds(7), Token); // longer than three unanswered requests
        slow.Release();

        Assert.Equal(0, (await running).ExitCode);
    }

    [Fact]
    public async Task OpenAsync_OutputThatIsNotRead_EndsTheScriptAndNothingElse()
    {
        SshServer server = await StartAsync();
        IRemoteHost host = Host(server.Connection, SshWay.SshNet);
        string sent = server.Folder.File("sent");

        await using IHostSession session = await host.OpenAsync(Script($"head -c {Bearable} /dev/zero && : >\"$1\" && cat /dev/zero", sent), Token);
        await Poll.UntilAsync(() => Processes.IdsWith(sent).Count == 0, Token);
        ScriptResult other = await host.RunAsync(Script("echo other"), Token).WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.False(File.Exists(sent), $"More than {Bearable} bytes were taken for a reader that does not read.");
        Assert.Equal("other\n", other.Output);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_CancelledScriptThatWrites_EndsAtTheHost(SshWay way)
    {
        SshServer server = await StartAsync();
        string sign = server.Folder.File("sign");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        Task<ScriptResult> running = Host(server.Connection, way).RunAsync(
            Script("while echo on; do : >\"$1\"; sleep 0.1; done", sign) with { AsRoot = false }, stop.Token);
        await Poll.UntilAsync(() => File.Exists(sign), Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        await Poll.UntilAsync(() => Processes.IdsWith(sign).Count == 0, Token);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_CancelledScriptsThatRunOn_LeaveRoomForOthers(SshWay way)
    {
        SshServer server = await StartAsync("MaxSessions 2");
        IRemoteHost host = Host(server.Connection, way);
        for (int i = 0; i < 3; i++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            string begun = server.Folder.File($"begun{i}");
            Task<ScriptResult> running = host.RunAsync(Script(": >\"$1\"; sleep 20", begun), stop.Token);
            await Poll.UntilAsync(() => File.Exists(begun), Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        Assert.Equal("on\n", (await host.RunAsync(Script("echo on"), Token)).Output);
    }

    [Fact]
    public async Task RunAsync_InputThatWaitsLongerThanTheLoginMay_Arrives()
    {
        SshServer server = await StartAsync();
        IRemoteHost host = Host(server.Connection with { ConnectingTimeout = TimeSpan.FromSeconds(1) }, SshWay.SshNet);
        using var input = new MemoryStream(new byte[10_000_000]);

        ScriptResult result = await host.RunAsync(Script("sleep 4; wc -c") with { StandardInput = input }, Token);

        Assert.Equal("10000000", result.Output.Trim());
    }

    [Fact]
    public async Task RunAsync_HostThatDoesNotAnswer_ReturnsToTheCallerAtOnce()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var connection = new HostConnection
        {
            HostName = "127.0.0.1",
            Port = ((IPEndPoint)silent.LocalEndpoint).Port,
            ConfigPath = "none",
            ConnectingTimeout = TimeSpan.FromSeconds(2),
        };
        IRemoteHost host = Host(connection, SshWay.SshNet);
        long began = Stopwatch.GetTimestamp();

        Task<ScriptResult>[] running = [.. Enumerable.Range(0, 8).Select(_ => host.RunAsync(Script("true"), Token))];
        TimeSpan took = Stopwatch.GetElapsedTime(began);

        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        foreach (Task<ScriptResult> each in running)
            Assert.Equal(EtcdErrorIds.HostUnreachable, (await Assert.ThrowsAsync<EtcdException>(() => each)).ErrorId);
    }

    [Fact]
    public async Task RunAsync_ManyMoreThanSshdAllows_NeverAsksForMoreThanEightSessions()
    {
        SshServer server = await StartAsync("MaxSessions 8");
        IRemoteHost host = Host(server.Connection, SshWay.SshNet);

        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => host.RunAsync(Script("sleep 0.2"), Token)));

        Assert.Equal(1, server.Log.Split("Accepted publickey").Length - 1);
    }

    [Fact]
    public async Task RunAsync_ServerWithOldAlgorithmsOnly_IsRefused()
    {
        SshServer server = await StartAsync("KexAlgorithms diffie-hellman-group14-sha1");

        EtcdException error = await FailureAsync(server.Connection, SshWay.SshNet);

        Assert.Equal(EtcdErrorIds.HostUnreachable, error.ErrorId);
    }

    [Fact]
    public async Task RunAsync_ThroughTwoJumpHosts_LeadsToTheHost()
    {
        SshServer one = await StartAsync(), two = await StartAsync(), server = await StartAsync();
        string config = server.Folder.File("config");
        await File.WriteAllTextAsync(config, Section("one", one) + Section("two", two) + Section("db", server) + "    ProxyJump one,two\n", Token);
        IRemoteHost host = Host(new HostConnection { HostName = "db", ConfigPath = config }, SshWay.SshNet);

        ScriptResult result = await host.RunAsync(Script("echo far"), Token);

        Assert.Equal("far\n", result.Output);
        Assert.Contains("Accepted publickey", one.Log, StringComparison.Ordinal);
        Assert.Contains("Accepted publickey", two.Log, StringComparison.Ordinal);
    }

    private static string Section(string name, SshServer target) => $"""
        Host {name}
            HostName 127.0.0.1
            Port {target.Port}
            IdentityFile {target.KeyPath}
            IdentitiesOnly yes
            UserKnownHostsFile {target.KnownHostsPath}

        """;

    /// <summary>Takes the first bytes, and no more until it is released.</summary>
    private sealed class SlowStream : MemoryStream
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public long Taken { get; private set; }

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _begun.TrySetResult();
            await _released.Task.WaitAsync(cancellationToken);
            Taken += buffer.Length;
        }
    }
}
