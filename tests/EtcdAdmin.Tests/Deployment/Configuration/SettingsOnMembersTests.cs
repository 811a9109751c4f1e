using System.Text.Json.Nodes;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Configuration;

/// <summary>Settings of a cluster that is in use, with real servers that read what is written.</summary>
public sealed class SettingsOnMembersTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ConfigurationChanger Changer => new(_lab.Context);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task SetConfiguration_Durations_StayWhatTheyAreThroughProfileFileAndEtcd(string version)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, version);

        await SetAsync(cluster, new ConfigurationRequest
        {
            Extra =
                Map(("grpc-keepalive-min-time", TimeSpan.FromSeconds(7)), ("grpc-keepalive-interval", "1.5h"),
                ("grpc-keepalive-timeout", 20_000_000_000), ("auto-compaction-retention", TimeSpan.FromHours(8))),
        });
        await SetAsync(cluster, new ConfigurationRequest { Extra = Map(("max-txn-ops", "256")) });
        PoisonProfile("\"7s\"", "\"00:00:07\"");
        EtcdMemberConfiguration found = await ReadAsync(cluster);
        await SetAsync(cluster, new ConfigurationRequest { Extra = Map(("max-txn-ops", null)) });

        Assert.True(found.IsAsSpecified, string.Join(", ", found.Drift));
        Assert.Equal(("7s", "1h30m", "20s", "8h"),
            (found.Settings["grpc-keepalive-min-time"], found.Settings["grpc-keepalive-interval"], found.Settings["grpc-keepalive-timeout"],
                found.Settings["auto-compaction-retention"]));
        EtcdTuning tuning = (await _lab.Context.Profiles.LoadAsync("demo", Token)).Spec!.Tuning;
        Assert.Equal(new EtcdTuning
        {
            AutoCompactionRetention = "8h",
            Extra = Map(("grpc-keepalive-min-time", "7s"), ("grpc-keepalive-interval", "1h30m"), ("grpc-keepalive-timeout", "20s")),
        }, tuning);
        string file = await File.ReadAllTextAsync(cluster.Spec!.Members[0].Layout.ConfigFile, Token);
        Assert.Contains("grpc-keepalive-min-time: 7000000000", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetConfiguration_SettingThatDestroys_IsRefusedBeforeAnythingIsTouched()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        string profile = await File.ReadAllTextAsync(ProfileFile, Token);

        foreach ((string name, object? value) in Map(("force-new-cluster", true), ("wal-dir", "/new"), ("unsafe-no-fsync", true), ("nonsense", 1),
            ("ETCD_SNAPSHOT_COUNT", 5), ("max-learners", 3)))
        {
            var error =
                await Assert.ThrowsAsync<EtcdException>(() =>
                    Changer.PlanAsync(cluster, new ConfigurationRequest { Extra = Map((name, value)) }, Token));
            InstallRequest again = await LocalLab.RequestAsync("demo", 1, "3.5");
            var installing = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(
                again with { ClientPorts = null, PeerPorts = null, Tuning = new EtcdTuning { Extra = Map((name, value)) } }, Token));
            var anew = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(
                again with
                {
                    Name = "other",
                    Package = new PackageRequest { Version = VersionRequest.Parse("3.5") },
                    Tuning = new EtcdTuning { Extra = Map((name, value)) },
                }, Token));
            Assert.All(
                [error, installing, anew], refused => Assert.Equal((EtcdErrorIds.SpecInvalid, (object)name), (refused.ErrorId, refused.Target)));
        }

        Assert.Equal(profile, await File.ReadAllTextAsync(ProfileFile, Token));
    }

    [Fact]
    public async Task Install_NameThatThePackagesEtcdDoesNotKnow_IsRefusedBeforeAnythingIsWritten()
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, "3.5");
        string beside = Path.Combine(_lab.Path, "unpacked");
        Directory.CreateDirectory(beside);
        foreach (string program in new[] { "etcd", "etcdctl" })
            File.CreateSymbolicLink(Path.Combine(beside, program), Path.Combine(request.Package.Path!, program));

        // The package says its version itself: in its manifest, by its name, or asked. -WhatIf plans alone.
        foreach (string package in new[] { request.Package.Path!, Path.Combine(beside, "etcd"), beside })
        {
            var error = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(
                request with
                {
                    Package = new PackageRequest { Path = package },
                    Tuning = new EtcdTuning { Extra = Map(("max-learners", 3)) },
                }, Token));
            Assert.Equal((EtcdErrorIds.SpecInvalid, (object)"max-learners"), (error.ErrorId, error.Target));
            Assert.Contains("etcd 3.5.", error.Message, StringComparison.Ordinal);
        }

        Assert.False(_lab.Context.Profiles.Exists("demo"));
    }

    [Theory]
    [InlineData("3.3", true)]
    [InlineData("3.4", false)]
    public async Task Install_ValueThatOlderVersionsAccept_IsRefusedWhereThePackagesEtcdRefusesIt(string version, bool isAccepted)
    {
        InstallRequest request = await LocalLab.RequestAsync("demo", 1, version);
        request = request with { Tuning = new EtcdTuning { Extra = Map(("cors", "app.example.com")) } };
        if (isAccepted)
        {
            Assert.False((await _lab.Installer.PlanAsync(request, Token)).Plan.IsEmpty);
            return;
        }

        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => _lab.Installer.PlanAsync(request, Token));
        Assert.Equal(EtcdErrorIds.SpecInvalid, refused.ErrorId);
        Assert.Contains("'cors' must be ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetConfiguration_ProfileEditedByHand_NamesItAndTakesItOut()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        MemberSpec member = cluster.Spec!.Members[0];
        string file = await File.ReadAllTextAsync(member.Layout.ConfigFile, Token);
        EditProfile(tuning =>
        {
            tuning["electionTimeout"] = "soon";
            tuning["extra"] = new JsonObject { ["data-dir"] = "/x", ["force-new-cluster"] = true };
        });
        EtcdCluster edited = await _lab.Context.Profiles.LoadAsync("demo", Token);

        var refused =
            await Assert.ThrowsAsync<EtcdException>(() =>
                Changer.PlanAsync(edited, new ConfigurationRequest { Extra = Map(("max-txn-ops", 256)) }, Token));
        ClusterHealth health = await new HealthChecker(_lab.Context).CheckAsync(edited, new HealthOptions(), Token);
        EtcdMemberConfiguration found = await ReadAsync(edited);
        Operation<EtcdCluster> correction = await Changer.PlanAsync(
            edited, new ConfigurationRequest { Extra = Map(("election-timeout", null), ("data-dir", null), ("force-new-cluster", null)) }, Token);
        EtcdCluster after = await LocalLab.RunAsync(correction);

        Assert.Equal("election-timeout", refused.Target);
        Assert.Contains("@{ 'election-timeout' = $null }", refused.NextStep, StringComparison.Ordinal);
        Assert.True(health.Healthy);
        Assert.Equal(new EtcdSettingDrift("election-timeout", "soon", null), Assert.Single(found.Drift));
        Assert.DoesNotContain(correction.Plan.Steps, step => step.Action.Contains("restart", StringComparison.Ordinal));
        Assert.Equal(new EtcdTuning(), after.Spec!.Tuning);
        Assert.Equal(new EtcdTuning(), (await _lab.Context.Profiles.LoadAsync("demo", Token)).Spec!.Tuning);
        Assert.Equal(file, await File.ReadAllTextAsync(member.Layout.ConfigFile, Token));
        await WithoutOwnCertificateAsync(after);
    }

    /// <summary>
    /// What has to be proved with the operator's certificate is refused before anything is touched; taking a cluster down needs none.
    /// </summary>
    private async Task WithoutOwnCertificateAsync(EtcdCluster cluster)
    {
        string key = Path.Combine(_lab.Context.Profiles.Folder("demo"), "pki", "client.key");
        using (var other = System.Security.Cryptography.ECDsa.Create()) await File.WriteAllTextAsync(key, other.ExportPkcs8PrivateKeyPem(), Token);
        EtcdCluster mismatched = await _lab.Context.Profiles.LoadAsync("demo", Token);
        var operations = new MemberOperator(_lab.Context);
        MemberServiceState before = await _lab.Context.ServiceOf(cluster.Spec!.Members[0]).GetStateAsync(cluster.Spec.Members[0], Token);

        EtcdException[] errors =
        [
            await Assert.ThrowsAsync<EtcdException>(() => operations.RestartAsync(mismatched, "demo-1", TimeSpan.FromSeconds(5), Token)),
            await Assert.ThrowsAsync<EtcdException>(() => operations.GuardQuorumAsync(mismatched, "demo-1", Token)),
            await Assert.ThrowsAsync<EtcdException>(() =>
                Changer.PlanAsync(mismatched, new ConfigurationRequest { Extra = Map(("max-txn-ops", 256)) }, Token)),
            await Assert.ThrowsAsync<EtcdException>(() =>
                _lab.Installer.PlanAsync(new InstallRequest { Name = "demo", Tuning = new EtcdTuning { SnapshotCount = 5000 } }, Token)),
        ];
        MemberServiceState between = await _lab.Context.ServiceOf(cluster.Spec.Members[0]).GetStateAsync(cluster.Spec.Members[0], Token);
        Operation<EtcdCluster> uninstall = await new ClusterUninstaller(_lab.Context).PlanAsync(
            mismatched, new UninstallRequest { RemoveData = true }, Token);
        await LocalLab.RunAsync(uninstall);

        Assert.All(errors, error => Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId));
        Assert.All(errors, error => Assert.Contains("Update-EtcdCertificate demo", error.NextStep, StringComparison.Ordinal));
        Assert.Equal(before, between);
        Assert.Contains(uninstall.Warnings, warning => warning.Contains("client.key", StringComparison.Ordinal)
            || warning.Contains("client.crt", StringComparison.Ordinal));
        Assert.False(_lab.Context.Profiles.Exists("demo"));
    }

    [Fact]
    public async Task SetConfiguration_FileChangedByHand_AsksAndKeepsOrOverwritesWithACopy()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        MemberSpec member = cluster.Spec!.Members[0];
        await File.AppendAllTextAsync(member.Layout.ConfigFile, "quota-backend-bytes: 4294967296\ngrpc-keepalive-min-time: 7000000000\n", Token);
        string edited = await File.ReadAllTextAsync(member.Layout.ConfigFile, Token);
        var request = new ConfigurationRequest { Extra = Map(("max-txn-ops", 256)) };

        var error = await Assert.ThrowsAsync<EtcdException>(() => Changer.PlanAsync(cluster, request, Token));
        Operation<EtcdCluster> overwriting = await Changer.PlanAsync(cluster, request with { HandEdit = HandEditAction.Overwrite }, Token);
        Operation<EtcdCluster> installing = await _lab.Installer.PlanAsync(
            new InstallRequest { Name = "demo", Tuning = new EtcdTuning { SnapshotCount = 5000 } }, Token);
        EtcdCluster kept = await LocalLab.RunAsync(await Changer.PlanAsync(cluster, request with { HandEdit = HandEditAction.Keep }, Token));

        Assert.Equal(EtcdErrorIds.HandEdited, error.ErrorId);
        Assert.Contains("quota-backend-bytes: 4294967296 instead of nothing", error.Message, StringComparison.Ordinal);
        Assert.All(["-HandEdit Keep", "-HandEdit Overwrite"], way => Assert.Contains(way, error.NextStep, StringComparison.Ordinal));
        Assert.All([overwriting, installing], plan =>
            Assert.Contains(plan.Plan.Steps, step =>
                step.Action.Contains(
                    "changed by hand (grpc-keepalive-min-time: 7s instead of nothing; quota-backend-bytes: 4294967296 instead of nothing)",
                        StringComparison.Ordinal)));
        Assert.Equal(new EtcdTuning
        {
            QuotaBytes = 4L << 30,
            Extra = Map(("max-txn-ops", 256L), ("grpc-keepalive-min-time", "7s")),
        }, kept.Spec!.Tuning);
        Assert.Equal(edited, await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(member.Directory, "etcd.conf.yml.*.kept")), Token));
        Assert.True((await ReadAsync(cluster)).IsAsSpecified);
        await OverwriteAsync(kept, member);
    }

    private async Task OverwriteAsync(EtcdCluster cluster, MemberSpec member)
    {
        string written = await File.ReadAllTextAsync(member.Layout.ConfigFile, Token);
        await File.WriteAllTextAsync(
            member.Layout.ConfigFile, written.Replace("quota-backend-bytes: 4294967296\n", "wal-dir: /new\n", StringComparison.Ordinal), Token);
        foreach (string copy in Directory.GetFiles(member.Directory, "*.kept")) File.Delete(copy);

        var refused =
            await Assert.ThrowsAsync<EtcdException>(() =>
                Changer.PlanAsync(cluster, new ConfigurationRequest { HandEdit = HandEditAction.Keep }, Token));
        EtcdCluster after = await SetAsync(cluster, new ConfigurationRequest { HandEdit = HandEditAction.Overwrite });

        Assert.Equal("wal-dir", refused.Target);
        Assert.Equal(cluster.Spec!.Tuning, after.Spec!.Tuning);
        Assert.Equal(written, await File.ReadAllTextAsync(member.Layout.ConfigFile, Token));
        Assert.Contains("wal-dir: /new", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(member.Directory, "*.kept")), Token),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetConfiguration_FileOfAnEarlierVersion_IsNotTakenForChanged()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        string file = cluster.Spec!.Members[0].Layout.ConfigFile;
        DateTime written = File.GetLastWriteTimeUtc(file);
        await File.WriteAllTextAsync(file, SealedText.Unsealed(await File.ReadAllTextAsync(file, Token)), Token);
        File.SetLastWriteTimeUtc(file, written);

        Operation<EtcdCluster> nothing = await Changer.PlanAsync(cluster, new ConfigurationRequest(), Token);
        Operation<EtcdCluster> change = await Changer.PlanAsync(cluster, new ConfigurationRequest { Extra = Map(("max-txn-ops", 256)) }, Token);

        Assert.True(nothing.Plan.IsEmpty, string.Join('\n', nothing.Plan.Steps));
        Assert.DoesNotContain(change.Plan.Steps, step => step.Action.Contains("by hand", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SetConfiguration_ProfileOlderThanTheCluster_IsRefusedAndCanBeBroughtUpToDate()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.5");
        ClusterSpec spec = cluster.Spec!;
        MemberSpec stranger = spec.Members[0] with { Name = "gone", ClientPort = 1, PeerPort = 2 };
        EtcdCluster older = cluster.WithSpec(spec with { Members = [spec.Members[0], spec.Members[1] with { ClientPort = 3 }, stranger] });
        await _lab.Context.Profiles.SaveAsync(older, Token);
        var request = new ConfigurationRequest { Extra = Map(("max-txn-ops", 256)) };

        var error = await Assert.ThrowsAsync<EtcdException>(() => Changer.PlanAsync(older, request, Token));
        var installing =
            await Assert.ThrowsAsync<EtcdException>(() =>
                _lab.Installer.PlanAsync(new InstallRequest { Name = "demo", Tuning = new EtcdTuning { SnapshotCount = 5000 } }, Token));
        EtcdCluster two = cluster.WithSpec(spec with { Members = [spec.Members[0], spec.Members[1]] });
        var uninstalling =
            await Assert.ThrowsAsync<EtcdException>(() => new ClusterUninstaller(_lab.Context).PlanAsync(two, new UninstallRequest(), Token));
        Operation<EtcdCluster> forced = await new ClusterUninstaller(_lab.Context).PlanAsync(two, new UninstallRequest { Force = true }, Token);
        Operation<EtcdCluster> removing = await new MemberRemover(_lab.Context).PlanAsync(older, "demo-3", Token);
        EtcdCluster now = await LocalLab.RunAsync(await Changer.PlanAsync(older, request with { FromCluster = true }, Token));

        Assert.Equal(EtcdErrorIds.ProfileOutdated, error.ErrorId);
        Assert.All(["member gone of the profile is not in the cluster", "the client URL of member demo-2 is", "member demo-3 ("], part =>
            Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Contains("-FromCluster", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.ProfileOutdated, uninstalling.ErrorId);
        Assert.StartsWith("Cluster 'demo' has member demo-3 (", uninstalling.Message, StringComparison.Ordinal);
        Assert.Contains("does not have member demo-3, so its host is not cleared", Assert.Single(removing.Warnings), StringComparison.Ordinal);
        Assert.StartsWith("The profile does not have member demo-3 (", Assert.Single(forced.Warnings), StringComparison.Ordinal);
        Assert.Contains(installing.ErrorId, new[] { EtcdErrorIds.ProfileOutdated, EtcdErrorIds.EtcdExists, EtcdErrorIds.MemberDataLost });
        Assert.Equal(spec.Members.Select(member => (member.Name, member.Directory, member.ClientPort, member.PeerPort)),
            now.Spec!.Members.Select(member => (member.Name, member.Directory, member.ClientPort, member.PeerPort)));
        Assert.True((await Changer.PlanAsync(now, request, Token)).Plan.IsEmpty);
        Assert.Equal("Healthy with 3 known peers", (await new HealthChecker(_lab.Context).CheckAsync(now, new HealthOptions(), Token)).Summary);
        await File.AppendAllTextAsync(spec.Members[1].Layout.ConfigFile, "pre-vote: false\n", Token);
        Operation<EtcdMember> repair = await new MemberRepairer(_lab.Context).PlanAsync(now, "demo-2", new RepairMemberRequest(), Token);
        Assert.StartsWith("Keep a copy of etcd.conf.yml of member demo-2, changed by hand (pre-vote: false instead of nothing)",
            repair.Plan.Steps[0].Action, StringComparison.Ordinal);
        await AddAgainAsync(now);
    }

    /// <summary>A member that is added by a second command, because the first did not get to its end, or it was stopped later.</summary>
    private async Task AddAgainAsync(EtcdCluster cluster)
    {
        MemberSpec first = cluster.Spec!.Members[0];
        await _lab.Context.ServiceOf(first).StopAsync(first, Token);
        await File.AppendAllTextAsync(first.Layout.ConfigFile, "pre-vote: false\n", Token);
        var request = new AddMemberRequest { Host = new HostRequest { Connection = HostConnection.Local } };

        Operation<EtcdMember> adding = await new MemberAdder(_lab.Context).PlanAsync(cluster, request, Token);
        await LocalLab.RunAsync(adding);

        Assert.StartsWith("Keep a copy of etcd.conf.yml of member demo-1, changed by hand (pre-vote: false instead of nothing)",
            adding.Plan.Steps[0].Action, StringComparison.Ordinal);
        Assert.EndsWith("pre-vote: false\n",
            await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(first.Directory, "etcd.conf.yml.*.kept")), Token), StringComparison.Ordinal);
        Assert.True((await ReadAsync(cluster)).IsAsSpecified);
    }

    private string ProfileFile => Path.Combine(_lab.Context.Profiles.Folder("demo"), "cluster.json");

    private void EditProfile(Action<JsonObject> edit)
    {
        JsonNode profile = JsonNode.Parse(File.ReadAllText(ProfileFile))!;
        edit(profile["spec"]!["tuning"]!.AsObject());
        File.WriteAllText(ProfileFile, profile.ToJsonString());
    }

    private void PoisonProfile(string from, string to)
    {
        string profile = File.ReadAllText(ProfileFile);
        Assert.Contains(from, profile, StringComparison.Ordinal);
        File.WriteAllText(ProfileFile, profile.Replace(from, to, StringComparison.Ordinal));
    }

    private async Task<EtcdCluster> SetAsync(EtcdCluster cluster, ConfigurationRequest request) =>
        await LocalLab.RunAsync(await Changer.PlanAsync(cluster, request, Token));

    private async Task<EtcdMemberConfiguration> ReadAsync(EtcdCluster cluster) =>
        await Assert.Single(
            new ConfigurationReader(_lab.Context).Read(await _lab.Context.Profiles.LoadAsync(cluster.Name, Token), ["demo-1"], Token));

    private static Dictionary<string, object?> Map(params (string Name, object? Value)[] items) =>
        items.ToDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal);
}
