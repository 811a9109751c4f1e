namespace EtcdAdmin.Plans;

/// <summary>The refusal of a plan that no longer fits.</summary>
internal static class OutdatedPlan
{
    /// <summary>PlanOutdated; nothing was done.</summary>
    public static EtcdException Of(string clusterName) => new(
        EtcdErrorIds.PlanOutdated, EtcdErrorKind.InvalidOperation,
        $"Cluster '{clusterName}' is no longer as it was when this was planned; nothing was done.")
    {
        Target = clusterName,
        NextStep = "Run the command again: it makes a new plan.",
    };
}
