using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Monitors;

namespace EtcdAdmin.Schedules.Monitors;

/// <summary>
/// Registers and removes health monitors: a systemd timer on this machine checks the health of a cluster and records it. Root's is a unit of the
/// system, that of another user a unit of this user.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class HealthMonitorScheduler(AdminContext context)
{
    private readonly ScheduleSteps _steps = new(context);

    /// <summary>Plans to register or change a monitor; changes nothing.</summary>
    /// <param name="cluster">A saved cluster, managed or not.</param>
    /// <param name="monitor">The monitor.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>An operation; its plan is empty if the monitor is registered in this way already.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotFound: the cluster is not saved. SpecInvalid: the interval, or a path. HostNotSupported: this machine has no systemd for this user.
    /// FileWriteFailed: the folder of the text file. FileExists: a cluster of that name in another home has a monitor.
    /// </exception>
    public async Task<Operation<EtcdHealthMonitor>> PlanRegisterAsync(EtcdCluster cluster, HealthMonitor monitor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(monitor);
        MonitorProblems.RequireSaved(context, cluster);
        ScheduleTimes times = MonitorProblems.Times(monitor.Every);
        MonitorProblems.RequirePaths(
            ScheduleKind.Monitor, [context.Home.Path, monitor.Module, monitor.Destination, monitor.SnapshotPath, .. monitor.Command]);
        if (!OperatingSystem.IsLinux()) MonitorProblems.RequireAble(cluster.Name, monitor, null);
        MonitorPlaces places = await MonitorPlaces.FindAsync(
            context, cluster.Name, ScheduleKind.Monitor, monitor.Destination, cancellationToken).ConfigureAwait(false);
        MonitorProblems.RequireAble(cluster.Name, monitor, places.Machine);
        ScheduleFacts present = await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false);
        MonitorProblems.RequireOwn(context, places, present);
        var change = new ScheduleChange(places, new HealthMonitorFiles(places, monitor, times, context.Home.Path).All, present);
        ScheduleChange[] changes = change.IsNeeded ? [change] : [];
        var plan = new PlanBuilder($"Registering the health monitor of cluster {cluster.Name}", cluster.Name);
        // The first run proves all that a later run needs: the profile, the module, the history and the folder of the text file.
        _steps.AddStart(
            plan, changes, times, $"which records the health beside the profile{(monitor.Destination is { } folder ? $" and in {folder}" : "")}",
            "check the health of the cluster and record it", monitor.Destination, request: "now");
        _steps.AddEnd(plan, changes);
        return new Operation<EtcdHealthMonitor>(
            plan.Build(),
            [.. Warnings(cluster, places)],
            OperationLock.Of(context, cluster.Name, []),
            again => PlanRegisterAsync(cluster, monitor, again),
            read => new HealthMonitorReader(context).ReadAsync(cluster.Name, read));
    }

    /// <summary>Plans to remove a monitor; the recorded health is kept.</summary>
    /// <param name="cluster">The cluster's name; its profile may be gone.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>An operation; its plan is empty if there is no monitor.</returns>
    /// <exception cref="EtcdException">SpecInvalid: the name.</exception>
    public async Task<Operation<EtcdHealthMonitor>> PlanUnregisterAsync(string cluster, CancellationToken cancellationToken)
    {
        var reader = new HealthMonitorReader(context);
        var plan = new PlanBuilder($"Removing the health monitor of cluster {cluster}", cluster);
        EtcdHealthMonitor present = await reader.ReadAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (present.Timer is { } timer) new MonitorRemoval(context).AddTo(plan, cluster, timer, MonitorRemoval.Monitor);
        return new Operation<EtcdHealthMonitor>(
            plan.Build(),
            [],
            OperationLock.Of(context, cluster, []),
            again => PlanUnregisterAsync(cluster, again),
            read => reader.ReadAsync(cluster, read));
    }

    private static IEnumerable<string> Warnings(EtcdCluster cluster, MonitorPlaces places)
    {
        if (places.LogoutWarning is { } logout) yield return logout;
        if (cluster.Credential is { } credential)
        {
            yield return $"The monitor checks cluster '{cluster.Name}' without user '{credential.UserName}': "
                + "profiles contain no passwords. Members that refuse such a check are recorded as not healthy.";
        }
    }
}
