using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Plans;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning.Monitors;

/// <summary>
/// Removes the health monitor that a cluster has on this machine. Without the profile of the cluster its runs could only fail, so it is removed
/// together with the profile too.
/// </summary>
/// <param name="context">The environment.</param>
internal sealed class MonitorRemoval(AdminContext context)
{
    /// <summary>Finds the timer of a cluster's monitor; the comment at its top describes its arguments.</summary>
    public static string Find => ShellScript.Of(typeof(MonitorRemoval), "find-monitor");

    /// <summary>Removes the monitor; the recorded health is kept.</summary>
    public static string Remove => ShellScript.Of(typeof(MonitorRemoval), "remove-monitor");

    /// <summary>The name of the timer of a cluster's monitor, if this user has one that uses the profile of this home.</summary>
    /// <exception cref="HostCommandException">The shell failed.</exception>
    public async Task<string?> FindAsync(string cluster, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || !ClusterName.IsAllowed(cluster)) return null;
        string[] arguments = [cluster, PosixShell.Quote(context.Home.Path)];
        string found = await context.Hosts.Get(HostConnection.Local)
            .RunRequiredAsync("look for the health monitor", new HostScript(Find) { Arguments = arguments }, cancellationToken).ConfigureAwait(false);
        return found.Trim() is { Length: > 0 } timer ? timer : null;
    }

    /// <summary>Adds the step that removes a monitor.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="timer">The name of its timer.</param>
    public void AddTo(PlanBuilder plan, string cluster, string timer)
    {
        plan.NextStage().Add(
            StepText.Here(StepKind.RemoveSchedule, $"Stop and remove {timer}, which monitors the health of cluster {cluster} from this machine"),
            (_, token) => context.Hosts.Get(HostConnection.Local).RunRequiredAsync(
                $"remove {timer}", new HostScript(Remove) { Arguments = [cluster] }, token));
    }
}
