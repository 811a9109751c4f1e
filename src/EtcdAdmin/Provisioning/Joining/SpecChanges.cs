using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>Specifications with other members. Those that stay keep the configuration they were first started with.</summary>
internal static class SpecChanges
{
    /// <summary>With one more member, which joins the others.</summary>
    public static ClusterSpec With(ClusterSpec spec, MemberSpec member)
    {
        ClusterSpec all = spec with { Members = [.. spec.Members, member] };
        return Joining(spec, member, EtcdConfiguration.InitialCluster(all));
    }

    /// <summary>With a member that joins, new or once more in its old place.</summary>
    /// <param name="spec">The cluster as it is saved.</param>
    /// <param name="member">The member.</param>
    /// <param name="initialCluster">All members, it included, as etcd's setting of that name has them.</param>
    public static ClusterSpec Joining(ClusterSpec spec, MemberSpec member, string initialCluster)
    {
        ClusterSpec settled = Settled(spec);
        settled = Cleared(settled, member);
        MemberSpec joined = member with { Bootstrap = new MemberBootstrap(initialCluster, Joined: true) };
        return settled.Members.Any(known => known.Name == member.Name)
            ? Replace(settled, joined)
            : settled with { Members = [.. settled.Members, joined] };
    }

    /// <summary>Without a member.</summary>
    public static ClusterSpec Without(ClusterSpec spec, string name)
    {
        ClusterSpec settled = Settled(spec);
        return settled with { Members = [.. settled.Members.Where(member => member.Name != name)] };
    }

    /// <summary>With a removed member noted whose host could not be reached, and so still holds it.</summary>
    public static ClusterSpec NotCleared(ClusterSpec spec, MemberSpec member) =>
        spec with { Uncleared = [.. Cleared(spec, member).Uncleared ?? [], member] };

    /// <summary>Without that note; a host that has a member again is not noted either.</summary>
    public static ClusterSpec Cleared(ClusterSpec spec, MemberSpec member)
    {
        MemberSpec[] left = [.. (spec.Uncleared ?? []).Where(known => known.Name != member.Name && known.HostName != member.HostName)];
        return spec with { Uncleared = left.Length == 0 ? null : left };
    }

    /// <summary>With one member changed.</summary>
    public static ClusterSpec Replace(ClusterSpec spec, MemberSpec member) =>
        spec with { Members = [.. spec.Members.Select(known => known.Name == member.Name ? member : known)] };

    /// <summary>With the present members as the founders of a cluster that begins anew.</summary>
    public static ClusterSpec Founded(ClusterSpec spec) =>
        spec with { Members = [.. spec.Members.Select(member => member with { Bootstrap = null })] };

    /// <summary>With what each member was first started with written down, so that it no longer follows from who is there now.</summary>
    public static ClusterSpec Settled(ClusterSpec spec)
    {
        string founders = EtcdConfiguration.InitialCluster(spec);
        return spec with
        {
            Members = [.. spec.Members.Select(member => member with { Bootstrap = member.Bootstrap ?? new MemberBootstrap(founders, Joined: false) })],
        };
    }
}
