using EtcdAdmin.Clusters;

namespace EtcdAdmin.Deployment;

/// <summary>Specifications with other members. Those that stay keep the configuration they were first started with.</summary>
internal static class SpecChanges
{
    /// <summary>With one more member, which joins the others.</summary>
    public static ClusterSpec With(ClusterSpec spec, MemberSpec member)
    {
        ClusterSpec settled = Settled(spec);
        ClusterSpec all = settled with { Members = [.. settled.Members, member] };
        return Replace(all, member with { Bootstrap = new MemberBootstrap(EtcdConfiguration.InitialCluster(all), Joined: true) });
    }

    /// <summary>Without a member.</summary>
    public static ClusterSpec Without(ClusterSpec spec, string name)
    {
        ClusterSpec settled = Settled(spec);
        return settled with { Members = [.. settled.Members.Where(member => member.Name != name)] };
    }

    /// <summary>With a member that joins anew, in its old place.</summary>
    public static ClusterSpec Rejoined(ClusterSpec spec, MemberSpec member)
    {
        ClusterSpec settled = Settled(spec);
        return Replace(settled, member with { Bootstrap = new MemberBootstrap(EtcdConfiguration.InitialCluster(settled), Joined: true) });
    }

    /// <summary>With one member changed.</summary>
    public static ClusterSpec Replace(ClusterSpec spec, MemberSpec member) =>
        spec with { Members = [.. spec.Members.Select(known => known.Name == member.Name ? member : known)] };

    /// <summary>With the present members as the founders of a cluster that begins anew.</summary>
    public static ClusterSpec Founded(ClusterSpec spec) =>
        spec with { Members = [.. spec.Members.Select(member => member with { Bootstrap = null })] };

    private static ClusterSpec Settled(ClusterSpec spec)
    {
        string founders = EtcdConfiguration.InitialCluster(spec);
        return spec with
        {
            Members = [.. spec.Members.Select(member => member with { Bootstrap = member.Bootstrap ?? new MemberBootstrap(founders, Joined: false) })],
        };
    }
}
