using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Removes members from a cluster whose data was replaced without them. They are already stopped.</summary>
internal static class MemberRetirement
{
    /// <summary>Adds the steps, after the proof of the restored members.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="context">The environment.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="members">The members that leave.</param>
    /// <param name="stamp">The mark in the names of kept folders.</param>
    /// <param name="keepsFiles">Whether configuration, certificates and keys are kept with the data.</param>
    public static void AddTo(PlanBuilder plan, AdminContext context, string cluster, IReadOnlyList<MemberSpec> members, string stamp, bool keepsFiles)
    {
        if (members.Count == 0) return;
        plan.TidyUp();
        foreach (MemberSpec member in members)
        {
            string action = keepsFiles
                ? $"Move data, configuration and keys of member {member.Name} aside"
                : $"Move the data of member {member.Name} aside and remove its configuration";
            plan.Add(
                member.Step(StepKind.RetireMember, action),
                (_, token) => RetireAsync(context, cluster, member, stamp, keepsFiles, token));
        }
    }

    /// <summary>Moves the data aside together with all files that are needed to bring the member back.</summary>
    private static async Task RetireAsync(
        AdminContext context, string cluster, MemberSpec member, string stamp, bool keepsFiles, CancellationToken cancellationToken)
    {
        if (keepsFiles)
        {
            var keep = new HostScript(RestoreScripts.KeepFiles)
            {
                Arguments =
                [
                    member.Layout.DataDirectory, member.Layout.ConfigFile, member.Layout.PkiDirectory,
                    member.Unit is { } unit ? SystemdUnit.Path(unit) : "", new RestoreArchive(member, stamp).Files, member.User ?? "",
                ],
            };
            await context.HostOf(member).RunRequiredAsync($"keep the configuration of member {member.Name}", keep, cancellationToken).ConfigureAwait(
                false);
        }

        await RetiredMember.ClearAsync(context.HostOf(member), cluster, member, stamp, cancellationToken).ConfigureAwait(false);
    }
}
