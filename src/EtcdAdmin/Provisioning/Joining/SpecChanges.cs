using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>Makes specifications with other members. The other members keep the configuration they were first started with.</summary>
internal static class SpecChanges
{
    /// <summary>Adds a member that joins the cluster.</summary>
    public static ClusterSpec With(ClusterSpec spec, MemberSpec member)
    {
        ClusterSpec all = spec with { Members = [.. spec.Members, member] };
        return Joining(spec, member, EtcdConfiguration.InitialCluster(all));
    }

    /// <summary>Adds a member that joins the cluster, or replaces the member of that name by one that joins again.</summary>
    /// <param name="spec">The saved specification.</param>
    /// <param name="member">The member.</param>
    /// <param name="initialCluster">The value of etcd's <c>initial-cluster</c>, with this member.</param>
    public static ClusterSpec Joining(ClusterSpec spec, MemberSpec member, string initialCluster)
    {
        ClusterSpec settled = Settled(spec);
        settled = Cleared(settled, member);
        MemberSpec joined = member with { Bootstrap = new MemberBootstrap(initialCluster, Joined: true) };
        return settled.Members.Any(known => known.Name == member.Name)
            ? Replace(settled, joined)
            : settled with { Members = [.. settled.Members, joined] };
    }

    /// <summary>Removes a member.</summary>
    public static ClusterSpec Without(ClusterSpec spec, string name)
    {
        ClusterSpec settled = Settled(spec);
        return settled with { Members = [.. settled.Members.Where(member => member.Name != name)] };
    }

    /// <summary>Records a removed member whose host could not be reached and still has to be cleared.</summary>
    public static ClusterSpec NotCleared(ClusterSpec spec, MemberSpec member) =>
        spec with { Uncleared = [.. Cleared(spec, member).Uncleared ?? [], member] };

    /// <summary>Deletes that record, also for a host that has a member again.</summary>
    public static ClusterSpec Cleared(ClusterSpec spec, MemberSpec member)
    {
        MemberSpec[] left = [.. (spec.Uncleared ?? []).Where(known => known.Name != member.Name && known.HostName != member.HostName)];
        return spec with { Uncleared = left.Length == 0 ? null : left };
    }

    /// <summary>Changes one member.</summary>
    public static ClusterSpec Replace(ClusterSpec spec, MemberSpec member) =>
        spec with { Members = [.. spec.Members.Select(known => known.Name == member.Name ? member : known)] };

    /// <summary>Makes the present members the first members of a new cluster.</summary>
    public static ClusterSpec Founded(ClusterSpec spec) =>
        spec with { Members = [.. spec.Members.Select(member => member with { Bootstrap = null })] };

    /// <summary>Records what each member was first started with, so that later changes of the members do not change it.</summary>
    public static ClusterSpec Settled(ClusterSpec spec)
    {
        string founders = EtcdConfiguration.InitialCluster(spec);
        return spec with
        {
            Members =
            [
                .. spec.Members.Select(member => member with { Bootstrap = member.Bootstrap ?? new MemberBootstrap(founders, Joined: false) }),
            ],
        };
    }
}
