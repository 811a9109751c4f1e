using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Schedules;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>What is done on a host around the service; a stand-in for systemctl does what services do.</summary>
public sealed class ScheduleScriptsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _state;
    private readonly string _own;

    public ScheduleScriptsTests()
    {
        _state = Directory.CreateDirectory(_folder.File("state")).FullName;
        _own = Directory.CreateDirectory(_folder.File("own")).FullName;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_ServiceWasAtWorkAlready_IsStartedAgainForTheRequest()
    {
        // The first start joins a run that began before the request.
        ProcessResult result = await RunAsync(
            "[ \"$1\" = start ] || exit 0; echo start >>'{0}/starts'; [ $(wc -l <'{0}/starts') -lt 2 ] || mv '{0}/request' '{0}/done'",
            ScheduleScripts.Run, "s.service", _state, "now", "");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("now\n", await File.ReadAllTextAsync(Path.Combine(_state, "done"), Stop));
    }

    [Fact]
    public async Task Run_RequestIsNeverLookedAt_SaysSoAndTakesItBack()
    {
        ProcessResult result = await RunAsync("exit 0", ScheduleScripts.Run, "s.service", _state, "now", "");

        Assert.Equal((1, "s.service ran 3 times and did not do what it was asked for\n"), (result.ExitCode, result.Error));
        Assert.Empty(Directory.GetFileSystemEntries(_state));
    }

    [Fact]
    public async Task Remove_SnapshotsInTheFolderOfItsNotes_Stay()
    {
        string snapshot = Path.Combine(_state, "etcd-snapshot-2026-01-31-04.00.00.db");
        foreach (string file in new[] { snapshot, Path.Combine(_state, "state"), Path.Combine(_own, "script"), Path.Combine(_own, "prepared") })
            await File.WriteAllTextAsync(file, "x", Stop);

        ProcessResult result = await RunAsync("exit 0", ScheduleScripts.Remove, "s.timer", "s.service", _state, _own, Path.Combine(_own, "script"));

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal([snapshot], Directory.GetFileSystemEntries(_state));
        Assert.False(Directory.Exists(_own));
    }

    [Fact]
    public async Task PutBack_NothingWasThereBefore_LeavesSnapshotsInTheFolderOfItsNotes()
    {
        string snapshot = Path.Combine(_state, "etcd-snapshot-2026-01-31-04.00.00.db");
        foreach (string file in new[] { snapshot, Path.Combine(_state, "message"), Path.Combine(_own, "prepared") })
            await File.WriteAllTextAsync(file, "x", Stop);

        await RunAsync("exit 0", ScheduleScripts.PutBack, "etcdadmin-test.timer", _state, _own);

        Assert.Equal([snapshot], Directory.GetFileSystemEntries(_state));
    }

    [Theory]
    [InlineData("state", true)]
    [InlineData("state/in/it", true)]
    [InlineData("link/in-it", true)]
    [InlineData("state-beside", false)]
    public async Task Survey_DestinationInTheFolderOfItsNotes_IsRefused(string destination, bool refused)
    {
        Directory.CreateSymbolicLink(_folder.File("link"), _state);

        ProcessResult result = await RunAsync(
            "exit 0", ScheduleScripts.Survey, "/", _folder.File(destination), "/nowhere", "/nowhere", "", _state, _own, "");

        Assert.Equal(refused, result.Output.Contains($"is within {_state}, which is for the schedule itself", StringComparison.Ordinal));
    }

    private async Task<ProcessResult> RunAsync(string systemctl, string script, params string[] arguments)
    {
        string bin = Directory.CreateDirectory(_folder.File("bin")).FullName;
        string path = Path.Combine(bin, "systemctl");
        await File.WriteAllTextAsync(path, "#!/bin/sh\n" + systemctl.Replace("{0}", _state, StringComparison.Ordinal) + "\n", Stop);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var command = new ProcessCommand("sh", ["-c", script, "sh", .. arguments])
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}" },
        };
        return await ProcessRunner.RunAsync(command, Stop);
    }
}
