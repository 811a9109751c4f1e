using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>A member from the pipeline: the output of <c>Get-EtcdMember</c> or <c>Get-EtcdHealth</c>.</summary>
public sealed class MemberReference
{
    /// <summary>Refers to a member that was read.</summary>
    /// <param name="member">The member.</param>
    public MemberReference(EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        Cluster = member.Cluster;
        Name = member.Name.Length > 0 ? member.Name : member.Id?.ToString() ?? "";
    }

    /// <summary>Refers to the member of a health result.</summary>
    /// <param name="health">The health result.</param>
    public MemberReference(EtcdHealth health)
    {
        ArgumentNullException.ThrowIfNull(health);
        Cluster = health.Cluster;
        Name = health.Member;
    }

    /// <summary>The cluster of the member.</summary>
    public EtcdCluster Cluster { get; }

    /// <summary>The name, or the id if the member has no name yet.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
