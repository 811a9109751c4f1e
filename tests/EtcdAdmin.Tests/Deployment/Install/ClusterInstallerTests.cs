using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Install;

public sealed class ClusterInstallerTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.3", 1)]
    [InlineData("3.4", 3)]
    [InlineData("3.5", 3)]
    [Etcd36Data("3.6", 3)]
    [Etcd37Data("3.7", 1)]
    public async Task RunAsync_NewCluster_ServesOverTlsAndIsFoundAgain(string version, int size)
    {
        await _lab.InstallAsync("demo", size, version);

        EtcdCluster cluster = await _lab.Context.Profiles.LoadAsync("demo", Token);
        await cluster.Client.Kv.PutAsync("/a", "1", cancellationToken: Token);
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions { CheckHash = true }, Token);
        Assert.All(cluster.Endpoints, endpoint => Assert.Equal("https", endpoint.Scheme));
        Assert.Equal($"Healthy with {size} known peer{(size == 1 ? "" : "s")}", health.Summary);
        Assert.Single(health.Members, member => member.IsLeader == true);
        Assert.All(health.Members, member => Assert.Equal(version, $"{member.RunningVersion?.Major}.{member.RunningVersion?.Minor}"));
        Assert.All(health.Members, member => Assert.Equal(364, member.CertificateDaysLeft));
        Assert.All(health.Members, member => Assert.Equal(TimeSpan.Zero, member.ClockSkew));
    }

    [Fact]
    public async Task PlanAsync_Always_LeavesNoTraceOnDisk()
    {
        Operation<EtcdCluster> operation = await _lab.Installer.PlanAsync(await LocalLab.RequestAsync("demo", 3, "3.5"), Token);

        Assert.False(Directory.Exists(_lab.Home.Path));
        Assert.Equal(10, operation.Plan.Steps.Count);
        Assert.Equal([1, 2, 3], operation.Plan.Steps.Select(step => step.VotersUp).OfType<int>());
    }

    [Fact]
    public async Task RunAsync_PortTakenSinceItWasPlanned_TakesAnother()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5") with { ClientPorts = null, PeerPorts = null };
        Operation<EtcdCluster> operation = await _lab.Installer.PlanAsync(request, Token);
        int planned = int.Parse(
            Regex.Match(string.Join('\n', operation.Plan.Steps), @"127\.0\.0\.1:(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        using var taken = new TcpListener(IPAddress.Loopback, planned);
        taken.Start();

        EtcdCluster cluster = await LocalLab.RunAsync(operation);

        Assert.NotEqual(planned, Assert.Single(cluster.Endpoints).Port);
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Healthy);
    }

    [Fact]
    public async Task RunAsync_ClusterChangedSinceItWasPlanned_DoesLessThanAgreedAndNeverMore()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5");
        Operation<EtcdCluster> late = await _lab.Installer.PlanAsync(request, Token);
        await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));
        Operation<EtcdCluster> tuned = await _lab.Installer.PlanAsync(request with { Tuning = new EtcdTuning { SnapshotCount = 5000 } }, Token);
        EtcdCluster cluster = await _lab.Context.Profiles.LoadAsync("demo", Token);
        await new MemberOperator(_lab.Context).StopAsync(cluster, "demo-1", Token);
        var events = new EventRecorder();

        var more = await Assert.ThrowsAsync<EtcdException>(() => LocalLab.RunAsync(tuned));
        EtcdCluster less = await LocalLab.RunAsync(late, events);

        Assert.Equal(EtcdErrorIds.PlanOutdated, more.ErrorId);
        Assert.Contains("Changes: ", more.Message, StringComparison.Ordinal);
        Assert.Contains("newly needed: 'localhost: Start member demo-1", more.Message, StringComparison.Ordinal);
        Assert.Contains(
            events.Of<MessageEvent>(), message => message.Text.StartsWith("No longer needed: this machine: Provide etcd", StringComparison.Ordinal));
        Assert.Contains(events.Of<MessageEvent>(), message => message.Text == "1/2 localhost: Start member demo-1");
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(less, new HealthOptions(), Token)).Healthy);
        Assert.Equal(cluster.Spec!.Token, less.Spec!.Token); // saved, and the same cluster
    }

    [Fact]
    public async Task PlanAsync_FolderOfAnotherOperatorsLivingMember_IsRefusedAndItServesOn()
    {
        await using var theirs = new LocalLab();
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5") with { Directory = theirs.Path };
        EtcdCluster living = await LocalLab.RunAsync(await theirs.Installer.PlanAsync(request, Token));
        InstallRequest ours = await LocalLab.RequestAsync("demo", 1, "3.5") with { Directory = theirs.Path };

        var running = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(ours, Token));
        await new MemberOperator(theirs.Context).StopAsync(living, "demo-1", Token);
        var stopped = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(ours, Token));

        Assert.All([running, stopped], error => Assert.Equal(EtcdErrorIds.EtcdExists, error.ErrorId));
        Assert.StartsWith("localhost runs member demo-1 of cluster 'demo'", running.Message, StringComparison.Ordinal);
        Assert.StartsWith("localhost has member demo-1 of cluster 'demo'", stopped.Message, StringComparison.Ordinal);
        Assert.All([running, stopped], error => Assert.DoesNotContain("rename that folder", error.NextStep, StringComparison.Ordinal));
    }

    [Fact]
    public async Task PlanAsync_InstalledAsAsked_IsEmpty()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5");
        await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));

        Operation<EtcdCluster> again = await _lab.Installer.PlanAsync(request, Token);

        Assert.True(again.Plan.IsEmpty, string.Join('\n', again.Plan.Steps));
    }

    [Fact]
    public async Task RunAsync_ChangedSetting_IsAppliedMemberByMemberWithoutLosingData()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 3, "3.5");
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));
        await cluster.Client.Kv.PutAsync("/kept", "yes", cancellationToken: Token);

        InstallRequest changed = request with { Tuning = new EtcdTuning { HeartbeatInterval = TimeSpan.FromMilliseconds(150) } };
        Operation<EtcdCluster> operation = await _lab.Installer.PlanAsync(changed, Token);
        await LocalLab.RunAsync(operation);

        Assert.Equal(3, operation.Plan.Steps.Count(step => step.Interrupts is not null));
        Assert.Equal(3, operation.Plan.Steps.Where(step => step.Interrupts is not null).Select(step => step.Stage).Distinct().Count());
        EtcdCluster now = await _lab.Context.Profiles.LoadAsync("demo", Token);
        Assert.Equal("yes", (await now.Client.Kv.GetAsync("/kept", Token))?.ValueText);
        Assert.All(now.Spec!.Members, member =>
            Assert.Contains("heartbeat-interval: 150", File.ReadAllText(member.Layout.ConfigFile), StringComparison.Ordinal));
        Assert.True((await _lab.Installer.PlanAsync(request, Token)).Plan.IsEmpty);
        await CutOffAndCarriedOnAsync(now);
    }

    private async Task CutOffAndCarriedOnAsync(EtcdCluster cluster)
    {
        var changer = new ConfigurationChanger(_lab.Context);
        MemberSpec second = cluster.Spec!.Members[1];
        File.SetLastWriteTimeUtc(second.Layout.ConfigFile, DateTime.UtcNow.AddMinutes(1));
        Operation<EtcdCluster> notRestarted = await changer.PlanAsync(cluster, new ConfigurationRequest(), Token);
        File.SetLastWriteTimeUtc(second.Layout.ConfigFile, DateTime.UtcNow.AddMinutes(-1));
        await _lab.Context.Profiles.SaveAsync(cluster.Reaching([.. cluster.Endpoints, new Uri("https://127.0.0.1:1")]), Token);
        Operation<EtcdCluster> notRecorded = await changer.PlanAsync(cluster, new ConfigurationRequest(), Token);
        await LocalLab.RunAsync(notRecorded);

        Assert.Equal(second.Name, Assert.Single(notRestarted.Plan.Steps, step => step.Interrupts is not null).Member);
        Assert.StartsWith("Prove", Assert.Single(notRecorded.Plan.Steps).Action, StringComparison.Ordinal);
        Assert.True((await changer.PlanAsync(cluster, new ConfigurationRequest(), Token)).Plan.IsEmpty);
    }

    [Fact]
    public async Task RunAsync_QuotaRaisedWhileItsAlarmIsArmed_IsApplied()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5");
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));
        MemberId member = (await cluster.Client.Maintenance.StatusAsync(Token)).Header.MemberId;
        await cluster.Client.Maintenance.ActivateAlarmAsync(member, AlarmType.NoSpace, Token);

        var tuning = new EtcdTuning { QuotaBytes = 4L << 30 };

        Operation<EtcdCluster> changed = await new ConfigurationChanger(_lab.Context).PlanAsync(
            cluster, new ConfigurationRequest { Tuning = tuning }, Token);
        Operation<EtcdCluster> smaller = await new ConfigurationChanger(_lab.Context)
            .PlanAsync(cluster, new ConfigurationRequest { Tuning = new EtcdTuning { QuotaBytes = 1L << 30 } }, Token);
        Operation<EtcdCluster> installed = await _lab.Installer.PlanAsync(request with { Tuning = tuning }, Token);
        await LocalLab.RunAsync(installed);

        Assert.Contains("Clear-EtcdAlarm", Assert.Single(installed.Warnings), StringComparison.Ordinal);
        Assert.Empty(changed.Warnings);
        Assert.Equal(["DisarmAlarm", "ProveWrites"], changed.Plan.Steps.TakeLast(2).Select(step => step.Id));
        Assert.Empty(smaller.Warnings);
        Assert.Contains("quota-backend-bytes: 4294967296", await File.ReadAllTextAsync(cluster.Spec!.Members[0].Layout.ConfigFile, Token),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_SettingThatEtcdRefuses_IsTakenBackAndTheClusterServes()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 3, "3.5");
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));
        var refused = new EtcdTuning { Extra = new Dictionary<string, object?> { ["auth-token"] = "jwt,sign-method=RS256,priv-key=/no/such/key" } };

        Operation<EtcdCluster> operation = await _lab.Installer.PlanAsync(request with { Tuning = refused }, Token);
        var error = await Assert.ThrowsAsync<EtcdException>(() => LocalLab.RunAsync(operation));

        Assert.Equal(EtcdErrorIds.MemberStartFailed, error.ErrorId);
        Assert.Contains("rolled back", error.Message, StringComparison.Ordinal);
        Assert.True((await _lab.Installer.PlanAsync(request, Token)).Plan.IsEmpty);
        await Poll.UntilAsync(
            async () => (await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Healthy, Token);
    }

    [Fact]
    public async Task RunAsync_HalfMadeCluster_IsCompleted()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 3, "3.5");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        EventTrigger stopper = EventTrigger.OnMessage("Start member", stop.Cancel);
        Operation<EtcdCluster> first = await _lab.Installer.PlanAsync(request, Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.RunAsync(stopper, stop.Token));

        Operation<EtcdCluster> second = await _lab.Installer.PlanAsync(request, Token);
        EtcdCluster cluster = await LocalLab.RunAsync(second);

        Assert.DoesNotContain(second.Plan.Steps, step => step.Action.Contains("certificate authority", StringComparison.Ordinal));
        Assert.Equal(3, (await cluster.Client.Cluster.ListAsync(cancellationToken: Token)).Members.Count);
    }

    [Fact]
    public async Task PlanAsync_MemberWithoutItsData_IsRefused()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5");
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));
        MemberSpec member = cluster.Spec!.Members[0];
        await new MemberOperator(_lab.Context).StopAsync(cluster, member.Name, Token);
        Directory.Delete(member.Layout.DataDirectory, recursive: true);

        var error = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(request, Token));

        Assert.Equal(EtcdErrorIds.MemberDataLost, error.ErrorId);
    }

    [Fact]
    public async Task RunAsync_Uninstalled_NothingIsLeftButKeptData()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        MemberSpec member = cluster.Spec!.Members[0];

        await LocalLab.RunAsync(await new ClusterUninstaller(_lab.Context).PlanAsync(cluster, new UninstallRequest(), Token));

        Assert.False(_lab.Context.Profiles.Exists("demo"));
        Assert.Equal([member.Layout.DataDirectory], Directory.GetFileSystemEntries(member.Directory));
        await Assert.ThrowsAsync<EtcdRpcException>(() => cluster.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token));
        InstallRequest again = await LocalLab.RequestAsync("demo", 1, "3.5");
        var error = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(again, Token));
        Assert.Equal(EtcdErrorIds.DataExists, error.ErrorId);
    }

    [Fact]
    public async Task RunAsync_UninstalledWithData_TakesAlsoWhatRestoresAndTheirWayBackPutAside()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        MemberSpec member = cluster.Spec!.Members[0]; // installed
        foreach (string aside in new[] { "before-restore-20260131-040000", "restored-20260131-040000", "restored-20260131-040000.2" })
            Directory.CreateDirectory($"{member.Layout.DataDirectory}.{aside}/member");

        await LocalLab.RunAsync(await new ClusterUninstaller(_lab.Context).PlanAsync(cluster, new UninstallRequest { RemoveData = true }, Token));

        Assert.False(Directory.Exists(member.Directory),
            string.Join(' ', Directory.Exists(member.Directory) ? Directory.GetFileSystemEntries(member.Directory) : []));
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("-x")]
    public async Task PlanAsync_BadName_IsRefused(string name)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(new InstallRequest { Name = name }, Token));

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
    }

    [Fact]
    public async Task PlanAsync_EvenSize_WarnsWhyOddIsBetter()
    {
        Operation<EtcdCluster> operation = await _lab.Installer.PlanAsync(await LocalLab.RequestAsync("demo", 4, "3.5"), Token);

        Assert.Equal("4 members survive the loss of 1, which 3 members survive too; use an odd number.", Assert.Single(operation.Warnings));
    }
}
