using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Ownership;

/// <summary>The refusal to touch an etcd that does not belong to this member: its state, its owner, its place, and what to do next.</summary>
internal static class ForeignMember
{
    private const int LongestCommand = 120;

    /// <summary>EtcdExists.</summary>
    /// <param name="ownership">Of a foreign etcd.</param>
    /// <param name="profiles">The folder of the saved clusters.</param>
    public static EtcdException Refusal(MemberOwnership ownership, string profiles)
    {
        MemberSpec member = ownership.Member;
        return new EtcdException(
            EtcdErrorIds.EtcdExists, $"{member.HostName} {Describe(ownership)}.")
        {
            Target = member.HostName,
            NextStep = NextStep(ownership, profiles),
        };
    }

    /// <summary>A description of the etcd, as the rest of a sentence about the host.</summary>
    public static string Describe(MemberOwnership ownership) =>
        $"{(ownership.IsRunning ? "runs" : "has")} {Whose(ownership)}: {string.Join(", ", Parts(ownership))}";

    private static string Whose(MemberOwnership ownership)
    {
        MemberSpec member = ownership.Member;
        if (ownership.IsIntruded)
        {
            return ownership.IsHeld
                ? $"a process that has the database of member {member.Name} open and was not started by "
                    + $"{(member.Unit is null ? "EtcdAdmin" : $"its unit {member.Unit}")}"
                : $"a process that runs instead of member {member.Name} and was not started with {member.Layout.ConfigFile}";
        }

        if (ownership.OtherCluster is not { } cluster) return "an etcd that EtcdAdmin did not install";
        string whose = $"member {ownership.OtherMember ?? "(unnamed)"} of cluster '{cluster}'";
        if (IsFormer(ownership)) return $"the former {whose}, which has been removed from the cluster";
        return ownership.HasSameNames
            ? $"{whose} that another operator installed (same names, different cluster "
                + $"token{(ownership.Facts.AuthoritySha256 is null ? "" : " and authority")})"
            : whose;
    }

    private static IEnumerable<string> Parts(MemberOwnership ownership)
    {
        OwnerFacts facts = ownership.Facts;
        if (facts.UnitFile is { } unit) yield return $"unit {unit}{(facts.Package is { } package ? $" of package {package}" : "")}";
        (int? process, string? command) = facts.ProcessId is { } own && !ownership.IsHeld
            ? (own, facts.Command)
            : (facts.HolderId, facts.HolderCommand);
        if (process is { } id && ownership.IsRunning) yield return string.Create(CultureInfo.InvariantCulture, $"process {id} ({Short(command)})");
        if (facts.UnitFile is null && process is null && facts.HasConfiguration) yield return $"configuration {ownership.Member.Layout.ConfigFile}";
        if ((facts.RunningData ?? facts.ConfiguredData) is { } data) yield return $"data in {data}";
        if (facts.Ports.Count > 0) yield return $"port{(facts.Ports.Count == 1 ? "" : "s")} {string.Join(", ", facts.Ports.Order())}";
        if (facts.Data is { } ids
            && (facts.RunningData ?? facts.ConfiguredData ?? ownership.Member.Layout.DataDirectory) == ownership.Member.Layout.DataDirectory)
            yield return $"cluster id {ids.Cluster}, member id {ids.Member}";
    }

    /// <summary>Whether it is a former member of one of this user's clusters.</summary>
    private static bool IsFormer(MemberOwnership ownership) => ownership.Known?.Spec is { } spec
        && !spec.Members.Concat(spec.Recovery?.Waiting ?? []).Any(member =>
            member.Name == ownership.OtherMember || member.HostName == ownership.Member.HostName);

    private static string FormerStep(MemberOwnership ownership, string host)
    {
        EtcdCluster cluster = ownership.Known!; // checked before
        bool isNoted = cluster.Spec?.Uncleared?.Any(member => member.Name == ownership.OtherMember) == true;
        return isNoted
            ? $"It was not touched. Remove-EtcdMember {ownership.OtherMember} -Cluster {cluster.Name} removes it from the host "
                + "(-WhatIf shows how). Then run the command again."
            : $"Nothing was changed there. Use another host. To clean up this one, add the member again (Add-EtcdMember {host} -Cluster "
                + $"{cluster.Name}), then remove it "
                + $"(Remove-EtcdMember {ownership.OtherMember} -Cluster {cluster.Name}), which removes its files from the host.";
    }

    private static string NextStep(MemberOwnership ownership, string profiles)
    {
        if (ownership.IsIntruded)
        {
            return ownership.IsHeld
                ? $"It was not touched. Check the process ('ps -fp {ownership.Facts.HolderId}' on {ownership.Member.HostName}). "
                    + "When it has ended, run the command again."
                : $"It was not touched. Check how it was started ('systemctl cat {ownership.Member.Unit}' on {ownership.Member.HostName}). "
                    + "Correct that and stop the process, then run the command again.";
        }

        if (IsFormer(ownership)) return FormerStep(ownership, ownership.Member.HostName);
        string elsewhere = ownership.Member.Connection is null ? "another name or folder" : "another host";
        if (ownership.OtherCluster is { } cluster)
        {
            if (ownership.Known is not null)
                return $"Nothing was changed there. Remove that member from the host first (Remove-EtcdMember {ownership.OtherMember} -Cluster "
                    + $"{cluster}, or Uninstall-EtcdCluster {cluster}), or use {elsewhere}.";
            string copy = ownership.HasSameNames ? "set ETCDADMIN_HOME to a copy of that operator's folder"
                : $"copy that profile to {Path.Combine(profiles, cluster)}, or set ETCDADMIN_HOME to the folder that contains that operator's "
                    + "profiles";
            string dead = ownership.IsRunning ? "" : $" If that cluster no longer exists, remove {ownership.Facts.UnitFile ?? "its unit"} and "
                + $"{ownership.Member.Layout.ConfigDirectory} from the host by hand. Do not delete its data directory.";
            return $"Nothing was changed there. To manage it, use the profile of cluster '{cluster}' from the operator who installed it ({copy}); "
                + $"otherwise use {elsewhere}.{dead}";
        }

        string what = ownership.Facts.Package is { } package ? $"package {package}" : ownership.Facts.UnitFile is { } unit ? unit : "it";
        return $"It was not touched. Use {elsewhere}. Or, if that etcd is no longer needed, back up its data, stop it and uninstall {what}. Then run "
            + "the command again.";
    }

    private static string Short(string? command) => command is null ? "ended meanwhile"
        : command.Length <= LongestCommand ? command : command[..LongestCommand] + "…";
}
