using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Services;

/// <summary>The way from the surroundings to what runs a member.</summary>
internal static class MemberServices
{
    /// <param name="context">The surroundings.</param>
    extension(AdminContext context)
    {
        /// <summary>What runs a member on its host.</summary>
        internal IMemberService ServiceOf(MemberSpec member) => member.Unit is { } unit
            ? new SystemdMemberService(context.HostOf(member), unit)
            : new ProcessMemberService(context.HostOf(member));
    }
}
