using EtcdAdmin.Client;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Drills;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Tests.Database.Made;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>Data that a newer etcd wrote: refused before the first step where the installed etcd would not start on it.</summary>
public sealed class NewerDataTests : IAsyncDisposable
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task RestoreAsync_StorageVersionOf37Into35_WorksAndIsWarnedOf()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await cluster.Client.Kv.PutAsync("/k", "value", cancellationToken: Token);
        string path = await MadeAsync(await SaveAsync(cluster), made => made.With("meta", "storageVersion"u8.ToArray(), "3.7.0"u8.ToArray()));

        Operation<EtcdRestore> operation = await Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { SkipHashCheck = true });
        EtcdRestore restore = await LocalLab.RunAsync(operation);
        EtcdSnapshot after = await SaveAsync(restore.Cluster);
        var refused = Assert.Throws<EtcdException>(() =>
            RestoreGuard.Check(after, SnapshotFormat.Plain, new EtcdVersion(3, 6, 13), new RestoreRequest { AllowVersionMismatch = true }));

        Assert.Single(operation.Warnings, warning => warning.Contains("storage version 3.7.0", StringComparison.Ordinal)
            && warning.Contains("downgrade enable 3.6", StringComparison.Ordinal));
        Assert.Equal("value", (await restore.Cluster.Client.Kv.GetAsync("/k", Token))?.ValueText);
        Assert.Equal("3.7.0", after.StorageVersion); // what the warning is about
        Assert.Equal(EtcdErrorIds.DataTooNew, refused.ErrorId);
    }

    [Theory]
    [Etcd37Data("3.7", "3.6", true)]
    [Etcd37Data("3.7", "3.5", false)]
    [Etcd37Data("3.6", "3.7", false)]
    [Etcd37Data("3.5", "3.7", false)]
    public async Task RestoreAsync_RealSnapshotOfAnotherVersion_IsRefusedBeforeTheFirstStepWhereEtcdWouldNotStart(
        string from, string to, bool refused)
    {
        await using EtcdServer source = await EtcdServer.StartAsync(from);
        using (EtcdClient client = source.Connect()) await client.Kv.PutAsync("/k", "value", cancellationToken: Token);
        string path = await new SnapshotEtcd(source).SaveAsync("source", Token);
        EtcdCluster cluster = await _lab.InstallAsync("target", 1, to);
        var request = new RestoreRequest { AllowVersionMismatch = true };
        EtcdBinaries binaries = await EtcdBinaries.GetAsync(to);

        Exception? error =
            await Record.ExceptionAsync(async () => await LocalLab.RunAsync(await Restoring.PlanAsync(_lab.Context, cluster, path, request)));
        SnapshotVerdict drilled = await new SnapshotDrill(_lab.Context).RunAsync(
            path, null, new DrillRequest { Package = new PackageRequest { Path = binaries.Folder } }, null, Token);

        Assert.Equal(refused, (error as EtcdException)?.ErrorId == EtcdErrorIds.DataTooNew);
        Assert.Equal(refused, error is not null);
        Assert.Equal(!refused, drilled.Passed);
        if (refused)
            Assert.Contains(
                "storage version", drilled.Drill!.Checks.Single(check => check.Part == DrillPart.Restore).Detail, StringComparison.Ordinal);
        Assert.Null((await _lab.Context.Profiles.LoadAsync("target", Token)).Spec!.Restore);
    }

    /// <summary>The way that the refusal names, and the one that it warns of, with the released programs.</summary>
    [Theory]
    [Etcd37Data("3.7", "3.6")]
    public async Task RestoreAsync_VersionLoweredAsTheRefusalSays_Works(string from, string to)
    {
        await using EtcdServer source = await EtcdServer.StartAsync(from);
        using (EtcdClient client = source.Connect()) await client.Kv.PutAsync("/k", "value", cancellationToken: Token);
        string path = await new SnapshotEtcd(source).SaveAsync("source", Token);
        EtcdBinaries binaries = await EtcdBinaries.GetAsync(from);
        string folder = _lab.Path + "/migrated";
        EtcdCluster cluster = await _lab.InstallAsync("target", 1, to);
        var request = new RestoreRequest { SkipHashCheck = true, AllowVersionMismatch = true };

        await RunAsync(binaries.SnapshotTool, "snapshot", "restore", path, "--data-dir", folder);
        await RunAsync(binaries.SnapshotTool, "migrate", "--data-dir", folder, "--target-version", to);
        var migrated =
            await Assert.ThrowsAnyAsync<EtcdException>(() => Restoring.PlanAsync(_lab.Context, cluster, folder + "/member/snap/db", request));
        string[] endpoint = ["--endpoints", source.Endpoints[0].GetLeftPart(UriPartial.Authority)];
        await RunAsync(binaries.Etcdctl, [.. endpoint, "downgrade", "enable", to]);
        await Poll.UntilAsync(
            async () => (await RunAsync(binaries.Etcdctl, [.. endpoint, "endpoint", "status", "-w", "json"])).Contains(
                $"\"storageVersion\":\"{to}.0\"", StringComparison.Ordinal), Token);
        path = await new SnapshotEtcd(source).SaveAsync("lowered", Token);
        EtcdRestore restore = await LocalLab.RunAsync(await Restoring.PlanAsync(_lab.Context, cluster, path, request));

        Assert.Equal(EtcdErrorIds.DataTooNew, migrated.ErrorId);
        Assert.Equal("value", (await restore.Cluster.Client.Kv.GetAsync("/k", Token))?.ValueText);
    }

    [Fact]
    public async Task RepairAsync_DataOfANewerCluster_IsRefusedBeforeTheFirstStep()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        MemberSpec member = cluster.Spec!.Members[0]; // installed
        await new MemberOperator(_lab.Context).StopAsync(cluster, member.Name, Token);
        string database = member.Layout.DataDirectory + "/member/snap/db";
        File.Move(
            await MadeAsync(database, made => made.With("cluster", "clusterVersion"u8.ToArray(), "3.6.0"u8.ToArray())), database, overwrite: true);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => PlanRepairAsync(new RepairClusterRequest()));
        Operation<EtcdCluster> restoring = await PlanRepairAsync(new RepairClusterRequest { Method = RecoveryMethod.Restore });

        Assert.Equal((EtcdErrorIds.DataTooNew, member.Name), (error.ErrorId, error.Target));
        Assert.Contains("-Method Restore", error.NextStep, StringComparison.Ordinal);
        Assert.False(restoring.Plan.IsEmpty);

        Task<Operation<EtcdCluster>> PlanRepairAsync(RepairClusterRequest request) =>
            new ClusterRepairer(_lab.Context).PlanAsync(cluster, request, null, Token);
    }

    [Fact]
    public async Task RepairMember_ClusterRunsANewerEtcdThanTheProfileHas_IsRefusedBeforeTheFirstStep()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 2, "3.5");
        EtcdCluster stale = cluster.WithSpec(cluster.Spec! with { Version = new EtcdVersion(3, 4, 23) }); // installed
        await _lab.Context.Profiles.SaveAsync(stale, Token);

        var error =
            await Assert.ThrowsAnyAsync<EtcdException>(() =>
                new MemberRepairer(_lab.Context).PlanAsync(stale, "demo-2", new RepairMemberRequest(), Token));
        await _lab.Context.Profiles.SaveAsync(cluster, Token);

        Assert.Equal((EtcdErrorIds.DataTooNew, "demo"), (error.ErrorId, error.Target));
        Assert.Contains("3.4.23", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etcd", null, EtcdErrorIds.ArchitectureMismatch)]
    [InlineData("etcd", "etcd Version: 3.4.23", EtcdErrorIds.NotEtcd)]
    [InlineData("etcdutl", null, EtcdErrorIds.ArchitectureMismatch)]
    [InlineData("etcdutl", "etcdutl version: 3.6.1", EtcdErrorIds.NotEtcd)]
    public async Task RestoreAsync_ProgramThatCannotDoIt_IsRefusedBeforeTheFirstStep(string program, string? says, string expected)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await cluster.Client.Kv.PutAsync("/k", "value", cancellationToken: Token);
        EtcdSnapshot snapshot = await SaveAsync(cluster);
        string path = cluster.Spec!.Members[0].BinaryPath(program, cluster.Spec.Version!.Value); // installed
        File.Move(path, path + ".away");
        // The head of a program for another processor; a shell that cannot run it takes it for a script.
        await File.WriteAllBytesAsync(path, says is null
            ? [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xf3, 0]
            : System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\necho '{says}'\necho --data-dir\n"), Token);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var error = await Assert.ThrowsAnyAsync<EtcdException>(() => Restoring.PlanAsync(_lab.Context, cluster, snapshot.Path));
        File.Move(path + ".away", path, overwrite: true);

        Assert.Equal((expected, "localhost"), (error.ErrorId, error.Target));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal("value", (await cluster.Client.Kv.GetAsync("/k", Token))?.ValueText);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        ProcessResult result = await EtcdBinaries.RunAsync(program, arguments, null, Token);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    private async Task<EtcdSnapshot> SaveAsync(EtcdCluster cluster) =>
        await new SnapshotSaver(_lab.Context).SaveAsync(cluster, new SaveSnapshotRequest { Destination = _lab.Path + "/backups" }, null, Token);

    private async Task<string> MadeAsync(EtcdSnapshot snapshot, Func<MadeDatabase, MadeDatabase> change) => await MadeAsync(snapshot.Path, change);

    private async Task<string> MadeAsync(string database, Func<MadeDatabase, MadeDatabase> change)
    {
        string path = $"{_lab.Path}/made-{Guid.NewGuid():n}.db";
        await File.WriteAllBytesAsync(path, change(MadeDatabase.Of(database, Token)).ToBytes(), Token);
        return path;
    }
}
