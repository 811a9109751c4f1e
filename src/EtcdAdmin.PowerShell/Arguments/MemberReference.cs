using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>A member as it comes through the pipeline: from <c>Get-EtcdMember</c>, or from <c>Get-EtcdHealth</c>.</summary>
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

    /// <summary>Refers to the member that a verdict is about.</summary>
    /// <param name="health">The verdict.</param>
    public MemberReference(EtcdHealth health)
    {
        ArgumentNullException.ThrowIfNull(health);
        Cluster = health.Cluster;
        Name = health.Member;
    }

    /// <summary>The cluster it belongs to.</summary>
    public EtcdCluster Cluster { get; }

    /// <summary>Its name; its id where it has none yet.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
