using System.Net;
using System.Net.Sockets;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Tests.Snapshots.Remote;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>What hosts copy, keep and say where a store, a file or the host itself is not as it should be.</summary>
public sealed partial class ScheduleCopyTests
{
    [Fact]
    public async Task Run_SameNameInAnotherStore_CopiesWhatIsLeftThereToo()
    {
        await AddHost("n1").RunAsync();
        await using var other = new S3Server();
        ScheduleHost moved = AddHost("n1", options: Options with { Endpoint = other.Endpoint });

        ProcessResult result = await moved.RunAsync();

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(_store.Objects.Keys.Order(StringComparer.Ordinal), other.Objects.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((2, "0"), (other.Objects.Count, moved.State("last_unsent")));
    }

    [Fact]
    public async Task Check_StoreLocksObjects_HasTheMd5ThatItWants()
    {
        ScheduleHost host = AddHost("n1");
        _store.Objection = request => request is { HttpMethod: "PUT" } && request.Headers["Content-MD5"] is null ? "InvalidRequest" : null;

        ProcessResult result = await host.RunAsync(request: "check");

        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Fact]
    public async Task Check_StoreDoesNotKnowIfNoneMatch_SaysSo()
    {
        ScheduleHost host = AddHost("n1");
        _store.Objection = request => request.Headers["If-None-Match"] is null ? null : "NotImplemented";

        ProcessResult result = await host.RunAsync(request: "check");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"nothing can be copied to {Place}: it answers 400 NotImplemented", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)] // the SHA-256 is not kept beside it
    [InlineData(true, false)]
    public async Task Check_StoreDoesNotKeepWhatItGets_SaysSo(bool keepsMetadata, bool keepsContent)
    {
        ScheduleHost host = AddHost("n1");
        _store.KeepsMetadata = keepsMetadata;
        if (!keepsContent) _store.Store = _ => [];

        ProcessResult result = await host.RunAsync(request: "check");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"nothing can be copied to {Place}: it does not keep what it is sent, with its SHA-256 (x-amz-meta-sha256)", result.Error,
            StringComparison.Ordinal);
        Assert.Empty(_store.Objects);
    }

    [Fact]
    public async Task Run_StoppedWhileItCopiesWhatIsLeft_EndsAtOnceAndSaysSo()
    {
        using var silent = new TcpListener(IPAddress.Loopback, FreePorts.Take(1)[0]);
        ScheduleHost host = AddHost("n1", options: Options with { Endpoint = new Uri($"http://{silent.LocalEndpoint}") });
        await host.RunAsync();
        await _server!.StopAsync(); // it was started
        silent.Start();
        // As systemd does, it hands what it is told to on to all, and kills what has not ended after a while.
        string[] systemd = ["/usr/bin/timeout", "--kill-after=20", "300", "/bin/sh"];

        Task<ProcessResult> running = host.RunAsync(shell: systemd);
        using TcpClient asked = await silent.AcceptTcpClientAsync(Stop);
        string id = Processes.IdsWith("timeout --kill-after=20 300 ").First(id =>
            Processes.CommandLine(id).Contains(host.StateFolder[..^"state".Length], StringComparison.Ordinal));
        await ProcessRunner.RunAsync(new ProcessCommand("/bin/sh", ["-c", "kill -TERM \"$1\"", "sh", id]), Stop);
        ProcessResult result = await running;

        Assert.Equal((1, "failed"), (result.ExitCode, host.State("last_result")));
        Assert.Matches("does not answer: .*; it was stopped, or took longer than it may", host.State("last_error"));
    }

    [Theory]
    [InlineData("taken", "has something else that is called")]
    [InlineData("changed", "was changed after it had been verified")]
    [InlineData("large", "is larger than 5 GiB")]
    public async Task Run_CannotEverBeCopied_IsToldAndGoesByTheRules(string kind, string reason)
    {
        ScheduleHost host = AddHost("n1", keep: 1);
        await _store.DisposeAsync();
        await host.RunAsync();
        string first = Assert.Single(host.Snapshots);
        _store = new S3Server(_store.Endpoint);
        if (kind == "taken") _store.Objects[Folder + Path.GetFileName(first)] = new StoredObject("precious"u8.ToArray(), []);
        await using (FileStream file = File.OpenWrite(first))
        {
            if (kind == "changed") file.WriteByte((byte)'x');
            if (kind == "large") file.SetLength((5L << 30) + 1); // takes no room
        }

        ProcessResult told = await host.RunAsync();
        string? error = host.State("last_error");
        ProcessResult next = await host.RunAsync(request: "now");

        Assert.Equal(1, told.ExitCode);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.True(next.ExitCode == 0, next.Error);
        Assert.Contains($"removed {first}, which {Place} cannot get", next.Error, StringComparison.Ordinal);
        Assert.Equal(host.State("last_path"), Assert.Single(host.Snapshots));
        Assert.Equal("0", host.State("last_unsent"));
    }

    [Fact]
    public async Task Run_ProgramOfEtcdIsGone_CopiesWhatIsLeftAllTheSame()
    {
        ScheduleHost host = AddHost("n1");
        await _store.DisposeAsync();
        await host.RunAsync();
        File.Delete(Path.Combine(host.Bin, "etcdctl"));
        _store = new S3Server(_store.Endpoint);

        ProcessResult result = await host.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("etcdctl is not there", host.State("last_error"), StringComparison.Ordinal);
        Assert.Equal(2, _store.Objects.Count);
    }

    [Fact]
    public async Task Run_OneCannotBeRead_SaysSoAndCopiesTheOthers()
    {
        ScheduleHost host = AddHost("n1", store: false);
        await host.RunAsync();
        string unreadable = Path.Combine(host.Folder, "etcd-snapshot-2099-01-31-04.00.00.db");
        File.Copy(Assert.Single(host.Snapshots) + ".json", unreadable + ".json");
        File.CreateSymbolicLink(unreadable, _folder.File("nothing"));
        host = AddHost("n1");

        ProcessResult result = await host.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith($"{unreadable} cannot be read", host.State("last_error"), StringComparison.Ordinal);
        Assert.Equal((2, "1"), (_store.Objects.Count, host.State("last_unsent")));
    }

    [Fact]
    public async Task Run_StoreSendsControlCharacters_SaysWordsAlone()
    {
        ScheduleHost host = AddHost("n1");
        _store.Objection = request => request.HttpMethod == "PUT" ? "Bad\e]0;x\a\b\e[2JLuck" : null;

        ProcessResult check = await host.RunAsync(request: "check");
        ProcessResult result = await host.RunAsync();

        string[] said = [check.Error, result.Error, host.State("last_error")!]; // it failed
        Assert.All(said, text => Assert.Contains("it answers 400 Bad]0;x[2JLuck", text, StringComparison.Ordinal));
        Assert.All(said, text => Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n'));
    }
}
