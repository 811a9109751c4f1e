using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Monitors;
using EtcdAdmin.Schedules.Monitors;

namespace EtcdAdmin.Schedules.Renewals;

/// <summary>
/// Registers and removes renewals of certificates: a systemd timer on this machine renews what is due. This machine has the key of the cluster's
/// authority; the hosts do not get it.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class CertificateRenewalScheduler(AdminContext context)
{
    private readonly ScheduleSteps _steps = new(context);

    /// <summary>Plans to register or change a renewal; changes nothing.</summary>
    /// <param name="cluster">A managed cluster with TLS.</param>
    /// <param name="renewal">The renewal.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>An operation; its plan is empty if the renewal is registered in this way already.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotFound, ClusterNotManaged, MemberNotConverted; NotSupported: the cluster has no TLS. CertificateInvalid: this machine cannot issue
    /// its certificates. HostNotSupported: this machine has no systemd for this user. FileExists: a cluster of that name in another home has one.
    /// </exception>
    public async Task<Operation<EtcdCertificateRenewal>> PlanRegisterAsync(
        EtcdCluster cluster, CertificateRenewal renewal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(renewal);
        cluster.RequireSpec();
        EtcdCluster saved = await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        saved.RequireTls();
        saved.RequireConverted();
        var pki = new ProfilePki(context.Profiles.Folder(saved.Name));
        await IssuingAuthority.RequireAllAsync(
            pki, saved.Name, saved.RequireSpec(), "issue the certificates for its members", context.Clock, cancellationToken)
            .ConfigureAwait(false);
        MonitorProblems.RequirePaths(ScheduleKind.Renewal, [context.Home.Path, renewal.Module, .. renewal.Command, .. renewal.Check]);
        if (!OperatingSystem.IsLinux()) throw NotSupported(saved, renewal, "it has no systemd");
        MonitorPlaces places =
            await MonitorPlaces.FindAsync(context, saved.Name, ScheduleKind.Renewal, null, cancellationToken).ConfigureAwait(false);
        if (places.Machine["problem"] is { } problem) throw NotSupported(saved, renewal, problem);
        ScheduleFacts present = await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false);
        MonitorProblems.RequireOwn(context, places, present);
        var change = new ScheduleChange(places, new CertificateRenewalFiles(places, renewal, context.Home.Path).All, present);
        ScheduleChange[] changes = change.IsNeeded ? [change] : [];
        var plan = new PlanBuilder($"Registering the certificate renewal of cluster {saved.Name}", saved.Name);
        _steps.AddStart(
            plan, changes, renewal.Times, $"which renews certificates that are valid for fewer than {renewal.DaysLeft} days",
            "reach all hosts and use the key of the authority", renewal.DaysLeft.ToString(CultureInfo.InvariantCulture));
        _steps.AddEnd(plan, changes);
        return new Operation<EtcdCertificateRenewal>(
            plan.Build(),
            [.. new[] { places.LogoutWarning }.OfType<string>()],
            OperationLock.Of(context, saved.Name, []),
            again => PlanRegisterAsync(cluster, renewal, again),
            read => new CertificateRenewalReader(context).ReadAsync(saved.Name, read));
    }

    /// <summary>Plans to remove a renewal.</summary>
    /// <param name="cluster">The cluster's name; its profile may be gone.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>An operation; its plan is empty if none is registered.</returns>
    /// <exception cref="EtcdException">SpecInvalid: the name.</exception>
    public async Task<Operation<EtcdCertificateRenewal>> PlanUnregisterAsync(string cluster, CancellationToken cancellationToken)
    {
        var reader = new CertificateRenewalReader(context);
        var plan = new PlanBuilder($"Removing the certificate renewal of cluster {cluster}", cluster);
        EtcdCertificateRenewal present = await reader.ReadAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (present.Timer is { } timer) new MonitorRemoval(context).AddTo(plan, cluster, timer, MonitorRemoval.Renewal);
        return new Operation<EtcdCertificateRenewal>(
            plan.Build(),
            [],
            OperationLock.Of(context, cluster, []),
            again => PlanUnregisterAsync(cluster, again),
            read => reader.ReadAsync(cluster, read));
    }

    private static EtcdException NotSupported(EtcdCluster cluster, CertificateRenewal renewal, string problem) => new(
        EtcdErrorIds.HostNotSupported, $"This machine cannot renew certificates with a timer: {problem}.")
    {
        Target = cluster.Name,
        NextStep = "Run the renewal with cron or another scheduler, as the user who has the profile: 30 3 * * * pwsh -NoProfile -c "
            + $"\"Import-Module EtcdAdmin; Update-EtcdCertificate {cluster.Name} -DaysLeft {renewal.DaysLeft} -Confirm:\\$false\"",
    };
}
