using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What the cmdlets for keys have in common.</summary>
internal static class EtcdKeys
{
    /// <summary>There is no such key. The key itself is the target and stays out of the message.</summary>
    public static EtcdException NotFound(EtcdCluster cluster, BytesArgument key) => new(
        EtcdErrorIds.KeyNotFound, $"Cluster '{cluster.Name}' has no such key.")
    {
        Target = key.Text,
        NextStep = "Keys are compared byte by byte; -Prefix gets all that begin alike.",
    };
}
