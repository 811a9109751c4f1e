using System.Security.Cryptography;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>What a managed cluster is meant to be: the specification that installing brings about and re-running compares with.</summary>
public sealed record ClusterSpec
{
    /// <summary>The version installed on the hosts, for instance <c>3.5.16</c>; null until the package is known.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>etcd's <c>initial-cluster-token</c>: keeps members of different clusters from joining each other.</summary>
    public required string Token { get; init; }

    /// <summary>
    /// Other tokens that its members may be configured with: those from before its restores, and that of one that is under way; null for none.
    /// By them a member is known as this cluster's.
    /// </summary>
    public IReadOnlyList<string>? OtherTokens
    {
        get;
        init => field = value is null ? null : new EqualList<string>(value);
    }

    /// <summary>Members that were removed while their hosts could not be reached, so that the hosts still hold them; null for none.</summary>
    public IReadOnlyList<MemberSpec>? Uncleared
    {
        get;
        init => field = value is null ? null : new EqualList<MemberSpec>(value);
    }

    /// <summary>All members, voters first.</summary>
    public required IReadOnlyList<MemberSpec> Members { get; init; }

    /// <summary>Whether clients and peers speak TLS, both sides showing certificates.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>The settings that differ from etcd's own defaults.</summary>
    public EtcdTuning Tuning { get; init; } = new();

    /// <summary>False until an installation has been proved; then missing data means a lost member, not a new one.</summary>
    public bool Installed { get; init; }

    /// <summary>The members as they were before a change of their addresses that has been begun and not completed; null where there is none.</summary>
    public IReadOnlyList<MemberSpec>? Former { get; init; }

    /// <summary>A repair after the loss of the quorum that has been begun and not completed; null where there is none.</summary>
    public ClusterRecovery? Recovery { get; init; }

    /// <summary>A restore that has been begun and not completed; null where there is none.</summary>
    public ClusterRestore? Restore { get; init; }

    // Enough for the restores that a host may have missed, and never a list without end.
    private const int KeptTokens = 8;

    /// <summary>A token that no other cluster has: members with different ones refuse each other.</summary>
    internal static string NewToken(string name) => $"{name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>The member of a name; null where there is none.</summary>
    internal MemberSpec? Named(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>Whether a member that is configured with a token is this cluster's.</summary>
    internal bool Knows(string token) => token == Token || OtherTokens?.Contains(token) == true;

    /// <summary>With another token; the present one is still known.</summary>
    internal ClusterSpec WithToken(string token) => this with { Token = token, OtherTokens = Others(Token) };

    /// <summary>With one more token that is known, as a change that is under way gives it to members.</summary>
    internal ClusterSpec Expecting(string token) => Knows(token) ? this : this with { OtherTokens = Others(token) };

    private string[] Others(string first) => [.. (OtherTokens ?? []).Prepend(first).Distinct(StringComparer.Ordinal).Take(KeptTokens)];
}
