namespace EtcdAdmin.Deployment.Revocation;

/// <summary>The request to revoke certificates.</summary>
public sealed record RevocationRequest
{
    /// <summary>Files with certificates (PEM, DER or PKCS#12), or credential packages.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The passphrase of PKCS#12 files; null for none.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Serial numbers, hexadecimal.</summary>
    public IReadOnlyList<string> SerialNumbers { get; init; } = [];

    /// <summary>Common names: all client certificates that this machine has issued for them and that have not expired.</summary>
    public IReadOnlyList<string> CommonNames { get; init; } = [];

    /// <summary>Why, for readers of the list.</summary>
    public Security.RevocationReason Reason { get; init; }

    /// <summary>Restarts the members one by one, so that open connections of the revoked clients end. Without it they continue until they end by
    /// themselves; a member that has no list of revoked certificates yet is restarted in any case.</summary>
    public bool EndsConnections { get; init; } = true;

    /// <summary>How long all members may take to serve again after a restart.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
