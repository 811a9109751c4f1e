using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Tests.Upgrades.Rolling;

/// <summary>Version changes of clusters on this machine, with real servers of both versions.</summary>
public sealed class ClusterUpdaterTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ClusterUpdater Updater => new(_lab.Context);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.4", "3.5")]
    [Etcd36Data("3.5", "3.6")]
    [Etcd37Data("3.6", "3.7")]
    [Etcd37Data("3.7", "3.6")]
    [Etcd36Data("3.6", "3.5")]
    public async Task Update_ToTheNextVersionAndSomeBack_KeepsEveryAcknowledgedWriteAndRecordsTheVersion(string from, string to)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, from);
        await using var writer = SteadyWriter.Start(cluster);

        EtcdCluster updated = await UpdateAsync(cluster, await Updates.RequestAsync(to));
        await writer.StopAndVerifyAsync(Token);

        EtcdVersion version = (await EtcdBinaries.GetAsync(to)).Package.Version;
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(updated, new HealthOptions { CheckHash = true }, Token);
        Assert.True(health.Healthy, health.Summary);
        Assert.All(health.Members, member => Assert.Equal((version, version), (member.RunningVersion, member.InstalledVersion)));
        ClusterSpec spec = (await _lab.Context.Profiles.LoadAsync("demo", Token)).Spec!; // it was installed
        Assert.Equal(version, spec.Version);
        Assert.All(spec.Members, member => Assert.Null(member.Version));
        Assert.Empty((await Updater.PlanAsync(updated, await Updates.RequestAsync(to), Token)).Operation.Plan.Steps);
        TestContext.Current.AddAttachment("gap", $"{writer.LongestGap.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task Update_SeveralMinorVersionsAway_IsRefusedWithTheStepsAndWalksThemWhenAsked()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.3");
        string packages = await PackagesAsync("3.4", "3.5");
        var request = new UpdateRequest { Package = new PackageRequest { Path = packages, Version = VersionRequest.Parse("3.5") } };

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => Updater.PlanAsync(cluster, request, Token));
        ClusterUpdate update = await Updater.PlanAsync(cluster, request with { PassesThrough = true }, Token);
        EtcdCluster updated = await update.Operation.RunAsync(null, Token);

        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.Contains("etcd 3.4, then etcd 3.5", refused.NextStep, StringComparison.Ordinal);
        Assert.Equal(["3.4", "3.5"], update.Changes.Select(change => $"{change.To.Major}.{change.To.Minor}"));
        EtcdHealth member = Assert.Single((await new HealthChecker(_lab.Context).CheckAsync(updated, new HealthOptions(), Token)).Members);
        Assert.Equal((update.Changes[1].To, update.Changes[1].To), (member.RunningVersion, member.InstalledVersion));
        Assert.Equal(2, Directory.GetFiles(UpdateSnapshots.DefaultFolder(_lab.Context, "demo"), "*.db").Length);
    }

    /// <summary>Before 3.3 there is neither HashKV nor MoveLeader.</summary>
    [Theory]
    [OldEtcdData("3.0", "3.1", "3.2")]
    public async Task Update_ThroughAllMinorVersionsFrom30_KeepsEveryAcknowledgedWrite(string from, string second, string third)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, from);
        string? leader = await MemberReader.FindLeaderAsync(cluster, Token);
        EtcdException move = await Assert.ThrowsAsync<EtcdException>(() => new LeaderMover(_lab.Context).PlanAsync(cluster, null, Token));
        Operation<EtcdCluster> removal = await new MemberRemover(_lab.Context).PlanAsync(cluster, leader!, Token);
        string packages = await PackagesAsync(second, third, "3.3", "3.4", "3.5");
        await using var writer = SteadyWriter.Start(cluster);
        var request = new UpdateRequest
        {
            Package = new PackageRequest { Path = packages, Version = VersionRequest.Parse("3.5") },
            PassesThrough = true,
        };

        ClusterUpdate update = await Updater.PlanAsync(cluster, request, Token);
        EtcdCluster updated = await update.Operation.RunAsync(null, Token);
        await writer.StopAndVerifyAsync(Token);

        Assert.Equal(["3.1", "3.2", "3.3", "3.4", "3.5"], update.Changes.Select(change => $"{change.To.Major}.{change.To.Minor}"));
        Assert.Equal(EtcdErrorIds.NotSupported, move.ErrorId);
        Assert.Contains("etcd can move leadership since 3.3", move.Message, StringComparison.Ordinal);
        Assert.Contains("the other members elect one", move.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain(removal.Plan.Steps, step => step.Action.Contains("leadership", StringComparison.Ordinal));
        Assert.Single(update.Operation.Plan.Steps, step => step.Action.Contains("etcd 3.0 cannot move leadership", StringComparison.Ordinal));
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(updated, new HealthOptions { CheckHash = true }, Token);
        Assert.True(health.Healthy, health.Summary);
        Assert.All(health.Members, member => Assert.Equal((true, update.Changes[^1].To), (member.HashConsistent, member.RunningVersion)));
        string[] snapshots = Directory.GetFiles(UpdateSnapshots.DefaultFolder(_lab.Context, "demo"), "*.db");
        Assert.Equal(5, snapshots.Length);
        TestContext.Current.AddAttachment("gap", $"{writer.LongestGap.TotalMilliseconds:0} ms, {writer.Acknowledged} writes");
    }

    [Theory]
    [OldEtcdData("3.2", "3.3")]
    [OldEtcdData("3.1", "3.2")]
    [OldEtcdData("3.0", "3.1")]
    public async Task Update_OldVersionPausedAfterOne_GoesBackAndOn(string from, string to)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, from);
        EtcdVersion old = (await EtcdBinaries.GetAsync(from)).Package.Version, next = (await EtcdBinaries.GetAsync(to)).Package.Version;
        await cluster.Client.Kv.PutAsync("/a", "b", cancellationToken: Token);

        EtcdCluster paused = await UpdateAsync(cluster, await Updates.RequestAsync(to) with { PauseAfter = 1 });
        EtcdVersion?[] mixed = await RunningAsync(paused);
        ClusterHealth between = await new HealthChecker(_lab.Context).CheckAsync(paused, new HealthOptions { CheckHash = true }, Token);
        EtcdCluster back = await UpdateAsync(paused, await Updates.RequestAsync(from));
        EtcdVersion?[] olds = await RunningAsync(back);
        EtcdCluster done = await UpdateAsync(back, await Updates.RequestAsync(to));

        Assert.Equal([old, old, next], mixed.Order());
        Assert.All(between.Members, member => Assert.True(member.HashConsistent, member.Reason));
        Assert.Equal([old, old, old], olds);
        Assert.Equal([next, next, next], await RunningAsync(done));
        Assert.Equal("b", (await done.Client.Kv.GetAsync("/a", Token))!.ValueText); // it was put
    }

    [Theory]
    [InlineData("#!/bin/sh\nexit 1\n")]
    [InlineData("#!/bin/sh\nexec sleep 300\n")]
    public async Task Update_NewProgramDoesNotServe_GivesThatMemberItsOldVersionBackAndStops(string program)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.4");
        ClusterUpdate update =
            await Updater.PlanAsync(cluster, await Updates.RequestAsync("3.5") with { HealthTimeout = TimeSpan.FromSeconds(4) }, Token);
        string etcd = cluster.RequireSpec().Members[0].BinaryPath("etcd", update.Changes[0].To);
        var sabotage = EventTrigger.OnMessage("Save a snapshot", () => File.WriteAllText(etcd, program));

        EtcdException failed = await Assert.ThrowsAsync<EtcdException>(() => update.Operation.RunAsync(sabotage, Token));

        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions { CheckHash = true }, Token);
        Assert.True(health.Healthy, health.Summary);
        EtcdVersion old = (await EtcdBinaries.GetAsync("3.4")).Package.Version;
        Assert.All(health.Members, member => Assert.Equal(old, member.RunningVersion));
        Assert.All((await LoadAsync()).Members, member => Assert.Null(member.Version));
        Assert.Contains("demo-", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Etcd37Data("3.5", "3.7")]
    public async Task Update_ThroughVersionsThatRefuseV2Requests_LetsMembersWriteRaftSnapshotsFirst(string from, string to)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, from);
        string packages = await PackagesAsync("3.6", "3.7");
        await using var writer = SteadyWriter.Start(cluster);

        ClusterUpdate update = await Updater.PlanAsync(cluster, (await Updates.RequestAsync(to)) with
        {
            Package = new PackageRequest { Path = packages, Version = VersionRequest.Parse(to) },
            PassesThrough = true,
        }, Token);
        var events = new EventRecorder();
        EtcdCluster updated = await update.Operation.RunAsync(events, Token);
        await writer.StopAndVerifyAsync(Token);

        // Each start of 3.5 leaves a v2 request that 3.7 does not replay, so each member needs one while it runs 3.6.
        string[] cured =
        [
            .. events.Of<MessageEvent>()
                .Select(said => said.Text).Where(text => text.Contains("restarted with snapshot-count 1", StringComparison.Ordinal)),
        ];
        Assert.Equal(["demo-1", "demo-2", "demo-3"], cured.Select(text => text.Split(' ')[1]).Order());
        Assert.Equal(3, update.Operation.Plan.Steps.Count(step => step.Id.StartsWith("WriteRaftSnapshot/", StringComparison.Ordinal)));

        Assert.All(await RunningAsync(updated), version => Assert.Equal((3, 7), (version!.Value.Major, version.Value.Minor)));
        Assert.True((await new HealthChecker(_lab.Context).CheckAsync(updated, new HealthOptions { CheckHash = true }, Token)).Healthy);
    }

    [Fact]
    public async Task Test_LearnersPromotedBy3516_FindsThemInTheDatabasesOfTheRunningMembers()
    {
        EtcdCluster cluster = await GrownBy3516Async();
        await using var writer = SteadyWriter.Start(cluster); // the databases change while they are read

        IReadOnlyList<EtcdUpgradeCheck> checks = await Updater.TestAsync(cluster, new UpdateRequest
        {
            Package = new PackageRequest { Version = VersionRequest.Parse("3.6.14"), Sources = [PackageSource.Cache] },
        }, Token);

        EtcdUpgradeCheck[] stored = [.. checks.Where(check => check.Gate == UpgradeGate.StoredMembers)];
        Assert.All(stored, check => Assert.Equal(UpgradeCheckResult.Warn, check.Result));
        Assert.Contains(stored, check => check.Member == "demo-1");
        Assert.Matches("another role there for demo-[23], demo-[23]\\.", stored[0].Reason);
    }

    [Fact]
    public async Task Test_SnapshotOfAFormerClusterWithTheSameName_CountsForNothing()
    {
        string folder = UpdateSnapshots.DefaultFolder(_lab.Context, "demo");
        EtcdCluster former = await _lab.InstallAsync("demo", 3, "3.5");
        await UpdateSnapshots.SaveAsync(_lab.Context, former, folder, null, Token);
        await (await new ClusterUninstaller(_lab.Context).PlanAsync(former, new UninstallRequest { RemoveData = true }, Token)).RunAsync(null, Token);
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        var request =
            new UpdateRequest { Package = new PackageRequest { Version = VersionRequest.Parse("3.6.14"), Sources = [PackageSource.Cache] } };

        IReadOnlyList<EtcdUpgradeCheck> checks = await Updater.TestAsync(cluster, request, Token);
        await UpdateSnapshots.SaveAsync(_lab.Context, cluster, folder, null, Token);
        IReadOnlyList<EtcdUpgradeCheck> again = await Updater.TestAsync(cluster, request, Token);

        Assert.Equal(UpgradeCheckResult.Warn, checks.Single(check => check.Gate == UpgradeGate.Snapshot).Result);
        Assert.Equal(UpgradeCheckResult.Pass, again.Single(check => check.Gate == UpgradeGate.Snapshot).Result);
    }

    [Fact]
    public async Task Test_LineTooFarAway_NamesTheStepsWithoutAPackageOfIt()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.4");
        var request = new UpdateRequest { Package = new PackageRequest { Version = VersionRequest.Parse("3.9"), Sources = [PackageSource.Cache] } };

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => Updater.TestAsync(cluster, request, Token));

        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.Contains("-Version 3.9 -Through", refused.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [Etcd36Data("3.6")]
    public async Task Update_LearnersPromotedBy3516_IsRefusedThereAndCorrectedWith3530(string to)
    {
        EtcdCluster cluster = await GrownBy3516Async();

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(async () => await UpdateAsync(cluster, await Updates.RequestAsync(to)));
        EtcdVersion?[] unchanged = await RunningAsync(cluster);
        cluster = await UpdateAsync(cluster, await Updates.RequestAsync("3.5.30"));
        cluster = await UpdateAsync(cluster, await Updates.RequestAsync(to));

        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.All(unchanged, version => Assert.Equal(new EtcdVersion(3, 5, 16), version));
        Assert.All(await RunningAsync(cluster), version => Assert.Equal((3, 6), (version!.Value.Major, version.Value.Minor)));
    }

    [Fact]
    public async Task Test_SoundCluster_ReadsTheMembersInTheRunningDatabases()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        IReadOnlyList<Member> members = (await cluster.Client.Cluster.ListAsync(cancellationToken: Token)).Members;
        await using var writer = SteadyWriter.Start(cluster);

        // etcd commits ten times in a second; each look must find one state between two commits.
        int read = 0;
        for (int i = 0; i < 20; i++)
        {
            if (await LiveMembers.ReadAsync(_lab.Context, cluster.RequireSpec().Members[i % 3], Token) is not { } list) continue;
            read++;
            Assert.True(StoredMembers.Compare(list, members).AreRight);
        }

        Assert.InRange(read, 15, 20);
    }

    [Theory]
    [Etcd36Data("3.6")]
    public async Task Update_SettingWithAnotherNameInTheNewVersion_IsCarriedOverAndBack(string to)
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5");
        EtcdCluster cluster = await (await new ClusterInstaller(_lab.Context).PlanAsync(request with
        {
            Tuning = new EtcdTuning { Extra = new Dictionary<string, object?> { ["experimental-compaction-batch-limit"] = 500L } },
        }, Token)).RunAsync(null, Token);
        string file = cluster.RequireSpec().Members[0].Layout.ConfigFile;

        EtcdCluster newer = await UpdateAsync(cluster, await Updates.RequestAsync(to));
        string translated = await File.ReadAllTextAsync(file, Token);
        EtcdTuning tuning = (await LoadAsync()).Tuning;
        await UpdateAsync(newer, await Updates.RequestAsync("3.5"));

        Assert.Contains("\ncompaction-batch-limit: 500\n", translated, StringComparison.Ordinal);
        Assert.Equal(["compaction-batch-limit"], tuning.Extra!.Keys); // it has one
        Assert.Contains("\nexperimental-compaction-batch-limit: 500\n", await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
    }

    [Theory]
    [Etcd36Data(1)]
    [Etcd36Data(0)]
    public async Task Update_DowngradeBegunAndGivenUp_CancelsItAndServesWithTheNewerVersion(int done)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.6");
        if (done > 0) await UpdateAsync(cluster, await Updates.RequestAsync("3.5") with { PauseAfter = done });
        else await cluster.Client.Maintenance.DowngradeAsync(DowngradeAction.Enable, "3.5.0", Token);
        ClusterHealth between = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token);

        IReadOnlyList<EtcdMember> shown = await new MemberReader(_lab.Context).ReadAsync(cluster, new HealthOptions().Timeout, Token);

        EtcdCluster back = await UpdateAsync(cluster, await Updates.RequestAsync("3.6"));

        Assert.Single(shown.Select(member => member.DowngradeTarget).Distinct()); // also of the members that are done
        Assert.NotNull(shown[0].DowngradeTarget);
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(back, new HealthOptions { CheckHash = true }, Token);
        Assert.Contains(between.Members, member => member.DowngradeTarget is not null);
        Assert.True(health.Healthy, health.Summary);
        Assert.All(health.Members, member => Assert.Null(member.DowngradeTarget));
        Assert.All(health.Members, member => Assert.Equal((3, 6), (member.RunningVersion!.Value.Major, member.RunningVersion.Value.Minor)));
    }

    [Fact]
    public async Task Update_ClusterHeldAtItsVersion_IsRefusedUntilReleasedIgnoredOrEnded()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.4");
        UpdateRequest request = await Updates.RequestAsync("3.5");
        DateTimeOffset end = DateTimeOffset.UtcNow.AddDays(1);

        await HoldAsync(cluster, new VersionHold(end));
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => Updater.PlanAsync(cluster, request, Token));
        ClusterUpdate ignored = await Updater.PlanAsync(
            cluster, request with { IgnoredChecks = new HashSet<UpgradeGate>(request.IgnoredChecks) { UpgradeGate.VersionHold } }, Token);
        var later = new ClusterUpdater(_lab.Context with { Clock = new LaterClock(TimeSpan.FromDays(2)) });
        IReadOnlyList<EtcdUpgradeCheck> ended = await later.TestAsync(cluster, request, Token);
        EtcdCluster held = await _lab.Context.Profiles.LoadAsync("demo", Token);
        await HoldAsync(cluster, null);
        ClusterUpdate released = await Updater.PlanAsync(cluster, request, Token);

        Assert.Equal(end, held.VersionHold!.Until); // it is held
        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.Contains("The cluster is held at etcd 3.4", refused.Message, StringComparison.Ordinal);
        Assert.Contains("-VersionHold None", refused.NextStep, StringComparison.Ordinal);
        Assert.NotEmpty(ignored.Operation.Plan.Steps);
        Assert.Contains(ignored.Operation.Warnings, warning => warning.Contains("is held", StringComparison.Ordinal));
        Assert.Equal(UpgradeCheckResult.Pass, ended.Single(check => check.Gate == UpgradeGate.VersionHold).Result);
        Assert.NotEmpty(released.Operation.Plan.Steps);
    }

    [Fact]
    public async Task Update_HeldWhileHalfDone_MayBeFinished()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.4");
        UpdateRequest request = await Updates.RequestAsync("3.5");
        EtcdCluster paused = await UpdateAsync(cluster, request with { PauseAfter = 1 });

        await HoldAsync(paused, new VersionHold());
        EtcdUpgradeCheck check = (await Updater.TestAsync(paused, request, Token)).Single(found => found.Gate == UpgradeGate.VersionHold);
        EtcdCluster done = await UpdateAsync(paused, request);

        Assert.Equal(UpgradeCheckResult.Warn, check.Result);
        Assert.All(await RunningAsync(done), version => Assert.Equal((3, 5), (version!.Value.Major, version.Value.Minor)));
        Assert.Equal(new VersionHold(), (await LoadAsync()).VersionHold);
    }

    [Fact]
    public async Task Update_TwoVoters_IsRefusedUnlessTheOperatorAllowsTheInterruption()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 2, "3.4");
        await using var writer = SteadyWriter.Start(cluster);
        UpdateRequest request = await Updates.RequestAsync("3.5");

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => Updater.PlanAsync(cluster, request, Token));
        ClusterUpdate update = await Updater.PlanAsync(cluster, request with { AllowsInterruption = true }, Token);
        EtcdCluster done = await update.Operation.RunAsync(null, Token);
        await writer.StopAndVerifyAsync(Token);

        Assert.Equal(EtcdErrorIds.QuorumAtRisk, refused.ErrorId);
        Assert.Contains("Add a third member", refused.NextStep, StringComparison.Ordinal);
        Assert.Contains("-Force", refused.NextStep, StringComparison.Ordinal);
        Assert.Equal(2, update.Operation.Plan.Steps.Count(step => step.Interrupts == "the whole cluster"));
        Assert.All(await RunningAsync(done), version => Assert.Equal((3, 5), (version!.Value.Major, version.Value.Minor)));
    }

    [Fact]
    public async Task Update_PausedAfterOne_KeepsBothVersionsUntilItGoesOnOrBack()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.4");
        UpdateRequest request = await Updates.RequestAsync("3.5");
        EtcdVersion old = (await EtcdBinaries.GetAsync("3.4")).Package.Version, next = (await EtcdBinaries.GetAsync("3.5")).Package.Version;

        EtcdCluster paused = await UpdateAsync(cluster, request with { PauseAfter = 1 });
        EtcdVersion?[] mixed = await RunningAsync(paused);
        ClusterSpec between = await LoadAsync();
        EtcdCluster back = await UpdateAsync(paused, await Updates.RequestAsync("3.4"));
        EtcdVersion?[] olds = await RunningAsync(back);
        EtcdCluster again = await UpdateAsync(back, request with { Members = ["demo-2"] });
        EtcdCluster done = await UpdateAsync(again, request);

        Assert.Equal([old, old, next], mixed.Order());
        Assert.Equal(old, between.Version);
        Assert.Single(between.Members, member => member.Version == next);
        Assert.Equal([old, old, old], olds);
        Assert.Equal([next, next, next], await RunningAsync(done));
        Assert.Equal(next, (await LoadAsync()).Version);
    }

    [Fact]
    public async Task Update_StoppedAtEveryStepAndRunAgain_FinishesTheMemberInHandAndCarriesOn()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.4");
        await using var writer = SteadyWriter.Start(_lab.Context.Profiles, "demo");
        UpdateRequest request = await Updates.RequestAsync("3.5");
        int stops = 0;

        foreach (string step in new[] { "Install etcd", "Save a snapshot", "Restart member", "Restart member", "Restart member", "Prove that" })
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            ClusterUpdate update = await Updater.PlanAsync(cluster, request, Token);
            try
            {
                await update.Operation.RunAsync(EventTrigger.OnMessage(step, stop.Cancel), stop.Token);
            }
            catch (OperationCanceledException)
            {
                stops++;
            }

            ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token);
            Assert.True(health.Healthy, $"after '{step}': {health.Summary}");
        }

        EtcdCluster done = await UpdateAsync(cluster, request);
        await writer.StopAndVerifyAsync(Token);

        Assert.InRange(stops, 5, 6);
        Assert.All(await RunningAsync(done), version => Assert.Equal((3, 5), (version!.Value.Major, version.Value.Minor)));
        Assert.All((await LoadAsync()).Members, member => Assert.Null(member.Version));
    }

    [Fact]
    public async Task Update_MemberDownOrFileChangedByHand_IsRefusedBeforeAnything()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.4");
        MemberSpec first = cluster.RequireSpec().Members[0];
        await File.AppendAllTextAsync(first.Layout.ConfigFile, "max-txn-ops: 200\n", Token);

        EtcdException refused =
            await Assert.ThrowsAsync<EtcdException>(async () => await Updater.PlanAsync(cluster, await Updates.RequestAsync("3.5"), Token));
        IReadOnlyList<EtcdUpgradeCheck> checks = await Updater.TestAsync(cluster, await Updates.RequestAsync("3.5"), Token);

        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.Contains("max-txn-ops", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Set-EtcdConfiguration demo -HandEdit", refused.NextStep, StringComparison.Ordinal);
        Assert.Equal([("demo-1", UpgradeGate.Settings)],
            checks.Where(check => check.Result == UpgradeCheckResult.Fail).Select(check => (check.Member!, check.Gate)));
        Assert.Contains(checks, check => check is { Gate: UpgradeGate.Snapshot, Result: UpgradeCheckResult.Warn });
    }

    /// <summary>Two members join as learners and are promoted, by a version that does not write the promotion to the database.</summary>
    private async Task<EtcdCluster> GrownBy3516Async()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5.16");
        foreach (string member in new[] { "demo-2", "demo-3" })
        {
            Operation<EtcdMember> repair = await new MemberRepairer(_lab.Context).PlanAsync(
                cluster, member,
                new RepairMemberRequest { Package = new PackageRequest { Path = (await EtcdBinaries.GetAsync("3.5.16")).Folder } }, Token);
            await repair.RunAsync(null, Token);
        }

        return await _lab.Context.Profiles.LoadAsync("demo", Token);
    }

    private async Task HoldAsync(EtcdCluster cluster, VersionHold? hold)
    {
        Operation<EtcdCluster> operation = await new ConfigurationChanger(_lab.Context)
            .PlanAsync(cluster, new ConfigurationRequest { VersionHold = new VersionHoldChange(hold) }, Token);
        Assert.Equal(["SaveProfile/version-hold"], operation.Plan.Steps.Select(step => step.Id));
        Assert.Equal(hold, (await operation.RunAsync(null, Token)).VersionHold);
    }

    private sealed class LaterClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }

    private async Task<EtcdVersion?[]> RunningAsync(EtcdCluster cluster) =>
    [
        .. (await new HealthChecker(_lab.Context).CheckAsync(cluster, new HealthOptions(), Token)).Members.Select(member => member.RunningVersion),
    ];

    private async Task<ClusterSpec> LoadAsync() => (await _lab.Context.Profiles.LoadAsync("demo", Token)).RequireSpec();

    /// <summary>A folder with packages of several versions, as operators keep them.</summary>
    private async Task<string> PackagesAsync(params string[] versions)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_lab.Path, "packages")).FullName;
        foreach (string version in versions)
        {
            EtcdBinaries etcd = await EtcdBinaries.GetAsync(version);
            string own = Directory.CreateDirectory(Path.Combine(folder, $"etcd-v{etcd.Package.Version}-linux-amd64")).FullName;
            foreach (string program in new[] { etcd.Package.EtcdPath, etcd.Package.EtcdctlPath, etcd.Package.EtcdutlPath }.OfType<string>())
                File.CreateSymbolicLink(Path.Combine(own, Path.GetFileName(program)), program);
        }

        return folder;
    }

    private Task<EtcdCluster> UpdateAsync(EtcdCluster cluster, UpdateRequest request) => Updates.RunAsync(_lab.Context, cluster, request);
}
