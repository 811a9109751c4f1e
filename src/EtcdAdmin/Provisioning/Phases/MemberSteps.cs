using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Makes steps that are done to members.</summary>
internal static class MemberSteps
{
    /// <summary>A step that is done to a member, on its host.</summary>
    /// <param name="member">The member.</param>
    /// <param name="kind">The kind of the step.</param>
    /// <param name="action">What the step does, for the operator, as an imperative.</param>
    public static StepText Step(this MemberSpec member, StepKind kind, string action) => new(kind, member.HostName, action) { Member = member.Name };
}
