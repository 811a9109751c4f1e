using EtcdAdmin.Client.Handshakes;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;

namespace EtcdAdmin.Checks.Facts;

/// <summary>Everything that was read about one member.</summary>
/// <param name="Health">Its health.</param>
internal sealed record MemberFacts(EtcdHealth Health)
{
    /// <summary>Its entry in the member list; null if the cluster does not have it, or did not list its members.</summary>
    public Member? Listed { get; init; }

    /// <summary>Its specification; null if its host is not managed.</summary>
    public MemberSpec? Spec { get; init; }

    /// <summary>Its metrics.</summary>
    public required Fact<MetricPage> Metrics { get; init; }

    /// <summary>The facts about its host.</summary>
    public required Fact<MemberHost> Host { get; init; }

    /// <summary>The configuration it runs with.</summary>
    public required Fact<EtcdMemberConfiguration> Configuration { get; init; }

    /// <summary>The certificates that it serves, by URL; empty without TLS.</summary>
    public IReadOnlyList<(Uri Url, Fact<ServedCertificate> Certificate)> Certificates { get; init; } = [];

    /// <summary>Its name.</summary>
    public string Name => Health.Member;
}
