using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Upgrades.Adoption;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>
/// Converts a member that others installed to one that EtcdAdmin manages: same data, same release, same address and certificates, but in the
/// places and under the unit of EtcdAdmin. A member of etcd 2.3, which has no configuration file, gets etcd 3.0 with the same restart.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class MemberConverter(AdminContext context)
{
    /// <summary>Plans the conversion; reads the cluster and the host, and changes nothing.</summary>
    /// <param name="cluster">An imported cluster.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty if the member is converted already.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged, MemberNotFound; MemberNotConverted: it can only be read. NotSupported: it cannot be described as a managed member.
    /// UpgradeRefused: another version was wanted. PlanOutdated: it has changed since it was imported. QuorumAtRisk, NotHealthy: the other members.
    /// MemberDataLost, EtcdExists, DiskFull and other problems of the host.
    /// </exception>
    public async Task<Operation<EtcdConversion>> PlanAsync(
        EtcdCluster cluster, string member, ConversionRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireSpec();
        SpecRules.HostPath(request.BackupDirectory);
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = membership.Cluster;
        ClusterSpec spec = cluster.RequireSpec();
        MemberSpec old = MemberTarget.Find(membership, member).Spec ?? throw NotInProfile(cluster, member);
        if (old.Adopted is not { } adopted) return Done(cluster, old, request);
        if (adopted.IsReadOnly && AdoptedMembers.Refusal(cluster.Name, [old]) is { } refusal) throw refusal;
        EtcdVersion version = await ConversionVersion.FindAsync(context, cluster, old, request.Package, cancellationToken).ConfigureAwait(false);
        ConversionGuard.CheckMembers(membership, old, request.AllowsInterruption);

        MemberSpec managed = ManagedPlaces.Of(old) with { Version = version == spec.Version ? null : version };
        EtcdCluster after = cluster.WithSpec(SpecChanges.Replace(spec, managed));
        InstallState state = await InstallState
            .ReadAsync(context, cluster.Name, cluster, after.RequireSpec(), [managed], cancellationToken, membership.Id).ConfigureAwait(false);
        ConversionFacts facts = await ConversionFacts.ReadAsync(context, old, managed, request.BackupDirectory, cancellationToken)
            .ConfigureAwait(false);
        ConversionGuard.CheckHost(old, managed, spec.Tls, facts);
        if (cluster.IsBefore3) await GuardBefore3.CheckAsync(membership, old, facts, cancellationToken).ConfigureAwait(false);
        EtcdInstallation? running = await FindAsync(old, cancellationToken).ConfigureAwait(false);
        IEnumerable<string> warnings = running is { Kind: not null, IsRunning: true } ? CheckRunning(membership, old, managed, running) : [];
        bool isOurs = state.OwnershipOf(managed).Facts is { UnitCluster: { } marked, UnitMember: { } name }
            && marked == cluster.Name && name == old.Name;
        ConversionGuard.CheckSpace(
            state.SurveyOf(managed).Host, request.BackupDirectory, managed, !state.FactsOf(managed).HasBinary,
            facts.HasOldData ? facts.DataBytes : 0);

        var work = new ConversionWork(context, cluster, after, old, managed, request);
        // What an earlier phase would call the member's own process is still the old installation's.
        var provisioner = new MemberProvisioner(new ProvisioningWork(
            context, new ProvisioningOptions { Package = request.Package ?? new PackageRequest() }, state.WithStopped(managed)));
        var plan = new PlanBuilder($"Converting member {old.Name} of cluster {cluster.Name} from {adopted.Source}"
            + (cluster.IsBefore3 ? $" to etcd {version}" : ""), cluster.Name);
        AddPrograms(plan, provisioner, work, old, managed, request, state, version);
        bool serves = isOurs && facts.HasNewData && state.FactsOf(managed).ProcessId is not null;
        if (!serves) AddSwitch(plan, work, membership, old, managed, facts, running is { IsRunning: true } && !isOurs);
        AddRest(plan, work, membership, old, PackageOf(adopted, running));
        return new Operation<EtcdConversion>(
            plan.Build(),
            [.. warnings, .. Prospects(cluster, work)],
            OperationLock.Of(context, cluster.Name, spec.Members),
            again => PlanAsync(cluster, member, request, again),
            _ => Task.FromResult(new EtcdConversion
            {
                Cluster = work.Finished,
                Member = managed.Name,
                HostName = managed.HostName,
                From = adopted.Source,
                Version = version,
                DataDirectory = managed.Layout.DataDirectory,
                Archive = work.Archive?.Path,
                ArchiveSha256 = work.Archive?.Sha256,
                ArchiveBytes = work.Archive?.Bytes,
                Downtime = work.Downtime,
                OldFiles = work.OldFiles,
            }));
    }

    private void AddPrograms(
        PlanBuilder plan, MemberProvisioner provisioner, ConversionWork work, MemberSpec old, MemberSpec managed, ConversionRequest request,
        InstallState state, EtcdVersion version)
    {
        if (old.Adopted!.ConvertsTo is null) // it is converted
        {
            EtcdCluster before = state.Existing!; // imported clusters are saved
            EtcdCluster begun = before.WithSpec(SpecChanges.Replace(
                before.RequireSpec(), old with { Adopted = old.Adopted with { ConvertsTo = managed.Directory } }));
            plan.Add(
                StepText.Here(StepKind.NoteInProfile, $"Note in the profile that member {old.Name} is being converted", old.Name),
                (_, token) => context.Profiles.SaveAsync(begun, token),
                (_, token) => context.Profiles.SaveAsync(before, token));
        }

        if (request.Package is not null || state.Existing!.IsBefore3) // as above
        {
            provisioner.AddPhase(plan, provisioner.ProvidePackage, [managed]);
            provisioner.AddPhase(plan, provisioner.InstallBinaries, [managed]);
        }
        else if (!state.FactsOf(managed).HasBinary)
        {
            plan.NextStage().Add(
                managed.Step(StepKind.InstallBinaries, $"Copy etcd {version} of {managed.HostName} to {managed.BinDirectory}") with
                {
                    Detail = managed.BinDirectory,
                    Leaves = $"etcd in {managed.BinDirectory} on {managed.HostName}",
                },
                (_, token) => work.CopyProgramsAsync(version, token));
        }
    }

    private void AddSwitch(
        PlanBuilder plan, ConversionWork work, Membership membership, MemberSpec old, MemberSpec managed, ConversionFacts facts, bool runs)
    {
        if (membership.Leader is { } leader && leader == membership.Find(old) && membership.Voters > 1 && LeaderMover.CanMove(membership))
        {
            plan.NextStage().Add(
                StepText.Here(StepKind.MoveLeader, "Move leadership to another member", old.Name),
                (_, token) => new LeaderMover(context).MoveAwayAsync(membership.Cluster, leader.Id, token));
        }

        int up = membership.VotersUp - (runs ? 1 : 0);
        plan.NextStage().Add(
            old.Step(StepKind.StopMember, $"Stop member {old.Name} ({old.Unit})") with
            {
                Interrupts = membership.InterruptionBy(old),
                VotersUp = up,
            },
            (_, token) => work.StopAsync(token),
            (_, token) => work.StartOldAsync(token));
        if (facts.HasOldData)
        {
            plan.NextStage().Add(
                old.Step(StepKind.KeepDataCopy, $"Back up configuration, certificates and data of member {old.Name}, and compare the archive") with
                {
                    Detail = old.Adopted!.DataDirectory, // it is converted
                    Leaves = $"the backup of member {old.Name} on {old.HostName}",
                },
                (_, token) => work.BackUpAsync(token));
        }

        plan.NextStage().Add(
            managed.Step(
                StepKind.SwitchData, $"Disable {old.Unit}, move the data of member {old.Name} to {managed.Layout.DataDirectory}, and write its "
                    + $"configuration and {managed.Unit}") with
            {
                Detail = managed.Layout.DataDirectory,
            },
            (_, token) => work.SwitchAsync(token),
            (_, token) => work.SwitchBackAsync(token));
        plan.NextStage().Add(
            managed.Step(StepKind.StartMember, $"Start member {managed.Name} ({managed.Unit})") with { VotersUp = up + 1 },
            (_, token) => work.StartAsync(token),
            (_, token) => work.StopNewAsync(token));
    }

    private void AddRest(PlanBuilder plan, ConversionWork work, Membership membership, MemberSpec old, string? package)
    {
        plan.NextStage().Add(
            StepText.Here(StepKind.ProveMember, $"Prove that member {old.Name} and all others serve", old.Name),
            (_, token) => work.ProveAsync(token));
        plan.TidyUp().Add(
            old.Step(StepKind.RemoveFiles, $"Remove {OldInstallation(old, package)}; data and certificates are kept") with
            {
                Detail = package,
            },
            (_, token) => work.PurgeAsync(package, token));
        plan.NextStage().Add(
            StepText.Here(StepKind.SaveProfile, $"Save the profile of cluster {membership.Cluster.Name} with the converted member", old.Name),
            (_, token) => context.Profiles.SaveAsync(work.Finished, token));
    }

    // Said before the operator agrees.
    private static IEnumerable<string> Prospects(EtcdCluster cluster, ConversionWork work)
    {
        if (!cluster.IsBefore3) yield break;
        yield return work.Finished.IsBefore3
            ? "If the member does not serve with etcd 3.0, it goes back to etcd 2.3. That is possible until the last member is converted."
            : "This is the last member of etcd 2.3. When it serves, the members agree on etcd 3.0, and none can go back.";
    }

    private static string OldInstallation(MemberSpec old, string? package) => old.Adopted!.Kind == AdoptedKind.Snap // it is converted
        ? "the snap and its files" : package is null ? $"the old files of {old.Unit}" : $"package {package} and its files";

    private static IEnumerable<string> CheckRunning(Membership membership, MemberSpec old, MemberSpec managed, EtcdInstallation running)
    {
        if (membership.Find(old) is { } present)
            ConversionGuard.CheckProfile(membership.Cluster.Name, old, AdoptedSpec.Of(membership.Id, present, running));
        ClusterSpec spec = membership.Cluster.RequireSpec();
        var left = new List<string>();
        EtcdTuning own = AdoptedTuning.Of(running.Settings, spec.Version, left);
        return ConversionGuard.Warnings(old, managed, spec.Tuning, own, running)
            .Concat(left.Select(setting => $"A setting of member {old.Name} is not carried over: {setting}."));
    }

    // The one that runs, or the unit that would.
    private async Task<EtcdInstallation?> FindAsync(MemberSpec old, CancellationToken cancellationToken)
    {
        IReadOnlyList<EtcdInstallation> all = await new InstallationReader(context)
            .ReadAsync(old.Connection ?? Hosts.Connections.HostConnection.Local, cancellationToken).ConfigureAwait(false);
        return all.FirstOrDefault(found => found.IsRunning && found.MemberId == old.Adopted!.MemberId) // it is converted
            ?? all.FirstOrDefault(found => found.Unit == old.Unit);
    }

    // Of a package only the name is known in the profile; after an interruption the unit may be gone, the package not.
    private static string? PackageOf(AdoptedMember adopted, EtcdInstallation? running) => adopted.Kind != AdoptedKind.DistroPackage ? null
        : running?.Package ?? (adopted.Source.Split(' ') is ["package", var name, ..] ? name : null);

    private Operation<EtcdConversion> Done(EtcdCluster cluster, MemberSpec member, ConversionRequest request) => new(
        new PlanBuilder($"Converting member {member.Name} of cluster {cluster.Name}", cluster.Name).Build(),
        [$"Member {member.Name} of cluster '{cluster.Name}' is managed by EtcdAdmin already."],
        OperationLock.Of(context, cluster.Name, cluster.RequireSpec().Members),
        again => PlanAsync(cluster, member.Name, request, again),
        _ => Task.FromResult(new EtcdConversion
        {
            Cluster = cluster,
            Member = member.Name,
            HostName = member.HostName,
            From = "EtcdAdmin",
            Version = cluster.RequireSpec().Version,
            DataDirectory = member.Layout.DataDirectory,
        }));

    private static EtcdException NotInProfile(EtcdCluster cluster, string member) => new(EtcdErrorIds.MemberNotFound,
        $"Member {member} of cluster '{cluster.Name}' is not in its profile, so its host is not known.")
    {
        Target = member,
        NextStep = $"Update the profile first: Import-EtcdCluster {cluster.Name} with all hosts.",
    };
}
