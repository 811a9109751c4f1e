using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether the members run one version, the installed one.</summary>
internal static class VersionsRule
{
    private const string Name = "Versions";

    /// <summary>One result for the cluster, and one for each member that does not run what is installed.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        EtcdHealth[] known = [.. facts.Health.Members.Where(member => member.RunningVersion is not null)];
        if (known.Length == 0)
        {
            yield return facts.Result(Name, CheckSeverity.Unknown, "Not checked: no member reported its version.");
            yield break;
        }

        foreach (EtcdHealth member in known.Where(member => member.InstalledVersion is { } installed && installed != member.RunningVersion))
        {
            yield return facts.Result(
                Name, CheckSeverity.Warning, $"It runs etcd {member.RunningVersion}, and {member.InstalledVersion} is installed.",
                null, $"Restart it (Restart-EtcdMember {member.Member} -Cluster {facts.Cluster.Name}).", member.Member);
        }

        EtcdVersion[] versions = [.. known.Select(member => member.RunningVersion!.Value).Distinct().Order()]; // see above
        string evidence = string.Join(", ", known.Select(member => $"{member.Member} {member.RunningVersion}"));
        EtcdVersion oldest = versions[0], newest = versions[^1];
        string remedy = $"Finish the version change: Update-EtcdCluster {facts.Cluster.Name} -Version {newest}.";
        yield return versions.Length == 1
            ? facts.Result(Name, CheckSeverity.Ok, $"All members that answer run etcd {oldest}.", evidence)
            : MinorLine.Of(oldest).StepsTo(MinorLine.Of(newest)) > 1
                ? facts.Result(
                    Name, CheckSeverity.Critical, "The members differ by more than one minor version, which etcd does not support.", evidence, remedy)
                : facts.Result(Name, CheckSeverity.Warning, "The members run different versions: a version change is unfinished.", evidence, remedy);
    }
}
