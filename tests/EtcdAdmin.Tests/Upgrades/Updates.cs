using EtcdAdmin.Clusters;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Tests.Upgrades;

/// <summary>Version changes to programs that are on this machine.</summary>
internal static class Updates
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The request for all members; the patch versions at hand are older than those from which a minor version is left.</summary>
    public static async Task<UpdateRequest> RequestAsync(string version)
    {
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(version);
        return new UpdateRequest
        {
            Package = new PackageRequest { Path = etcd.Folder, Version = VersionRequest.For(etcd.Package.Version) },
            IgnoredChecks = new HashSet<UpgradeGate> { UpgradeGate.PatchFloor },
        };
    }

    /// <summary>Plans and runs it.</summary>
    public static async Task<EtcdCluster> RunAsync(
        AdminContext context, EtcdCluster cluster, UpdateRequest request, IProgress<EtcdEvent>? events = null) =>
        await (await new ClusterUpdater(context).PlanAsync(cluster, request, Token)).Operation.RunAsync(events, Token);
}
