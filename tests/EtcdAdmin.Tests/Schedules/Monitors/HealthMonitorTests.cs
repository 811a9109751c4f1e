using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Plans;
using EtcdAdmin.Schedules.Monitors;

namespace EtcdAdmin.Tests.Schedules.Monitors;

/// <summary>Health monitors on this machine: the plan, the files, and what the service does.</summary>
public sealed class HealthMonitorTests : IDisposable
{
    private const string Sick = "echo 'UnHealthy with 3 known peers'";

    private readonly UserMachine _machine = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HealthMonitorReader Reader => new(_machine.Context);

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Register_SickCluster_RunsOnceAndWorks()
    {
        EtcdCluster cluster = await _machine.SaveAsync();
        HealthMonitor monitor = _machine.Monitor(Sick) with { Destination = _machine.Home, SnapshotPath = "/it's/here" };
        Operation<EtcdHealthMonitor> operation = await PlanAsync(cluster, monitor);
        Assert.Empty(_machine.Files); // planning changes nothing
        Assert.Equal(4, operation.Plan.Steps.Count);
        Assert.Contains("sudo loginctl enable-linger ops", Assert.Single(operation.Warnings), StringComparison.Ordinal);

        EtcdHealthMonitor registered = await operation.RunAsync(null, Token);

        Assert.True(registered.Registered && registered.Healthy, registered.Reason);
        Assert.Equal(
            ("prod", "UnHealthy with 3 known peers", TimeSpan.FromMinutes(5)), (registered.Cluster, registered.LastResult, registered.Every));
        Assert.Equal((_machine.Home, "/it's/here", _machine.Context.Home.Path), (registered.Destination, registered.SnapshotPath, registered.Home));
        Assert.Equal("*-*-* *:00/5:00 UTC", Assert.Single(registered.Calendars));
        Assert.NotNull(registered.LastRun);
        Assert.True((await PlanAsync(cluster, monitor)).Plan.IsEmpty);
        Assert.False((await PlanAsync(cluster, monitor with { Every = TimeSpan.FromMinutes(10) })).Plan.IsEmpty);
        Assert.Equal(["prod"], await Reader.NamesAsync(Token));
    }

