using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Monitors;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Deployment.Uninstall;

/// <summary>Uninstalls a cluster from its hosts: removes only files that were installed, and the data only if the request says so.</summary>
/// <param name="context">The context.</param>
public sealed class ClusterUninstaller(AdminContext context)
{
    /// <summary>Plans the removal; checks that all hosts can be managed, and changes nothing.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="request">Whether the data is removed, and whether hosts that cannot be managed now may be left as they are.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged; ProfileOutdated: the cluster has members that are not in the profile and would be left behind; or the error of the
    /// only host that cannot be managed.
    /// </exception>
    /// <exception cref="AggregateException">Several hosts cannot be managed; it has the error of each host.</exception>
    public async Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, UninstallRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        ClusterSpec spec = cluster.RequireSpec();
        cluster.RequireConverted();
        // Members that were removed while their hosts could not be reached are cleared too, if their hosts can be reached now.
        MemberSpec[] all = [.. spec.Members, .. spec.Uncleared ?? []];
        EtcdException?[] problems = await Task.WhenAll(all.Select(member => ProblemAsync(cluster, member, cancellationToken))).ConfigureAwait(false);
        EtcdException[] unmanageable = [.. problems.Take(spec.Members.Count).OfType<EtcdException>()];
        if (unmanageable.Length > 0 && !request.Force) throw Refusal(unmanageable);
        IReadOnlyList<Member> others = await ProfileComparison.FindOthersAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (others.Count > 0 && !request.Force) throw Unknown(cluster, others);
        MemberSpec[] members = [.. all.Where((_, index) => problems[index] is null)];
        string[] warnings =
        [
            .. CertificateWarnings(cluster),
            .. all.Zip(problems).Where(pair => pair.Second is not null).Select(pair => LeftBehind(pair.First, pair.Second!)),
            .. others.Count > 0 ? [$"The profile does not have {Names(others)}. "
                + $"{(others.Count == 1 ? "It is" : "They are")} left without a quorum and without the certificate authority of the "
                + "cluster."] : Array.Empty<string>(),
        ];
        var plan = new PlanBuilder($"Uninstalling cluster {cluster.Name}", cluster.Name);
        int up = members.Length;
        var stop = new WholeClusterStop(context, cluster, members);
        foreach (MemberSpec member in members)
        {
            StepText text = member.Step(StepKind.StopMember, $"Stop member {member.Name}") with { Interrupts = Interruption.Member, VotersUp = --up };
            plan.Add(text, (_, token) => stop.StopAsync(member, token));
        }

        plan.NextStage();
        foreach (MemberSpec member in members)
            plan.Add(RemoveText(member, request.RemoveData), (_, token) => RemoveAsync(cluster.Name, member, request.RemoveData, token));
        plan.NextStage();
        string[] versions = [.. spec.AllVersions.Select(version => version.ToString()).DefaultIfEmpty("none")];
        foreach (MemberSpec host in members.DistinctBy(member => (member.HostName, member.BinDirectory)))
        {
            plan.Add(
                new StepText(StepKind.RemoveBinaries, host.HostName,
                    $"Remove etcd{(host.Unit is null ? "" : $" {string.Join(", ", versions)}")} from {host.BinDirectory}")
                {
                    Detail = $"{string.Join(", ", versions)} {host.BinDirectory}",
                },
                (_, token) => RunAsync(host, "remove etcd", UninstallScripts.RemovePrograms,
                    [host.BinDirectory, .. host.Unit is null ? [] : versions], token));
        }

