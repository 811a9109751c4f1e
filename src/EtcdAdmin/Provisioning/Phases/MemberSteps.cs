using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Steps that are done to members.</summary>
internal static class MemberSteps
{
    /// <summary>A step that is done to a member, on its host.</summary>
    /// <param name="member">The member.</param>
    /// <param name="kind">What is done.</param>
    /// <param name="action">The same for people, as an order.</param>
    public static StepText Step(this MemberSpec member, StepKind kind, string action) => new(kind, member.HostName, action) { Member = member.Name };
}
