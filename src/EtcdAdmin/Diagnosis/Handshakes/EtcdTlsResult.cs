using EtcdAdmin.Security;

namespace EtcdAdmin.Diagnosis.Handshakes;

/// <summary>How TLS with one endpoint works, by one trust and one client certificate.</summary>
public sealed record EtcdTlsResult
{
    /// <summary>The name of the cluster.</summary>
    public required string Cluster { get; init; }

    /// <summary>The name of the member; null if it is not known.</summary>
    public string? Member { get; init; }

    /// <summary>The client URL.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Whether a client with this trust and this client certificate can use the endpoint with TLS, by both clocks.</summary>
    public required bool Passed { get; init; }

    /// <summary>What works, or what is wrong.</summary>
    public required string Verdict { get; init; }

    /// <summary>What to do; null if nothing is wrong.</summary>
    public string? NextStep { get; init; }

    /// <summary>The version of TLS, for instance <c>TLS 1.3</c>; null if there was no connection.</summary>
    public string? Protocol { get; init; }

    /// <summary>The cipher suite by its name in the registry of IANA; null if there was no connection.</summary>
    public string? CipherSuite { get; init; }

    /// <summary>The distinguished name of the server's certificate; null if it showed none. So are the properties below.</summary>
    public string? Subject => Chain is [var own, ..] ? own.Subject : null;

    /// <summary>The host names and addresses that the server's certificate is valid for.</summary>
    public IReadOnlyList<string> Names => Chain is [var own, ..] ? own.SubjectAlternativeNames : [];

    /// <summary>The distinguished name of the authority that signed it.</summary>
    public string? Issuer => Chain is [var own, ..] ? own.Issuer : null;

    /// <summary><c>serverAuth</c>, <c>clientAuth</c> or an object identifier; empty if the certificate does not restrict its use.</summary>
    public IReadOnlyList<string> Usages => Chain is [var own, ..] ? own.ExtendedKeyUsages : [];

    /// <summary>The first second of its validity.</summary>
    public DateTimeOffset? NotBefore => Chain is [var own, ..] ? own.NotBefore : null;

    /// <summary>The last second of its validity.</summary>
    public DateTimeOffset? NotAfter => Chain is [var own, ..] ? own.NotAfter : null;

    /// <summary>Full days until it expires; negative once it has expired.</summary>
    public int? DaysLeft { get; init; }

    /// <summary>The certificates as the server sent them, its own first.</summary>
    public IReadOnlyList<CertificateInfo> Chain { get; init; } = [];

    /// <summary>Whether a trusted authority issued the certificate; null if that was not found out. Names, dates and usages are in the
    /// verdict.</summary>
    public bool? Trusted { get; init; }

    /// <summary>The trust: the file of the authorities, or <c>this system</c>.</summary>
    public required string Trust { get; init; }

    /// <summary>Whether the server wants client certificates.</summary>
    public ClientCertificateDemand ClientCertificate { get; init; }

    /// <summary>The distinguished names of the authorities whose client certificates the server accepts, as it says.</summary>
    public IReadOnlyList<string> ClientAuthorities { get; init; } = [];

    /// <summary>The distinguished name of the client certificate that was offered; null if there is none.</summary>
    public string? ClientSubject { get; init; }

    /// <summary>Whether the server answered a client with that certificate; null if there is none, or there was no connection.</summary>
    public bool? ClientAccepted { get; init; }

    /// <summary>How far the server's clock is ahead of this machine's, in whole seconds; null if it did not show its time.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint}: {Verdict}";
}
