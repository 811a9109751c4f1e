using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Deployment;

/// <summary>Takes a cluster off its hosts: just what was installed, and the data only if that is asked.</summary>
/// <param name="context">The surroundings.</param>
public sealed class ClusterUninstaller(AdminContext context)
{
    // Only what EtcdAdmin has put there is named; whatever else lies in the folder keeps it from being removed.
    private const string RemoveScript = """
        set -u
        dir=$1 keep=$2
        if [ "$keep" = no ]; then rm -rf -- "$dir/data" "$dir"/data.before-restore-* "$dir/data.restore"; fi
        rm -rf -- "$dir/pki"
        rm -f -- "$dir/etcd.conf.yml" "$dir/etcd.log" "$dir/etcd.pid" "$dir"/*.part
        rmdir -- "$dir" 2>/dev/null || true
        """;

    private const string RemoveBinariesScript = """
        rm -rf -- "$1"
        rmdir -- "${1%/*}" 2>/dev/null || true
        """;

    /// <summary>Plans it; changes nothing.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="keepData">Leaves the data folders of the members where they are.</param>
    /// <exception cref="EtcdException">ClusterNotManaged.</exception>
    public Operation<EtcdCluster> Plan(EtcdCluster cluster, bool keepData)
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
            plan.Add(RemoveText(member, keepData), (_, token) => RemoveAsync(member, keepData, token));
        plan.NextStage();
        foreach (MemberSpec host in spec.Members.DistinctBy(member => (member.HostName, member.BinDirectory)))
        {
            plan.Add(
                new StepText(host.HostName, $"Remove etcd from {host.BinDirectory}"),
                (_, token) => RunAsync(host, "remove etcd", RemoveBinariesScript, [host.BinDirectory], token));
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
            () => ClusterLock.Take(context.Home, cluster.Name),
            _ => Task.FromResult(Plan(cluster, keepData)),
            _ => Task.FromResult(cluster));
    }

    private static StepText RemoveText(MemberSpec member, bool keepData) => new(
        member.HostName,
        keepData
            ? $"Remove member {member.Name} from {member.Directory}; its data stays in {member.Layout.DataDirectory}"
            : $"Remove member {member.Name} and its data from {member.Directory}")
    {
        Member = member.Name,
    };

    private Task RemoveAsync(MemberSpec member, bool keepData, CancellationToken cancellationToken) =>
        RunAsync(member, $"remove member {member.Name}", RemoveScript, [member.Directory, keepData ? "yes" : "no"], cancellationToken);

    private Task RunAsync(MemberSpec member, string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        context.Hosts.Get(member.HostName)
            .RunRequiredAsync(action, new HostScript(script) { Arguments = arguments }, cancellationToken);
}
