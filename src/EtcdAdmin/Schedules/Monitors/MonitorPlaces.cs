using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Schedules.Monitors;

/// <summary>A timer for a cluster on this machine: the system's for root, and each other user's own.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Machine">What this machine said about itself.</param>
internal sealed record MonitorPlaces(string Cluster, ScheduleKind Kind, ScheduleFacts Machine) : SchedulePlaces(Cluster, Kind)
{
    /// <summary>Whether the timer is a unit of the system, which root runs.</summary>
    public bool IsOfSystem => Machine["uid"] == "0";

    /// <summary>The name of this user.</summary>
    public string Account => Said("user");

    /// <summary>What journalctl needs to show the runs.</summary>
    public string Journal => IsOfSystem ? Service : $"{Service} --user";

    /// <summary>That systemd stops the timers of this user at logout; null where it does not.</summary>
    public string? LogoutWarning => Machine["lingering"] is not null
        ? null
        : $"The {Kind.Title} runs only while {Account} is logged in, because systemd stops the timers of a user at logout. "
            + $"To let it run always: sudo loginctl enable-linger {Account}";

    /// <inheritdoc/>
    public override string UnitFolder => Said("units");

    /// <inheritdoc/>
    public override string Folder => Said("own");

    /// <inheritdoc/>
    public override string State => Said("state");

    /// <inheritdoc/>
    public override string? User => null;

    /// <summary>Asks this machine, and changes nothing.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="kind">What the timer does.</param>
    /// <param name="destination">The folder of the text file; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<MonitorPlaces> FindAsync(
        AdminContext context, string cluster, ScheduleKind kind, string? destination, CancellationToken cancellationToken)
    {
        var script = new HostScript(MonitorScripts.Survey) { Arguments = [ClusterName.Check(cluster, "cluster"), destination ?? "", kind.Word] };
        return new MonitorPlaces(cluster, kind, new ScheduleFacts(await context.Hosts.Get(HostConnection.Local)
            .RunRequiredAsync($"check whether it can run a {kind.Title}", script, cancellationToken).ConfigureAwait(false)));
    }

    /// <inheritdoc/>
    public override IHost HostIn(AdminContext context) => context.Hosts.Get(HostConnection.Local);

    /// <inheritdoc/>
    public override StepText Step(StepKind kind, string action) => StepText.Here(kind, action);

    /// <inheritdoc/>
    public override HostScript Sent(string script, params string[] arguments) => base.Sent(ScheduleScripts.OwnSystemd + script, arguments);

    private string Said(string name) => Machine[name] ?? throw new InvalidOperationException($"The survey of this machine has no {name}.");
}
