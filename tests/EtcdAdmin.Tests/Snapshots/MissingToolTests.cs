using EtcdAdmin.Clusters;
using EtcdAdmin.Drills;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.OnHost;
using EtcdAdmin.Tests.Recovery.Restore;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>From 3.6 on only etcdutl reads and restores snapshots. A package may not contain it.</summary>
public sealed class MissingToolTests : IAsyncDisposable
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [Etcd36Data("3.6")]
    public async Task Snapshots_PackageWithoutEtcdutl_AreRefusedBeforeAnythingIsDone(string version)
    {
        EtcdBinaries binaries = await EtcdBinaries.GetAsync(version);
        string folder = Directory.CreateDirectory(_lab.Path + "/without").FullName;
        foreach (string program in new[] { binaries.Etcd, binaries.Etcdctl }) File.Copy(program, Path.Combine(folder, Path.GetFileName(program)));
        var package = new PackageRequest { Path = folder };
        InstallRequest install = (await LocalLab.RequestAsync("demo", 1, version)) with { Package = package };
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(install, Token));
        EtcdSnapshot snapshot = await new SnapshotSaver(_lab.Context).SaveAsync(cluster, new() { Destination = _lab.Path + "/backups" }, null, Token);
        string kept = _lab.Path + "/kept";

        EtcdException saving =
            await Assert.ThrowsAnyAsync<EtcdException>(() =>
                new HostSnapshotSaver(_lab.Context).SaveAsync(cluster, new() { Destination = kept }, null, Token));
        EtcdException restoring = await Assert.ThrowsAnyAsync<EtcdException>(() => Restoring.PlanAsync(_lab.Context, cluster, snapshot.Path));
        SnapshotVerdict verdict = await new SnapshotDrill(_lab.Context).RunAsync(
            snapshot.Path, null, new DrillRequest { Package = package }, null, Token);

        foreach (EtcdException error in new[] { saving, restoring })
        {
            Assert.Equal((EtcdErrorIds.PackageNotFound, "localhost"), (error.ErrorId, error.Target));
            Assert.Contains("no etcdutl", error.Message, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(kept));
        Assert.Contains("no tool that restores snapshots: etcdutl", verdict.Drill!.Checks.Single(check => check.Part == DrillPart.Restore).Detail,
            StringComparison.Ordinal);
    }
}
