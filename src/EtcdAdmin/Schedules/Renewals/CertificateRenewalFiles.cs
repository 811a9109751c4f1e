using System.Globalization;
using EtcdAdmin.Hosts;
using EtcdAdmin.Schedules.Monitors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Schedules.Renewals;

/// <summary>The files of a renewal on this machine.</summary>
/// <param name="places">Their paths.</param>
/// <param name="renewal">The renewal.</param>
/// <param name="home">The folder with the cluster's profile.</param>
internal sealed class CertificateRenewalFiles(MonitorPlaces places, CertificateRenewal renewal, string home)
{
    // Members are renewed one after the other, and each may take a minute.
    private static readonly TimeSpan RunLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan UsualInterval = TimeSpan.FromDays(1);

    private readonly MonitorUnits _units = new(places, renewal.Times)
    {
        Description = $"Renewal of the certificates of etcd cluster {places.Cluster}",
        RunLimit = RunLimit,
        Delay = renewal.Times.Windows(renewal.Times.Interval ?? UsualInterval).Delay,
    };

    /// <summary>The program that the timer starts, with the functions it uses.</summary>
    public static string Script => ShellScript.Of(typeof(CertificateRenewalFiles), "certificate-renewal");

    /// <summary>All files, in the order of <see cref="SchedulePlaces.Files"/>.</summary>
    public IReadOnlyList<HostFile> All => [.. _units.Program(Script, Settings()), .. _units.Units()];

    private IEnumerable<(string Name, string Value)> Settings() =>
    [
        ("cluster", places.Cluster),
        ("home", home),
        ("module", renewal.Module),
        ("command", Words(renewal.Command)),
        ("check", Words(renewal.Check)),
        ("days_left", renewal.DaysLeft.ToString(CultureInfo.InvariantCulture)),
        ("state", places.State),
    ];

    private static string Words(IReadOnlyList<string> command) => string.Join(' ', command.Select(PosixShell.Quote));
}