    [Fact]
    public async Task Register_Units_AreValidForSystemd()
    {
        await (await PlanAsync(await _machine.SaveAsync(), _machine.Monitor(Sick))).RunAsync(null, Token);
        string[] units = [.. _machine.Files.Where(file => file.Contains("systemd/user", StringComparison.Ordinal))
            .Select(file => Path.Combine(_machine.Home, file))];
        Assert.Equal(2, units.Length);

        ProcessResult result;
        try
        {
            result = await ProcessRunner.RunAsync(new ProcessCommand("systemd-analyze", ["verify", "--user", .. units]), Token);
        }
        catch (EtcdException)
        {
            Assert.Skip("There is no systemd-analyze.");
            return;
        }

        Assert.DoesNotContain(result.Error.Split('\n'), line => line.Contains("etcd-monitor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Register_FirstRunFails_RollsBackWithItsError()
    {
        EtcdCluster cluster = await _machine.SaveAsync();
        Operation<EtcdHealthMonitor> operation = await PlanAsync(cluster, _machine.Monitor("echo noise; echo 'the disk is full' >&2; exit 1"));

        EtcdException failed = await Assert.ThrowsAnyAsync<EtcdException>(() => operation.RunAsync(null, Token));

        Assert.Contains("the disk is full", failed.Message, StringComparison.Ordinal);
        Assert.Empty(_machine.Files);
        Assert.False((await Reader.ReadAsync("prod", Token)).Registered);
    }

    [Fact]
    public async Task Register_ChangeFails_KeepsTheOldMonitor()
    {
        EtcdCluster cluster = await _machine.SaveAsync();
        await (await PlanAsync(cluster, _machine.Monitor(Sick))).RunAsync(null, Token);
        IReadOnlyList<string> files = _machine.Files;

        await Assert.ThrowsAnyAsync<EtcdException>(async () =>
            await (await PlanAsync(cluster, _machine.Monitor("exit 3") with { Every = TimeSpan.FromHours(1) })).RunAsync(null, Token));

        EtcdHealthMonitor old = await Reader.ReadAsync("prod", Token);
        Assert.Equal((true, TimeSpan.FromMinutes(5)), (old.Registered, old.Every));
        Assert.Equal("PowerShell ended with exit code 3, without a message", old.LastError);
        Assert.Equal(files, _machine.Files.Where(file => !file.EndsWith("/message", StringComparison.Ordinal)
            || files.Contains(file)));
        Assert.True((await PlanAsync(cluster, _machine.Monitor(Sick))).Plan.IsEmpty);
    }

    [Theory]
    [InlineData("module", "the module EtcdAdmin is not at ")]
    [InlineData("profile", "'Unregister-EtcdHealthMonitor prod' removes its monitor")]
    [InlineData("command", "PowerShell is not at ")]
    public async Task Run_WithoutWhatItNeeds_FailsAndSaysSo(string gone, string reason)
    {
        EtcdCluster cluster = await _machine.SaveAsync();
        string shell = _machine.PathOf("pwsh");
        File.CreateSymbolicLink(shell, "/bin/sh");
        HealthMonitor monitor = _machine.Monitor(Sick) with { Command = [shell, "-c", Sick] };
        await (await PlanAsync(cluster, monitor)).RunAsync(null, Token);
        if (gone == "module") File.Delete(monitor.Module);
        if (gone == "profile") _machine.Context.Profiles.Remove("prod");
        if (gone == "command") File.Delete(shell);

        await RunServiceAsync();

        EtcdHealthMonitor broken = Assert.Single(await Task.WhenAll((await Reader.NamesAsync(Token)).Select(name => Reader.ReadAsync(name, Token))));
        Assert.Equal((true, false, "failed"), (broken.Registered, broken.Healthy, broken.LastResult));
        Assert.Contains(reason, broken.Reason, StringComparison.Ordinal);
        await (await new HealthMonitorScheduler(_machine.Context).PlanUnregisterAsync("prod", Token)).RunAsync(null, Token);
        Assert.Empty(_machine.Files);
    }

    [Fact]
    public async Task Run_Service_HasTheHomeAndNoSettingsOfEtcdctl()
    {
        string seen = _machine.PathOf("seen");
        HealthMonitor monitor = _machine.Monitor($"echo \"$0|$ETCDADMIN_HOME|${{ETCDCTL_USER-none}}\" >'{seen}'; echo Healthy");

        await (await PlanAsync(await _machine.SaveAsync(), monitor)).RunAsync(null, Token);

        Assert.Equal($"it's $HOME|{_machine.Context.Home.Path}|none\n", await File.ReadAllTextAsync(seen, Token));
    }

    [Fact]
    public async Task RemoveProfile_WithAMonitor_RemovesItToo()
    {
        EtcdCluster cluster = await _machine.SaveAsync();
        await (await PlanAsync(cluster, _machine.Monitor(Sick))).RunAsync(null, Token);

        Operation<EtcdCluster> removal = await new ProfileRemover(_machine.Context).PlanAsync(cluster, force: false, Token);

        Assert.Contains("etcd-monitor-prod.timer", removal.Plan.Steps[0].Action, StringComparison.Ordinal);
        await removal.RunAsync(null, Token);
        Assert.Empty(_machine.Files);
        Assert.Empty(await Reader.NamesAsync(Token));
    }

    [Fact]
    public async Task Register_SameNameInAnotherHome_IsRefused()
    {
        await (await PlanAsync(await _machine.SaveAsync(), _machine.Monitor(Sick))).RunAsync(null, Token);
        AdminContext other = _machine.Context with { Home = new EtcdAdminHome(_machine.PathOf("other")) };
        var cluster = new EtcdCluster("prod", [new Uri("http://127.0.0.1:9")]);
        await other.Profiles.SaveAsync(cluster, Token);

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() =>
            new HealthMonitorScheduler(other).PlanRegisterAsync(cluster, _machine.Monitor(Sick), Token));

        Assert.Equal(EtcdErrorIds.FileExists, refused.ErrorId);
        Assert.Contains(_machine.Context.Home.Path, refused.Message, StringComparison.Ordinal);
        await (await new ProfileRemover(other).PlanAsync(cluster, force: false, Token)).RunAsync(null, Token);
        Assert.True((await Reader.ReadAsync("prod", Token)).Registered); // it is not the other's
    }

    [Fact]
    public async Task Register_WhatCannotWork_IsRefused()
    {
        EtcdCluster cluster = await _machine.SaveAsync();
        HealthMonitor monitor = _machine.Monitor(Sick);
        using var bare = new UserMachine(hasSystemd: false);
        EtcdCluster there = await bare.SaveAsync();

        Assert.Equal(EtcdErrorIds.SpecInvalid, (await RefusedAsync(cluster, monitor with { Every = TimeSpan.FromMinutes(7) })).ErrorId);
        Assert.Contains(
            "-Every 5, 6, 10", (await RefusedAsync(cluster, monitor with { Every = TimeSpan.FromMinutes(1) })).NextStep, StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.SpecInvalid, (await RefusedAsync(cluster, monitor with { SnapshotPath = "/a\nb" })).ErrorId);
        Assert.Equal(EtcdErrorIds.FileWriteFailed, (await RefusedAsync(cluster, monitor with { Destination = "/nowhere" })).ErrorId);
        Assert.Equal(EtcdErrorIds.ClusterNotFound, (await RefusedAsync(new EtcdCluster("unsaved", cluster.Endpoints), monitor)).ErrorId);
        EtcdException unsupported = await Assert.ThrowsAsync<EtcdException>(() =>
            new HealthMonitorScheduler(bare.Context).PlanRegisterAsync(there, bare.Monitor(Sick) with { Every = TimeSpan.FromMinutes(10) }, Token));
        Assert.Equal(EtcdErrorIds.HostNotSupported, unsupported.ErrorId);
        Assert.Contains(
            "*/10 * * * * pwsh -NoProfile -c \"Import-Module EtcdAdmin; Get-EtcdHealth prod\"", unsupported.NextStep, StringComparison.Ordinal);
        Assert.Empty(_machine.Files);
    }

    private Task<EtcdException> RefusedAsync(EtcdCluster cluster, HealthMonitor monitor) =>
        Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, monitor));

    private Task<Operation<EtcdHealthMonitor>> PlanAsync(EtcdCluster cluster, HealthMonitor monitor) =>
        new HealthMonitorScheduler(_machine.Context).PlanRegisterAsync(cluster, monitor, Token);

    private Task RunServiceAsync() =>
        _machine.RunAsync(new EtcdAdmin.Hosts.HostScript("systemctl --user start etcd-monitor-prod.service"), Token);
}
