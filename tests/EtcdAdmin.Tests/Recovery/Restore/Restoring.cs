using EtcdAdmin.Clusters;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>Restores of plain files, which leave nothing behind that would have to be disposed of.</summary>
internal static class Restoring
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Operation<EtcdRestore>> PlanAsync(AdminContext context, EtcdCluster cluster, string path, RestoreRequest? request = null)
    {
        request ??= new RestoreRequest();
        RestoreSource source = await RestoreSource.OpenAsync(path, cluster, secrets: null, request.SkipHashCheck, null, Token);
        return await new SnapshotRestorer(context).PlanAsync(cluster, source, request, Token);
    }
}
