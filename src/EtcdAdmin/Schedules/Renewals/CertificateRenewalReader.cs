using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Schedules.Monitors;

namespace EtcdAdmin.Schedules.Renewals;

/// <summary>Reads the state of the renewals that this user has on this machine.</summary>
/// <param name="context">The environment.</param>
public sealed class CertificateRenewalReader(AdminContext context)
{
    /// <summary>The clusters whose certificates are renewed from here, by name, also those whose profiles are gone.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">HostCommandFailed: the shell of this machine failed.</exception>
    public Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken) =>
        HealthMonitorReader.NamesAsync(context, ScheduleKind.Renewal, cancellationToken);

    /// <summary>The renewal of a cluster.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Its state; not registered if there is none.</returns>
    /// <exception cref="EtcdException">SpecInvalid: the name. HostCommandFailed: the shell of this machine failed.</exception>
    public async Task<EtcdCertificateRenewal> ReadAsync(string cluster, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) return new EtcdCertificateRenewal(cluster) { Reason = "this machine has no systemd" };
        MonitorPlaces places = await MonitorPlaces.FindAsync(context, cluster, ScheduleKind.Renewal, null, cancellationToken).ConfigureAwait(false);
        ScheduleFacts facts = await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false);
        return Describe(new EtcdCertificateRenewal(cluster), facts, places, places.Journal) with
        {
            Home = HealthMonitorReader.PathIn(facts, "home"),
        };
    }

    /// <summary>The state of a timer, by its facts.</summary>
    internal static EtcdCertificateRenewal Describe(EtcdCertificateRenewal renewal, ScheduleFacts facts, SchedulePlaces places, string journal)
    {
        (bool healthy, string reason) = ScheduleHealth.Judge(facts, places.Kind, journal);
        return renewal with
        {
            Registered = ScheduleHealth.IsRegistered(facts),
            Healthy = healthy,
            Reason = reason,
            DaysLeft = facts.Number("days_left"),
            Calendars = [.. facts.All("calendar")],
            NextRun = facts.Time("next"),
            LastRun = facts.Time("last_run"),
            LastResult = facts["last_result"],
            LastAction = facts["last_action"],
            LastActionTime = facts.Time("last_action_time"),
            LastError = facts["last_error"],
            LastErrorTime = facts.Time("last_error_time"),
            Timer = ScheduleHealth.IsRegistered(facts) ? places.Timer : null,
        };
    }
}
