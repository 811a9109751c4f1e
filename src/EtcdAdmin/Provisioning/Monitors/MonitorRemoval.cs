using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Plans;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning.Monitors;

/// <summary>
/// Removes the timers that a cluster has on this machine: its health monitor, and the renewal of its certificates. Without the profile of the
/// cluster their runs could only fail, so they are removed together with the profile too.
/// </summary>
/// <param name="context">The environment.</param>
internal sealed class MonitorRemoval(AdminContext context)
{
    /// <summary>The word for health monitors in the names of units.</summary>
    public const string Monitor = "monitor";

    /// <summary>The word for renewals of certificates.</summary>
    public const string Renewal = "renewal";

    /// <summary>Finds a timer; the comment at its top describes its arguments.</summary>
    public static string Find => ShellScript.Of(typeof(MonitorRemoval), "find-monitor");

    /// <summary>Removes a timer; the recorded health is kept.</summary>
    public static string Remove => ShellScript.Of(typeof(MonitorRemoval), "remove-monitor");

    /// <summary>Adds the steps that remove all timers of a cluster that use the profile of this home.</summary>
    /// <exception cref="HostCommandException">The shell failed.</exception>
    public async Task AddAllAsync(PlanBuilder plan, string cluster, CancellationToken cancellationToken)
    {
        foreach (string word in new[] { Monitor, Renewal })
        {
            if (await FindAsync(cluster, word, cancellationToken).ConfigureAwait(false) is { } timer) AddTo(plan, cluster, timer, word);
        }
    }

    /// <summary>Adds the step that removes a timer.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="timer">The name of the timer.</param>
    /// <param name="word"><see cref="Monitor"/> or <see cref="Renewal"/>.</param>
    public void AddTo(PlanBuilder plan, string cluster, string timer, string word)
    {
        string purpose = word == Monitor ? $"monitors the health of cluster {cluster}" : $"renews the certificates of cluster {cluster}";
        plan.NextStage().Add(
            StepText.Here(StepKind.RemoveSchedule, $"Stop and remove {timer}, which {purpose} from this machine") with { Subject = word },
            (_, token) => context.Hosts.Get(HostConnection.Local).RunRequiredAsync(
                $"remove {timer}", new HostScript(Remove) { Arguments = [cluster, word] }, token));
    }

    private async Task<string?> FindAsync(string cluster, string word, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || !ClusterName.IsAllowed(cluster)) return null;
        string[] arguments = [cluster, PosixShell.Quote(context.Home.Path), word];
        string found = await context.Hosts.Get(HostConnection.Local)
            .RunRequiredAsync("look for its timers", new HostScript(Find) { Arguments = arguments }, cancellationToken).ConfigureAwait(false);
        return found.Trim() is { Length: > 0 } timer ? timer : null;
    }
}
