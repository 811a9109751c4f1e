using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>The specification of a managed cluster, which installing creates and later runs compare with.</summary>
public sealed record ClusterSpec
{
    /// <summary>The version installed on the hosts, for instance <c>3.5.16</c>; null until the package is known. During an update, members that
    /// are done have another version of their own.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>Other versions whose programs updates have put on the hosts; null for none. They are kept for a rollback.</summary>
    public IReadOnlyList<EtcdVersion>? OtherVersions
    {
        get;
        init => field = value is null ? null : new EqualList<EtcdVersion>(value);
    }

    /// <summary>Whether, and until when, the cluster keeps its version; null for no hold.</summary>
    public VersionHold? VersionHold { get; init; }

    /// <summary>etcd's <c>initial-cluster-token</c>, which keeps members of different clusters from joining each other.</summary>
    public required string Token { get; init; }

    /// <summary>Other tokens that its members may be configured with: those from before its restores, and that of a running restore; null for none.
    /// They identify a member as this cluster's.</summary>
    public IReadOnlyList<string>? OtherTokens
    {
        get;
        init => field = value is null ? null : new EqualList<string>(value);
    }

    /// <summary>Members that were removed while their hosts could not be reached, so that their files are still on the hosts; null for
    /// none.</summary>
    public IReadOnlyList<MemberSpec>? Uncleared
    {
        get;
        init => field = value is null ? null : new EqualList<MemberSpec>(value);
    }

    /// <summary>All members, voters first.</summary>
    public required IReadOnlyList<MemberSpec> Members { get; init; }

    /// <summary>Whether clients and members use TLS with certificates on both sides.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Whether clients may also connect without TLS, on the same port. Only for clusters with TLS that were installed without it.</summary>
    public bool AcceptsPlaintext { get; init; }

    /// <summary>An unfinished change of <see cref="Tls"/> or <see cref="AcceptsPlaintext"/>; null for none.</summary>
    public TlsChange? TlsChange { get; init; }

    /// <summary>Whether the members refuse clients without a certificate of the authority. Without TLS it has no effect; members always need
    /// certificates of each other.</summary>
    public bool RequiresClientCertificates { get; init; } = true;

    /// <summary>Whether peers have an authority of their own, so that a certificate of a client is refused at the peer ports, and one of a member
    /// for its peers at the client ports. Without TLS it has no effect.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SeparatePeerAuthority { get; init; }

    /// <summary>The revoked certificates; null as long as none was ever revoked.</summary>
    public CertificateRevocation? Revocation { get; init; }

    /// <summary>The settings that differ from etcd's own defaults.</summary>
    public EtcdTuning Tuning { get; init; } = new();

    /// <summary>Whether an installation has succeeded; then missing data means a lost member, not a new one.</summary>
    public bool Installed { get; init; }

    /// <summary>The members before an unfinished change of their addresses; null for none.</summary>
    public IReadOnlyList<MemberSpec>? Former { get; init; }

    /// <summary>An unfinished repair after the loss of the quorum; null for none.</summary>
    public ClusterRecovery? Recovery { get; init; }

    /// <summary>An unfinished restore; null for none.</summary>
    public ClusterRestore? Restore { get; init; }

    /// <summary>How members use TLS if they are configured by this specification.</summary>
    internal TlsStage TlsStage => TlsChange?.Target ?? (!Tls ? TlsStage.None : AcceptsPlaintext ? TlsStage.Optional : TlsStage.Required);

    /// <summary>Whether members have certificates.</summary>
    internal bool HasCertificates => TlsStage != TlsStage.None;

    /// <summary>With another use of TLS.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="change">The change that leads to it; null once all members are in that stage.</param>
    internal ClusterSpec AtTls(TlsStage stage, TlsChange? change) => this with
    {
        Tls = stage >= TlsStage.Optional,
        AcceptsPlaintext = stage == TlsStage.Optional,
        TlsChange = change,
    };

    /// <summary>The schemes that clients may use, in etcd's order: false is http, true is https.</summary>
    internal IReadOnlyList<bool> ClientSchemes => TlsStage switch
    {
        TlsStage.Optional => [false, true],
        TlsStage.Required => [true],
        _ => [false],
    };

    /// <summary>The client URLs that a member announces, in etcd's order.</summary>
    internal IReadOnlyList<Uri> ClientUrlsOf(MemberSpec member) => [.. ClientSchemes.Select(member.ClientUrl).Distinct()];

    /// <summary>The client URLs at which a member may answer: during a change of TLS, those with and without it.</summary>
    internal IReadOnlyList<Uri> PossibleClientUrlsOf(MemberSpec member) => [.. PossibleSchemes.Select(member.ClientUrl).Distinct()];

    /// <summary>The peer URLs that the cluster may have for a member: during a change of TLS, those with and without it.</summary>
    internal IReadOnlyList<Uri> PossiblePeerUrlsOf(MemberSpec member) => [.. PossibleSchemes.Select(member.PeerUrl).Distinct()];

    private IReadOnlyList<bool> PossibleSchemes =>
        TlsChange is { Lowest: < TlsStage.Optional, Highest: >= TlsStage.Optional } ? [Tls, !Tls] : [Tls];

    /// <summary>The version installed for a member; null until the package is known.</summary>
    internal EtcdVersion? VersionOf(MemberSpec member) => member.Version ?? Version;

    /// <summary>The version installed for a member of an installed cluster.</summary>
    internal EtcdVersion InstalledVersionOf(MemberSpec member) =>
        VersionOf(member) ?? throw new InvalidOperationException("The cluster has not been installed.");

    /// <summary>All versions whose programs are on the hosts, the present one first.</summary>
    internal IReadOnlyList<EtcdVersion> AllVersions =>
        [.. new[] { Version }.Concat(Members.Select(member => member.Version)).OfType<EtcdVersion>().Concat(OtherVersions ?? []).Distinct()];

    /// <summary>The file on the host of a member with the authorities that verify its peers.</summary>
    internal string PeerCaFileOf(MemberSpec member) =>
        SeparatePeerAuthority || member.Adopted is not null ? member.Layout.PeerCaFile : member.Layout.CaFile;

    // Enough for the restores that a host may have missed; the list must not grow without limit.
    private const int KeptTokens = 8;

    /// <summary>A unique token: members with different tokens refuse each other.</summary>
    internal static string NewToken(string name) => $"{name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>The member with a name; null if there is none.</summary>
    internal MemberSpec? Named(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>Whether a member with this token belongs to this cluster.</summary>
    internal bool Knows(string token) => token == Token || OtherTokens?.Contains(token) == true;

    /// <summary>With another token; the current one is still known.</summary>
    internal ClusterSpec WithToken(string token) => this with { Token = token, OtherTokens = Others(Token) };

    /// <summary>With one more known token, which a running change gives to members.</summary>
    internal ClusterSpec Expecting(string token) => Knows(token) ? this : this with { OtherTokens = Others(token) };

    private string[] Others(string first) => [.. (OtherTokens ?? []).Prepend(first).Distinct(StringComparer.Ordinal).Take(KeptTokens)];
}
