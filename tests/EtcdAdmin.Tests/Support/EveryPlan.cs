using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Deployment.Storage;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Maintenance;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Upgrades.Rolling;

namespace EtcdAdmin.Tests.Support;

/// <summary>All that an operator can do to the hosts of a managed cluster, for what has to be refused by all of it.</summary>
internal static class EveryPlan
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Plans, or deeds that have none, by name.</summary>
    /// <param name="hosts">The operator.</param>
    /// <param name="cluster">The operator's cluster.</param>
    /// <param name="request">What it was installed with.</param>
    /// <param name="member">The member in question.</param>
    /// <param name="source">A snapshot to restore.</param>
    public static Dictionary<string, Func<Task>> Of(
        HostCluster hosts, EtcdCluster cluster, InstallRequest request, string member, RestoreSource source)
    {
        AdminContext context = hosts.Context;
        var members = new MemberOperator(context);
        var patience = TimeSpan.FromSeconds(10);
        return new()
        {
            ["start"] = () => members.StartAsync(cluster, member, patience, Token),
            ["stop"] = () => members.StopAsync(cluster, member, Token),
            ["restart"] = () => members.RestartAsync(cluster, member, patience, Token),
            ["settings"] = () => new ConfigurationChanger(context).PlanAsync(cluster, new ConfigurationRequest { ClientPort = 12379 }, Token),
            ["install again"] = () => hosts.InstallAsync(request),
            ["update"] = () => new ClusterUpdater(context).PlanAsync(cluster, new UpdateRequest { Package = hosts.Package }, Token),
            ["add"] = () => hosts.AddAsync(cluster, member),
            ["repair a member"] = () => new MemberRepairer(context).PlanAsync(cluster, member, new RepairMemberRequest(), Token),
            ["move data"] = () => new MemberDataMover(context).PlanAsync(cluster, member, new MoveDataRequest { Path = "/srv/etcd-data" }, Token),
            ["restore"] = () => new SnapshotRestorer(context).PlanAsync(cluster, source, new RestoreRequest(), Token),
            ["repair the cluster"] = () => new ClusterRepairer(context).PlanAsync(cluster, new RepairClusterRequest(), null, Token),
            ["schedule"] = () => new SnapshotScheduler(context).PlanRegisterAsync(cluster, Schedule(), Token),
            ["unschedule"] = () => new SnapshotScheduler(context).PlanUnregisterAsync(cluster, force: false, Token),
            ["schedule maintenance"] = () => new MaintenanceScheduler(context).PlanRegisterAsync(
                cluster, new MaintenanceSchedule { Times = ScheduleTimes.Every(TimeSpan.FromHours(1)), AllowLeader = true }, Token),
            ["unschedule maintenance"] = () => new MaintenanceScheduler(context).PlanUnregisterAsync(cluster, force: false, Token),
            ["uninstall"] = () => new ClusterUninstaller(context).PlanAsync(cluster, new UninstallRequest(), Token),
        };
    }

    /// <summary>Asserts that each is refused, by EtcdExists alone, with what has to be in every message.</summary>
    public static async Task AssertRefusedAsync(IReadOnlyDictionary<string, Func<Task>> plans, Action<EtcdException> look)
    {
        foreach ((string name, Func<Task> plan) in plans)
        {
            EtcdException[] refusals = await RefusalsAsync(plan);
            Assert.True(refusals.Length > 0, $"'{name}' was not refused.");
            Assert.All(refusals, refused =>
            {
                Assert.True(refused.ErrorId == EtcdErrorIds.EtcdExists, $"'{name}': {refused.ErrorId} {refused.Message}");
                Assert.DoesNotContain("rename that folder", refused.NextStep, StringComparison.Ordinal);
                look(refused);
            });
        }
    }

    private static async Task<EtcdException[]> RefusalsAsync(Func<Task> plan)
    {
        try
        {
            await plan();
            return [];
        }
        catch (EtcdException e)
        {
            return [e];
        }
        catch (AggregateException e)
        {
            return [.. e.Flatten().InnerExceptions.Cast<EtcdException>()];
        }
    }

    private static SnapshotSchedule Schedule() => new() { Times = ScheduleTimes.Every(TimeSpan.FromHours(1)), RunNow = false };
}
