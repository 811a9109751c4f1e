using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Tests.Upgrades.Checks;

/// <summary>Checks before version changes that find something, with real servers in the state that they find.</summary>
public sealed class UpgradeGatesTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ClusterUpdater Updater => new(_lab.Context);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Test_MemberStoppedAndAnotherAddedButNeverStarted_FailsForBoth()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, "3.4");
        Uri[] nobody = [new Uri($"https://127.0.0.1:{FreePorts.Take(1)[0]}")];
        // etcd adds no member within its first seconds.
        await Poll.UntilAsync(
            () => cluster.Client.Cluster.AddLearnerAsync(nobody, Token).ContinueWith(added => added.IsCompletedSuccessfully, TaskScheduler.Default),
            Token);
        MemberSpec last = cluster.RequireSpec().Members[2];
        await _lab.Context.ServiceOf(last).StopAsync(last, Token);

        IReadOnlyList<EtcdUpgradeCheck> checks = await TestAsync(cluster, "3.5");
        EtcdException refused =
            await Assert.ThrowsAsync<EtcdException>(async () => await Updater.PlanAsync(cluster, await RequestAsync("3.5"), Token));

        EtcdUpgradeCheck down =
            Assert.Single(checks, check => check is { Gate: UpgradeGate.Health, Result: UpgradeCheckResult.Fail, Member: "demo-3" });
        Assert.NotNull(down.NextStep);
        Assert.Contains(checks, check => check is { Gate: UpgradeGate.Membership, Result: UpgradeCheckResult.Fail }
            && check.Reason.Contains("has never started", StringComparison.Ordinal));
        Assert.Contains(checks, check => check is { Gate: UpgradeGate.Health, Result: UpgradeCheckResult.Pass, Member: "demo-1" });
        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.Contains("demo-3", refused.Message, StringComparison.Ordinal);
        Member added = (await cluster.Client.Cluster.ListAsync(cancellationToken: Token)).Members.Single(member => !member.IsStarted);
        await cluster.Client.Cluster.RemoveAsync(added.Id, Token); // with it the cluster would not be uninstalled
    }

    [Fact]
    public async Task Test_AlarmAndFullDatabase_FailHealthAndWarnOfSpace()
    {
        EtcdCluster cluster = await InstallAsync(new EtcdTuning { QuotaBytes = 20L << 20 });
        await FillAsync(cluster);

        IReadOnlyList<EtcdUpgradeCheck> checks = await TestAsync(cluster, "3.5");

        Assert.Contains(checks, check => check is { Gate: UpgradeGate.Health, Result: UpgradeCheckResult.Fail }
            && check.Reason.Contains("NOSPACE", StringComparison.Ordinal));
        Assert.Contains(checks, check => check is { Gate: UpgradeGate.Space, Result: UpgradeCheckResult.Warn });
    }

    [Fact]
    public async Task Test_PackageThatNobodyHas_FailsThePackageCheckAndCannotBeIgnored()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        var request = new UpdateRequest
        {
            Package = new PackageRequest { Version = VersionRequest.Parse("3.6.2"), Sources = [PackageSource.Cache] },
            IgnoredChecks = new HashSet<UpgradeGate>(Enum.GetValues<UpgradeGate>()),
        };

        IReadOnlyList<EtcdUpgradeCheck> checks = await Updater.TestAsync(cluster, request, Token);
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => Updater.PlanAsync(cluster, request, Token));

        Assert.Equal([UpgradeGate.PatchFloor, UpgradeGate.Package],
            checks.Where(check => check.Result == UpgradeCheckResult.Fail).Select(check => check.Gate));
        Assert.Contains(checks, check => check is { Gate: UpgradeGate.Support, Result: UpgradeCheckResult.Warn }
            && check.Reason.Contains("CVE-2026-44283", StringComparison.Ordinal));
        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.DoesNotContain("3.5.32", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_WrongPassword_IsRefusedWithTheReason()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.4");
        await cluster.Client.Auth.AddUserAsync("root", "secret", Token);
        await cluster.Client.Auth.GrantRoleAsync("root", "root", Token);
        await cluster.Client.Auth.EnableAsync(Token);

        EtcdException refused =
            await Assert.ThrowsAsync<EtcdException>(() => TestAsync(cluster.WithCredential(new EtcdCredential("root", "wrong")), "3.5"));
        IReadOnlyList<EtcdUpgradeCheck> allowed = await TestAsync(cluster.WithCredential(new EtcdCredential("root", "secret")), "3.5");

        Assert.Contains("invalid user ID or password", refused.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, check => check is { Gate: UpgradeGate.Access, Result: UpgradeCheckResult.Pass });
    }

    private async Task<EtcdCluster> InstallAsync(EtcdTuning tuning) => await (await _lab.Installer.PlanAsync(
        await LocalLab.RequestAsync("demo", 1, "3.4") with { Tuning = tuning }, Token)).RunAsync(null, Token);

    private static async Task FillAsync(EtcdCluster cluster)
    {
        for (int i = 0; i < 100; i++)
        {
            try
            {
                await cluster.Client.Kv.PutAsync($"/fill/{i}", new string('x', 1 << 20), cancellationToken: Token);
            }
            catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.NoSpace)
            {
                return;
            }
        }

        Assert.Fail("The quota was not reached.");
    }

    private async Task<IReadOnlyList<EtcdUpgradeCheck>> TestAsync(EtcdCluster cluster, string version) =>
        await Updater.TestAsync(cluster, await RequestAsync(version), Token);

    private static async Task<UpdateRequest> RequestAsync(string version)
    {
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(version);
        return new UpdateRequest { Package = new PackageRequest { Path = etcd.Folder, Version = VersionRequest.For(etcd.Package.Version) } };
    }
}
