using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>A new version hold of a cluster.</summary>
/// <param name="Hold">The hold; null releases the present one.</param>
public sealed record VersionHoldChange(VersionHold? Hold);

/// <summary>The step that saves a version hold in the profile.</summary>
internal static class VersionHoldStep
{
    /// <summary>Adds the step if the hold changes.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="context">The context.</param>
    /// <param name="cluster">The cluster as it is now.</param>
    /// <param name="change">The change; null for none.</param>
    public static void AddTo(PlanBuilder plan, AdminContext context, EtcdCluster cluster, VersionHoldChange? change)
    {
        VersionHold? before = cluster.RequireSpec().VersionHold;
        if (change is null || change.Hold == before) return;
        string version = cluster.RequireSpec().Version is { } known ? $"etcd {known}" : "its version";
        plan.Add(
            StepText.Here(StepKind.SaveProfile, change.Hold is { } hold
                ? $"Hold cluster {cluster.Name} at {version} {hold}"
                : $"Release the version hold of cluster {cluster.Name}") with
            {
                Subject = "version-hold",
                Detail = change.Hold?.ToString(),
            },
            (_, token) => SaveAsync(context, cluster, change.Hold, token),
            (_, token) => SaveAsync(context, cluster, before, token)).NextStage();
    }

    // Only the hold: other steps of the same plan save the profile too.
    private static async Task SaveAsync(AdminContext context, EtcdCluster cluster, VersionHold? hold, CancellationToken cancellationToken)
    {
        EtcdCluster saved = await context.Profiles.AsSavedAsync(cluster, cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(saved.WithSpec(saved.RequireSpec() with { VersionHold = hold }), cancellationToken).ConfigureAwait(false);
    }
}
