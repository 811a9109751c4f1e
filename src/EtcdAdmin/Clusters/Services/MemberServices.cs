using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Services;

/// <summary>The member services of an environment.</summary>
internal static class MemberServices
{
    /// <param name="context">The environment.</param>
    extension(AdminContext context)
    {
        /// <summary>The service that runs a member on its host.</summary>
        internal IMemberService ServiceOf(MemberSpec member) => member.Adopted is { } adopted
            ? new AdoptedMemberService(context.HostOf(member), member.Unit, adopted)
            : member.Unit is { } unit
            ? new SystemdMemberService(context.HostOf(member), unit)
            : new ProcessMemberService(context.HostOf(member));
    }
}
