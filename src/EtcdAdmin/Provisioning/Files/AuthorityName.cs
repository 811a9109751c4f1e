namespace EtcdAdmin.Provisioning.Files;

/// <summary>The common names of the authorities that EtcdAdmin makes for a cluster.</summary>
internal static class AuthorityName
{
    /// <summary>The authority of clients, and of peers too unless they have a separate one.</summary>
    public static string Of(string cluster) => $"{cluster} CA";

    /// <summary>A separate authority of peers.</summary>
    public static string OfPeers(string cluster) => $"{cluster} peer CA";
}
