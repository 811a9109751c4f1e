using System.Diagnostics;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Scripts through a real sshd, over one shared connection and over one for each.</summary>
public sealed class SshHostTests : SshTest
{
    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_FailingScript_GivesExitCodeOutputAndError(SshWay way)
    {
        IRemoteHost host = Host((await StartAsync()).Connection, way);

        ScriptResult result = await host.RunAsync(Script("echo out; echo err >&2; exit 7"), Token);

        Assert.Equal(new ScriptResult(7, "out\n", "err\n"), result);
        Assert.Equal(1, host.Runs);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_StandardInput_ReachesTheScriptAsItIs(SshWay way)
    {
        IRemoteHost host = Host((await StartAsync()).Connection, way);
        byte[] content = new byte[300_000];
        new Random(3).NextBytes(content);
        using var input = new MemoryStream(content);
        using var output = new MemoryStream();

        ScriptResult result = await host.RunAsync(new HostScript("cat") { StandardInput = input, StandardOutput = output }, Token);

        Assert.Equal(new ScriptResult(0, "", ""), result);
        Assert.Equal(content, output.ToArray());
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_NoStandardInput_IsAtItsEnd(SshWay way)
    {
        IRemoteHost host = Host((await StartAsync()).Connection, way);

        ScriptResult result = await host.RunAsync(Script("wc -c"), Token);

        Assert.Equal("0", result.Output.Trim());
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_ScriptLeavesItsInputUnread_EndsAsUsual(SshWay way)
    {
        IRemoteHost host = Host((await StartAsync()).Connection, way);
        using var input = new MemoryStream(new byte[5_000_000]);

        ScriptResult result = await host.RunAsync(new HostScript("exit 4") { StandardInput = input }, Token);

        Assert.Equal(4, result.ExitCode);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_ScriptEndsWith255OrBySignal_IsNotALostConnection(SshWay way)
    {
        IRemoteHost host = Host((await StartAsync()).Connection, way);

        ScriptResult ended = await host.RunAsync(Script("exit 255"), Token);
        ScriptResult killed = await host.RunAsync(Script("kill -9 $$"), Token);

        Assert.Equal(254, ended.ExitCode);
        Assert.Equal(128 + 9, killed.ExitCode);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_LoginThatWritesToBothOutputs_IsLeftOut(SshWay way)
    {
        SshServer server = await StartAsync(
            """ForceCommand echo welcome; yes noise | head -n 50000; echo banner >&2; eval "$SSH_ORIGINAL_COMMAND" """);

        ScriptResult result = await Host(server.Connection, way).RunAsync(Script("echo out; echo err >&2"), Token);

        Assert.Equal(new ScriptResult(0, "out\n", "err\n"), result);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_ManyAtOnce_ShareOneConnection(SshWay way)
    {
        SshServer server = await StartAsync();
        IRemoteHost host = Host(server.Connection, way);

        ScriptResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            host.RunAsync(Script("sleep 0.1; echo \"$1\"", $"{i}"), Token)));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}\n"), results.Select(result => result.Output));
        Assert.Equal(20, host.Runs);
        Assert.Equal(1, Count(server.Log, "Accepted publickey"));
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_HostAllowsFewSessions_TakesConnectionsOfTheirOwn(SshWay way)
    {
        SshServer server = await StartAsync("MaxSessions 1");
        IRemoteHost host = Host(server.Connection, way);

        ScriptResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            host.RunAsync(Script("sleep 0.2; echo \"$1\"", $"{i}"), Token)));

        Assert.Equal(["0\n", "1\n", "2\n", "3\n"], results.Select(result => result.Output));
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_ConnectionBrokenMeanwhile_IsMadeAgain(SshWay way)
    {
        SshServer server = await StartAsync();
        IRemoteHost host = Host(server.Connection, way);
        await host.RunAsync(Script("true"), Token);
        await server.StopAsync();
        await server.RunAsync();

        ScriptResult result = await host.RunAsync(Script("echo again"), Token);

        Assert.Equal("again\n", result.Output);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_LoginThatEndsLikeSshItself_LeavesTheSharedConnectionAlone(SshWay way)
    {
        SshServer server = await StartAsync(
            """ForceCommand case $SSH_ORIGINAL_COMMAND in *"odd one"*) exit 255 ;; *) eval "$SSH_ORIGINAL_COMMAND" ;; esac""");
        IRemoteHost host = Host(server.Connection, way);
        using var input = new BlockedStream();
        Task<ScriptResult> other = host.RunAsync(new HostScript("cat; echo done") { StandardInput = input }, Token);

        var error = await Assert.ThrowsAsync<EtcdException>(() => host.RunAsync(Script("echo odd one"), Token));
        input.End();

        Assert.Equal(EtcdErrorIds.HostShellFailed, error.ErrorId);
        Assert.Equal("done\n", (await other).Output);
        Assert.Equal(1, Count(server.Log, "Accepted publickey"));
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_ServerDiesInTheMiddle_IsConnectionLost(SshWay way)
    {
        SshServer server = await StartAsync();
        string begun = server.Folder.File("begun");

        Task<ScriptResult> running = Host(server.Connection, way).RunAsync(Script(": >\"$1\"; sleep 300", begun), Token);
        await Poll.UntilAsync(() => File.Exists(begun), Token);
        await server.StopAsync();

        var error = await Assert.ThrowsAsync<EtcdException>(() => running);
        Assert.Equal((EtcdErrorIds.ConnectionLost, "127.0.0.1"), (error.ErrorId, error.Target));
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_Cancelled_EndsAtOnceAndTheHostStillServes(SshWay way)
    {
        SshServer server = await StartAsync();
        IRemoteHost host = Host(server.Connection, way);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        string begun = server.Folder.File("begun");

        Task<ScriptResult> running = host.RunAsync(Script(": >\"$1\"; sleep 300", begun), stop.Token);
        await Poll.UntilAsync(() => File.Exists(begun), Token);
        long cancelled = Stopwatch.GetTimestamp();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.InRange(Stopwatch.GetElapsedTime(cancelled), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal("on\n", (await host.RunAsync(Script("echo on"), Token)).Output);
        if (way != SshWay.Separate) Assert.Equal(1, Count(server.Log, "Accepted publickey"));
    }

    [Theory]
    [InlineData(SshWay.Shared, "head -c 1000 >/dev/null")]
    [InlineData(SshWay.Separate, "cat /dev/zero")]
    [InlineData(SshWay.SshNet, "head -c 1000 >/dev/null")]
    [InlineData(SshWay.SshNet, "cat /dev/zero")]
    public async Task RunAsync_OurOwnStreamFails_EndsAtOnceAndTheHostStillServes(SshWay way, string text)
    {
        IRemoteHost host = Host((await StartAsync()).Connection, way);
        HostScript script = Script(text) with { StandardInput = new BrokenStream(), StandardOutput = new BrokenStream() };

        var error = await Assert.ThrowsAsync<IOException>(() => host.RunAsync(script, Token).WaitAsync(TimeSpan.FromSeconds(30), Token));

        Assert.Equal(BrokenStream.Message, error.Message);
        Assert.Equal("on\n", (await host.RunAsync(Script("echo on"), Token)).Output);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_AsAnyUser_StandsInTheRootFolderWithAdministrationPrograms(SshWay way)
    {
        IRemoteHost host = Host((await StartAsync()).Connection, way);

        ScriptResult result = await host.RunAsync(Script("pwd; command -v sshd >/dev/null || echo none; echo \"$LC_ALL $0 $#\""), Token);

        Assert.Equal("/\nC etcdadmin 0\n", result.Output);
    }

    [Fact]
    public async Task DisposeAsync_OpenConnections_LeaveNoProcessAndNoFolder()
    {
        SshServer server = await StartAsync();
        await using var connections = new HostConnections(multiplex: true) { Transport = SshTransport.OpenSsh };
        await connections.GetSsh(server.Connection).RunAsync(Script("true"), Token);
        string folder = connections.PrivatePath;
        UnixFileMode mode = File.GetUnixFileMode(folder);

        await connections.DisposeAsync();

        Assert.Equal(AtomicFile.OwnerOnlyFolder, mode);
        Assert.False(Directory.Exists(folder));
        await Poll.UntilAsync(() => Processes.IdsWith(folder).Count == 0, Token);
    }

    // A lock on a host is such a session: its holder must hear from the host while packages are copied there.
    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task OpenAsync_WhileMuchIsCopied_IsAnsweredInTime(SshWay way)
    {
        IRemoteHost host = Host((await StartAsync()).Connection, way);
        await using IHostSession session = await host.OpenAsync(Script("while read -r line; do echo \"$line\"; done"), Token);
        byte[] content = new byte[200_000_000];
        Task<ScriptResult[]> copies = Task.WhenAll(CopyAsync(), CopyAsync(), CopyAsync());
        TimeSpan longest = TimeSpan.Zero;
        int answers = 0;

        while (!copies.IsCompleted)
        {
            long asked = Stopwatch.GetTimestamp();
            Assert.True(await session.TryWriteLineAsync($"{++answers}", Token));
            Assert.Equal($"{answers}", await session.ReadLineAsync(Token));
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(asked).Ticks));
        }

        Assert.All(await copies, copy => Assert.Equal("200000000", copy.Output.Trim()));
        Assert.True(answers > 10, $"{answers} answers");
        Assert.InRange(longest, TimeSpan.Zero, TimeSpan.FromSeconds(5)); // 0.1 s on a machine that has nothing else to do

        async Task<ScriptResult> CopyAsync()
        {
            using var input = new MemoryStream(content);
            return await host.RunAsync(Script("wc -c") with { StandardInput = input }, Token);
        }
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task PutFilesAsync_ThroughSsh_WritesThemAll(SshWay way)
    {
        SshServer server = await StartAsync();
        IRemoteHost host = Host(server.Connection, way);

        await host.PutFilesAsync("write", [
            new HostFile(server.Folder.File("a b"), HostFileContent.FromText("one"), AtomicFile.OwnerOnly),
            new HostFile(server.Folder.File("c'd"), HostFileContent.FromText("two"), AtomicFile.Public),
        ], Token);

        Assert.Equal("one", await File.ReadAllTextAsync(server.Folder.File("a b"), Token));
        Assert.Equal("two", await File.ReadAllTextAsync(server.Folder.File("c'd"), Token));
        Assert.Equal(1, host.Runs);
    }

    /// <summary>Is at its end when it is told, and not before.</summary>
    private sealed class BlockedStream : MemoryStream
    {
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => _end.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _end.Task.WaitAsync(cancellationToken);
            return 0;
        }
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
