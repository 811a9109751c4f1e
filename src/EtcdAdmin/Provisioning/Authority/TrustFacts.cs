using System.Text;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>Which authorities a member trusts, and who issued its certificates.</summary>
/// <param name="Authorities">The certificates in its <c>trusted-ca-file</c> for clients.</param>
/// <param name="ServerCertificate">Its certificate for clients.</param>
/// <param name="PeerCertificate">Its certificate for the other members.</param>
/// <param name="IsOutdated">Whether the authorities were changed after its start. etcd reads them only at its start (<c>trusted-ca-file</c>), but
/// its own certificates at each new connection (3.3 and later: <c>listener.go</c> of the package transport).</param>
internal sealed record TrustFacts(string Authorities, string ServerCertificate, string PeerCertificate, bool IsOutdated)
{
    /// <summary>The certificates in its <c>trusted-ca-file</c> for peers; the same unless peers have an authority of their own.</summary>
    public string PeerAuthorities { get; init; } = Authorities;

    /// <summary>Whether <see cref="PeerAuthorities"/> were changed after its start.</summary>
    public bool HasOutdatedPeers { get; init; } = IsOutdated;

    /// <summary>The mode of the key of <see cref="ServerCertificate"/>; null if it is not readable.</summary>
    public UnixFileMode? ServerKeyMode { get; init; }

    /// <summary>The mode of the key of <see cref="PeerCertificate"/>; null if it is not readable.</summary>
    public UnixFileMode? PeerKeyMode { get; init; }

    /// <summary>The serial numbers on its list of revoked certificates; empty if it has none.</summary>
    public IReadOnlySet<string> Revoked { get; init; } = new HashSet<string>();

    /// <summary>Whether that list was written after its start: connections from before may still be open.</summary>
    public bool HasNewRevocations { get; init; }

    /// <summary>Whether the member must still be made to trust an authority that replaces its present one.</summary>
    public bool LacksTrust(AuthorityScope scope, string? next) =>
        next is null || !CertificateBundle.Has(TrustIn(scope), next) || (IsOutdatedIn(scope) && !TrustsOnly(scope, next));

    /// <summary>Whether it must still get certificates of that authority.</summary>
    public bool LacksCertificates(AuthorityScope scope, string? next) => next is null
        || (scope.Clients && !CertificateBundle.IsIssuedBy(ServerCertificate, next))
        || (scope.Peers && !CertificateBundle.IsIssuedBy(PeerCertificate, next));

    /// <summary>Whether it still runs with the trust in others.</summary>
    public bool TrustsOthers(AuthorityScope scope, string? next) => next is null || IsOutdatedIn(scope) || !TrustsOnly(scope, next);

    private string TrustIn(AuthorityScope scope) => scope.Clients ? Authorities : PeerAuthorities;

    private bool IsOutdatedIn(AuthorityScope scope) => scope.Clients ? IsOutdated : HasOutdatedPeers;

    private bool TrustsOnly(AuthorityScope scope, string next) => CertificateBundle.HasOnly(TrustIn(scope), next);

    /// <summary>Reads the members, by name.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="spec">The cluster.</param>
    /// <param name="members">Its members to read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="AggregateException">One error for each host that could not be read.</exception>
    public static async Task<IReadOnlyDictionary<string, TrustFacts>> ReadAsync(
        AdminContext context, ClusterSpec spec, IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        string[] outputs =
            await HostErrors.WhenAllAsync(members.GroupBy(member => member.HostName).Select(host => context.HostOf(host.First()).RunRequiredAsync(
                "read the certificates",
                new HostScript(AuthorityScripts.ReadTrust) { Arguments = [.. host.SelectMany(member => Arguments(spec, member))] },
                cancellationToken))).ConfigureAwait(false);
        return outputs.SelectMany(output => output.Split('\n')).Select(line => line.Split('\t'))
            .Where(line => line is ["trust", _, _, _, _, _, _, _, _, _, _, _])
            .ToDictionary(line => line[1], Parse, StringComparer.Ordinal);
    }

    private static TrustFacts Parse(string[] line) => new(Text(line[2]), Text(line[3]), Text(line[4]), line[5] == "yes")
    {
        ServerKeyMode = Mode(line[6]),
        PeerKeyMode = Mode(line[7]),
        Revoked = RevocationList.TryReadSerialNumbers(Convert.FromBase64String(line[8])) ?? new HashSet<string>(),
        HasNewRevocations = line[9] == "yes",
        PeerAuthorities = Text(line[10]),
        HasOutdatedPeers = line[11] == "yes",
    };

    private static UnixFileMode? Mode(string octal) => octal.Length == 0 ? null : (UnixFileMode)Convert.ToInt32(octal, 8);

    private static IEnumerable<string> Arguments(ClusterSpec spec, MemberSpec member) =>
    [
        member.Name, member.Layout.CaFile, member.Layout.ServerCertificateFile, member.Layout.PeerCertificateFile, member.Unit ?? "",
        member.Layout.PidFile, member.Layout.ServerKeyFile, member.Layout.PeerKeyFile, member.Layout.RevocationFile,
        spec.PeerCaFileOf(member),
    ];

    private static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
