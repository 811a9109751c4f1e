using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Deployment;

/// <summary>Takes a cluster off its hosts: just what was installed, and the data only if that is asked.</summary>
/// <param name="context">The surroundings.</param>
public sealed class ClusterUninstaller(AdminContext context)
{
    /// <summary>Plans it; changes nothing.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="removeData">Removes the data folders of the members too, with everything that was moved aside in them.</param>
    /// <exception cref="EtcdException">ClusterNotManaged.</exception>
    public Operation<EtcdCluster> Plan(EtcdCluster cluster, bool removeData)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ClusterSpec spec = cluster.RequireSpec();
        var plan = new PlanBuilder($"Uninstalling cluster {cluster.Name}", cluster.Name);
        int up = spec.Members.Count;
        foreach (MemberSpec member in spec.Members)
        {
            var text = new StepText(member.HostName, $"Stop member {member.Name}")
            {
                Member = member.Name,
                Interrupts = $"member {member.Name}",
                VotersUp = --up,
            };
            plan.Add(text, (_, token) => context.ServiceOf(member).StopAsync(member, token));
        }

        plan.NextStage();
        foreach (MemberSpec member in spec.Members)
            plan.Add(RemoveText(member, removeData), (_, token) => RemoveAsync(cluster.Name, member, removeData, token));
        plan.NextStage();
        foreach (MemberSpec host in spec.Members.DistinctBy(member => (member.HostName, member.BinDirectory)))
        {
            plan.Add(
                new StepText(host.HostName, $"Remove etcd{(host.Unit is null ? "" : $" {spec.Version}")} from {host.BinDirectory}"),
                (_, token) => RunAsync(host, "remove etcd", UninstallScripts.RemovePrograms,
                    [host.BinDirectory, host.Unit is null ? "" : spec.Version?.ToString() ?? "none"], token));
        }

        plan.NextStage().Add(
            new StepText("this machine", $"Remove the profile of cluster {cluster.Name}, its authority and keys"),
            (_, _) =>
            {
                context.Profiles.Remove(cluster.Name);
                return Task.CompletedTask;
            });
        return new Operation<EtcdCluster>(
            plan.Build(),
            warnings: [],
            take => OperationLock.TakeAsync(context, cluster.Name, spec.Members, take),
            _ => Task.FromResult(Plan(cluster, removeData)),
            _ => Task.FromResult(cluster));
    }

    private static StepText RemoveText(MemberSpec member, bool removeData) => new(
        member.HostName,
        removeData
            ? $"Remove member {member.Name} and its data from {member.Directory}"
                + (member.Volume is { } volume ? $"; {volume.Device} is unmounted and keeps its {volume.FileSystem} file system" : "")
            : $"Remove member {member.Name}; its data stays in {member.Layout.DataDirectory}")
    {
        Member = member.Name,
    };

    private Task RemoveAsync(string cluster, MemberSpec member, bool removeData, CancellationToken cancellationToken) => RunAsync(
        member, $"remove member {member.Name}", UninstallScripts.RemoveMember,
        UninstallScripts.Arguments(cluster, member, removeData),
        cancellationToken);

    private Task RunAsync(MemberSpec member, string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        context.HostOf(member).RunRequiredAsync(action, new HostScript(script) { Arguments = arguments }, cancellationToken);
}
