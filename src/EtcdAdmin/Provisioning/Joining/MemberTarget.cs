using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>The member that an operator named.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Member">The member in the cluster; null where the cluster does not have it.</param>
/// <param name="Spec">The member in the profile; null where the profile does not have it.</param>
internal sealed record MemberTarget(string Name, Member? Member, MemberSpec? Spec)
{
    /// <summary>Finds a member by name, id or host.</summary>
    /// <exception cref="EtcdException">MemberNotFound.</exception>
    public static MemberTarget Find(Membership membership, string wanted)
    {
        IReadOnlyList<MemberSpec> specs = membership.Cluster.Spec?.Members ?? [];
        MemberSpec? spec = specs.FirstOrDefault(known => known.Name == wanted) ?? specs.FirstOrDefault(known => known.HostName == wanted);
        Member? member = spec is not null
            ? membership.Find(spec)
            : membership.Members.FirstOrDefault(known => known.Name == wanted
            || string.Equals(known.Id.ToString(), wanted, StringComparison.OrdinalIgnoreCase));
        spec ??= member is null ? null : specs.FirstOrDefault(known => membership.Find(known)?.Id == member.Id);
        // One of the two is there.
        if (member is not null || spec is not null) return new MemberTarget(spec?.Name ?? Membership.NameOf(member!), member, spec);
        throw new EtcdException(EtcdErrorIds.MemberNotFound,
            $"Cluster '{membership.Cluster.Name}' has no member '{wanted}', by name, id or host.")
        {
            Target = wanted,
            NextStep = $"Its members are {string.Join(", ", membership.Members.Select(Membership.NameOf))}.",
        };
    }
}
