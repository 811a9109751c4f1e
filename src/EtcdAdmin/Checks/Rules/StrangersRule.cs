using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Facts;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Members that were removed from the cluster, and whose etcd still runs or would start at boot.</summary>
internal static class StrangersRule
{
    private const string Name = "RemovedMembers";

    /// <summary>One result for each of them, or one for the cluster.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        EtcdCheck[] found = [.. Running(facts), .. OnHosts(facts), .. Uncleared(facts)];
        if (found.Length > 0) return found;
        // Without hosts, only addresses can be asked.
        return facts.Cluster.Spec is null
            ? [facts.Result(Name, CheckSeverity.Ok, "No removed member answers at a known address.")]
            : [facts.Result(Name, CheckSeverity.Ok, "No removed member runs at a known address or on a host of the cluster.")];
    }

    private static IEnumerable<EtcdCheck> Running(CheckFacts facts) => facts.Health.Members
        .Where(member => member.IsMember == false && member.Reachable)
        .Select(member => facts.Result(Name, CheckSeverity.Warning, "It is not in the cluster, and its etcd runs.", member.Reason,
            $"Remove it from its host (Remove-EtcdMember {member.Member} -Cluster {facts.Cluster.Name}), or add it again (Repair-EtcdMember).",
            member.Member));

    private static IEnumerable<EtcdCheck> OnHosts(CheckFacts facts)
    {
        if (facts.Cluster.Spec is not { } spec) yield break;
        var known = spec.Members.Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
        foreach (EtcdHost host in facts.Members.Select(member => member.Host.Value?.Host).OfType<EtcdHost>().DistinctBy(host => host.HostName))
        {
            foreach (ExistingEtcd trace in host.Etcd)
            {
                if (trace is { Kind: ExistingEtcdKind.Unit, Member: { } member } && trace.Cluster == facts.Cluster.Name && !known.Contains(member))
                {
                    yield return facts.Result(Name, CheckSeverity.Warning, $"{host.HostName} has the unit of a member that is not in the cluster.",
                        $"{trace.Name}, {trace.Detail}.",
                        $"If it is not needed: systemctl disable --now {trace.Name} on {host.HostName}, then remove its files.", member);
                }
                else if (trace is { Kind: ExistingEtcdKind.Process, Detail: { } command } && IsFormerLocal(spec, command))
                {
                    yield return facts.Result(Name, CheckSeverity.Warning, $"An etcd of a member that is not in the cluster runs on {host.HostName}.",
                        $"Process {trace.Name}: {command}.", $"End process {trace.Name} if it is not needed.");
                }
            }
        }
    }

    // Members on this machine have their folders side by side.
    private static bool IsFormerLocal(ClusterSpec spec, string command)
    {
        MemberSpec[] local = [.. spec.Members.Where(member => member is { Unit: null, Adopted: null })];
        return local.Length > 0 && local.Select(member => Path.GetDirectoryName(member.Directory))
            .Any(folder => command.Contains($" {folder}/", StringComparison.Ordinal))
            && !local.Any(member => command.Contains(member.Layout.ConfigFile, StringComparison.Ordinal));
    }

    private static IEnumerable<EtcdCheck> Uncleared(CheckFacts facts) => (facts.Cluster.Spec?.Uncleared ?? []).Select(member =>
        facts.Result(Name, CheckSeverity.Warning, $"It was removed while {member.HostName} could not be reached, so its files are still there.",
            member.Directory, $"Remove-EtcdMember {member.Name} -Cluster {facts.Cluster.Name} removes them.", member.Name));
}
