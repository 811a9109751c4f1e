using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters;

/// <summary>The one place that says what cannot be done to members that EtcdAdmin did not install, and what to do next.</summary>
internal static class AdoptedMembers
{
    /// <summary>The refusal to change members on their hosts; null if EtcdAdmin installed all of them.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="members">The members.</param>
    public static EtcdException? Refusal(string cluster, IEnumerable<MemberSpec> members)
    {
        MemberSpec[] adopted = [.. members.Where(member => member.Adopted is not null)];
        if (adopted.Length == 0) return null;
        bool isReadOnly = adopted.Any(member => member.Adopted!.IsReadOnly); // each is adopted
        return new EtcdException(EtcdErrorIds.MemberNotConverted,
            $"{Runs(adopted)}. This command changes files that belong to that installation, so nothing was done.")
        {
            Target = cluster,
            NextStep = isReadOnly
                ? "Use the tool that installed it. To manage it with EtcdAdmin, install a new cluster and copy the data: Save-EtcdSnapshot, then "
                    + "Restore-EtcdSnapshot."
                : $"Convert {(adopted.Length == 1 ? "it" : "them")} first: Get-EtcdMember {cluster} | Convert-EtcdMember",
        };
    }

    /// <summary>The refusal to start or stop a member that no unit of systemd runs.</summary>
    public static EtcdException ReadOnly(MemberSpec member, AdoptedMember adopted) => new(EtcdErrorIds.MemberNotConverted,
        $"Member {member.Name} on {member.HostName} runs from {adopted.Source}, which EtcdAdmin can only read; it was not started or stopped.")
    {
        Target = member.Name,
        NextStep = adopted.Kind switch
        {
            AdoptedKind.KubeadmStaticPod => "The kubelet runs it: move its manifest out of the manifests folder to stop it, and back to start it.",
            AdoptedKind.Container => "Use the container engine that runs it.",
            _ => "Stop or start the process on its host.",
        },
    };

    /// <summary>The notice for a cluster with members that can be converted; null if there are none.</summary>
    public static string? Migration(ClusterSpec? spec)
    {
        IGrouping<string, MemberSpec>[] sources =
        [
            .. (spec?.Members ?? []).Where(member => member.Adopted is { IsReadOnly: false }).GroupBy(member => member.Adopted!.Source),
        ];
        if (sources.Length == 0) return null;
        bool isAll = sources.Length == 1 && sources[0].Count() == spec!.Members.Count; // it has members
        return "Migration required: installed from " + (isAll ? sources[0].Key
            : string.Join("; ", sources.Select(source => $"{source.Key} ({string.Join(", ", source.Select(member => member.Name))})")));
    }

    private static string Runs(MemberSpec[] adopted)
    {
        IEnumerable<string> parts = adopted.GroupBy(member => member.Adopted!.Source)
            .Select(same => $"{(same.Count() == 1 ? "member" : "members")} {string.Join(", ", same.Select(member => member.Name))} "
                + $"{(same.Count() == 1 ? "runs" : "run")} from {same.Key}");
        string text = string.Join("; ", parts);
        return char.ToUpperInvariant(text[0]) + text[1..];
    }
}
