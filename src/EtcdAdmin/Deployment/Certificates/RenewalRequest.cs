using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>The request to renew the certificates of a cluster.</summary>
public sealed record RenewalRequest
{
    /// <summary>The members by name; empty for all members and the operator's client certificate.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Renews only certificates that are valid for fewer days; null renews all.</summary>
    public int? DaysLeft { get; init; }

    /// <summary>The folder with certificates that another authority signed, and their keys; null issues new ones with the cluster's
    /// authority.</summary>
    public string? SignedFolder { get; init; }

    /// <summary>Keeps the keys that are in use. Members and operators whose key is missing or does not match get a new one.</summary>
    public bool KeepsKeys { get; init; }

    /// <summary>The algorithm of the new keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long each member may take to show its new certificate, and all members to serve at the end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
