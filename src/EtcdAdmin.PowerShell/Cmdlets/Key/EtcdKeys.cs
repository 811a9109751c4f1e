using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>What the cmdlets for keys share.</summary>
internal static class EtcdKeys
{
    /// <summary>The key does not exist. The key is the target of the error and is not part of the message.</summary>
    public static EtcdException NotFound(EtcdCluster cluster, BytesArgument key) => new(
        EtcdErrorIds.KeyNotFound, $"Cluster '{cluster.Name}' has no such key.")
    {
        Target = key.Text,
        NextStep = "Keys are compared byte by byte. Use -Prefix to get all keys with a prefix.",
    };
}
