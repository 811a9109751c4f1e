using EtcdAdmin.Security;

namespace EtcdAdmin.Schedules.Renewals;

/// <summary>The renewal of certificates by the hosts of the members, each with an authority of its own below the cluster's.</summary>
public sealed record HostRenewal
{
    /// <summary>The default of <see cref="ValidDays"/>.</summary>
    public const int UsualValidDays = 90;

    /// <summary>The default of <see cref="AuthorityDays"/>.</summary>
    public const int UsualAuthorityDays = 365;

    /// <summary>When the hosts look for certificates that are due.</summary>
    public required ScheduleTimes Times { get; init; }

    /// <summary>Certificates that are valid for fewer days are renewed; at least 1, and less than <see cref="ValidDays"/>.</summary>
    public int DaysLeft { get; init; } = CertificateRenewal.UsualDaysLeft;

    /// <summary>How long the certificates that hosts issue are valid.</summary>
    public int ValidDays { get; init; } = UsualValidDays;

    /// <summary>How long the authorities of the hosts are valid. Before that ends, the renewal must be registered again.</summary>
    public int AuthorityDays { get; init; } = UsualAuthorityDays;

    /// <summary>Keeps the keys that are in use.</summary>
    public bool KeepsKeys { get; init; }

    /// <summary>The algorithm of new keys, also of those of the authorities.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>Leaves hosts that cannot be managed now unchanged. Otherwise one such host prevents every change.</summary>
    public bool Force { get; init; }
}