        await new MonitorRemoval(context).AddAllAsync(plan, cluster.Name, cancellationToken).ConfigureAwait(false);
        plan.NextStage().Add(
            StepText.Here(StepKind.RemoveProfile, $"Delete the profile of cluster {cluster.Name} with its certificate authority and private keys"),
            (_, _) =>
            {
                context.Profiles.Remove(cluster.Name);
                return Task.CompletedTask;
            });
        return new Operation<EtcdCluster>(
            plan.Build(),
            warnings,
            OperationLock.Of(context, cluster.Name, all),
            again => PlanAsync(cluster, request, again),
            _ => Task.FromResult(cluster));
    }

    /// <summary>Uninstalling needs no call to the cluster, so an invalid certificate gives only a warning.</summary>
    private IEnumerable<string> CertificateWarnings(EtcdCluster cluster)
    {
        string? problem = null;
        try
        {
            ClientIdentity.Require(cluster, context.Clock);
        }
        catch (EtcdException e)
        {
            problem = e.Message;
        }

        if (problem is not null)
            yield return $"The leader of cluster '{cluster.Name}' cannot be found, so stopping its members may take some seconds longer: {problem}";
    }

    /// <returns>Why the member's host cannot be managed; null where it can.</returns>
    private async Task<EtcdException?> ProblemAsync(EtcdCluster cluster, MemberSpec member, CancellationToken cancellationToken)
    {
        try
        {
            await new OwnershipReader(context).RequireOursAsync(cluster, [member], cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (EtcdException e)
        {
            return e;
        }
    }

    private static Exception Refusal(EtcdException[] unmanageable)
    {
        EtcdException[] refusals =
        [
            .. unmanageable.Select(e => new EtcdException(e.ErrorId, e.Message, e)
            {
                Target = e.Target,
                NextStep = e.ErrorId == EtcdErrorIds.EtcdExists
                    ? "Nothing was removed on any host. To uninstall the cluster from the other hosts and leave this host as it is, with its etcd "
                        + "and data, use -Force."
                    : "Nothing was removed on any host. Make sure that this host can be managed. Or use -Force to uninstall from the other hosts "
                        + "and leave this one as it is, with its etcd and data.",
            }),
        ];
        return refusals is [var only] ? only : new AggregateException(refusals);
    }

    private static EtcdException Unknown(EtcdCluster cluster, IReadOnlyList<Member> others) => new(EtcdErrorIds.ProfileOutdated,
        $"Cluster '{cluster.Name}' has {Names(others)}, and its profile does not. "
        + $"{(others.Count == 1 ? "It" : "They")} would be left without a quorum and without the certificate authority of the cluster.")
    {
        Target = cluster.Name,
        NextStep = $"Nothing was removed on any host. Copy the members into the profile first (Set-EtcdConfiguration {cluster.Name} -FromCluster), "
            + "or remove them (Remove-EtcdMember). To uninstall all the same and leave those members in that state, use -Force.",
    };

    private static string Names(IReadOnlyList<Member> members) =>
        $"{(members.Count == 1 ? "member" : "members")} "
            + $"{string.Join(", ", members.Select(member => $"{Membership.NameOf(member)} ({EtcdConfiguration.Text(member.PeerUrls)})"))}";

    private static string LeftBehind(MemberSpec member, EtcdException problem) => problem.ErrorId == EtcdErrorIds.EtcdExists
        ? $"{member.HostName} is left as it is, because the etcd there is not member {member.Name}: {problem.Message}"
        : $"{member.HostName} is left as it is, because it cannot be managed now: {problem.Message} Left on the host: "
        + (member.Unit is { } unit ? $"the unit {unit}, which starts at boot, " : "")
        + $"the programs in {member.BinDirectory}, {member.Layout.ConfigDirectory} and the data in {member.Layout.DataDirectory}.";

    private static StepText RemoveText(MemberSpec member, bool removeData) => member.Step(
        StepKind.RemoveFiles,
        removeData
            ? $"Remove member {member.Name} and delete its data in {member.Directory}"
                + (member.Volume is { } volume ? $"; {volume.Device} is unmounted and keeps its {volume.FileSystem} file system" : "")
            : $"Remove member {member.Name}; its data is kept in {member.Layout.DataDirectory}") with
    {
        Detail = removeData ? $"{member.Directory} {member.Volume?.Device}" : "",
    };

    private Task RemoveAsync(string cluster, MemberSpec member, bool removeData, CancellationToken cancellationToken) => RunAsync(
        member, $"remove member {member.Name}", UninstallScripts.RemoveMember,
        UninstallScripts.Arguments(cluster, member, removeData),
        cancellationToken);

    private Task RunAsync(MemberSpec member, string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        context.HostOf(member).RunRequiredAsync(action, new HostScript(script) { Arguments = arguments }, cancellationToken);
}
