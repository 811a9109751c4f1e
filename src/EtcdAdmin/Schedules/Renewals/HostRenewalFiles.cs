using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Schedules.Renewals;

/// <summary>The files of a host that renews the certificates of its member.</summary>
/// <param name="places">Their paths.</param>
/// <param name="renewal">The renewal.</param>
internal sealed class HostRenewalFiles(MemberPlaces places, HostRenewal renewal)
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan UsualInterval = TimeSpan.FromDays(1);

    private readonly IssuingUnits _units = new(places, renewal.Times)
    {
        Description = $"Renewal of the certificates of etcd cluster {places.Cluster} on this host",
        RunLimit = RunLimit,
        Delay = renewal.Times.Windows(renewal.Times.Interval ?? UsualInterval).Delay,
    };

    /// <summary>The program that the timer starts, with the functions it uses.</summary>
    public static string Script => ShellScript.Of(typeof(HostRenewalFiles), "issue-certificates");

    /// <summary>Checks whether a host has what the program needs.</summary>
    public static string Survey => ShellScript.Of(typeof(HostRenewalFiles), "survey-openssl");

    /// <summary>All files, in the order of <see cref="SchedulePlaces.Files"/>.</summary>
    /// <param name="authority">The authority of the host: its certificate, those above it, and its key.</param>
    public IReadOnlyList<HostFile> All(IssuedCertificate authority) =>
    [
        .. _units.Program(Script, Settings()),
        new(places.Keys, HostFileContent.FromText(authority.CertificatePem + authority.KeyPem), AtomicFile.OwnerOnly),
        .. _units.Units(),
    ];

    private IEnumerable<(string Name, string Value)> Settings()
    {
        MemberSpec member = places.Member;
        return
        [
            ("cluster", places.Cluster),
            ("member", member.Name),
            ("user", member.User ?? ""),
            ("authority", places.Keys),
            ("trusted", member.Layout.CaFile),
            ("server_cert", member.Layout.ServerCertificateFile),
            ("server_key", member.Layout.ServerKeyFile),
            ("server_url", Authority(member.ClientUrl(true))),
            ("peer_cert", member.Layout.PeerCertificateFile),
            ("peer_key", member.Layout.PeerKeyFile),
            ("peer_url", Authority(member.PeerUrl(true))),
            ("days_left", renewal.DaysLeft.ToString(CultureInfo.InvariantCulture)),
            ("valid_days", renewal.ValidDays.ToString(CultureInfo.InvariantCulture)),
            ("algorithm", renewal.KeepsKeys ? "" : Algorithm(renewal.KeyAlgorithm)),
            ("state", places.State),
        ];
    }

    private static string Authority(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private static string Algorithm(KeyAlgorithm keys) => keys switch
    {
        KeyAlgorithm.EcdsaP256 => "-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve",
        KeyAlgorithm.EcdsaP384 => "-algorithm EC -pkeyopt ec_paramgen_curve:P-384 -pkeyopt ec_param_enc:named_curve",
        KeyAlgorithm.Rsa2048 => "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        KeyAlgorithm.Rsa3072 => "-algorithm RSA -pkeyopt rsa_keygen_bits:3072",
        KeyAlgorithm.Rsa4096 => "-algorithm RSA -pkeyopt rsa_keygen_bits:4096",
        _ => throw new ArgumentOutOfRangeException(nameof(keys), keys, "Unknown key algorithm."),
    };
}
