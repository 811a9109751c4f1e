using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Members;

/// <summary>What is asked of a new member.</summary>
public sealed record AddMemberRequest
{
    /// <summary>Its host.</summary>
    public required HostRequest Host { get; init; }

    /// <summary>Leaves it without a vote.</summary>
    public bool Learner { get; init; }

    /// <summary>Where etcd comes from; the version is the cluster's in any case.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>The kind of its keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>How long it may take to catch up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Adds members: each follows without a vote first, and gets one when it has caught up, so that it never costs the cluster its quorum.</summary>
/// <param name="context">The surroundings.</param>
public sealed class MemberAdder(AdminContext context)
{
    /// <summary>Plans it; reads the cluster and the new host, and changes nothing.</summary>
    /// <param name="cluster">A managed cluster on hosts.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>An operation whose plan is empty where the member is there already, as asked.</returns>
    /// <exception cref="EtcdException">ClusterNotManaged, SpecInvalid, AlreadyExists, QuorumAtRisk, NotHealthy, and whatever is wrong with the host.</exception>
    /// <exception cref="AggregateException">Several things are wrong with the host.</exception>
    public async Task<Operation<EtcdMember>> PlanAsync(EtcdCluster cluster, AddMemberRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireSpec();
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = membership.Cluster;
        request = request with { Host = await HostMembers.WithAddressAsync(context, request.Host, cancellationToken).ConfigureAwait(false) };
        ClusterSpec old = cluster.RequireSpec();
        MemberSpec member = Place(membership, request);
        Member? present = membership.Find(member);
        ClusterSpec wanted = present is { IsStarted: true } ? old : SpecChanges.Joining(old, member, membership.InitialCluster(member));
        member = wanted.Members.First(known => known.Name == member.Name);

        bool learns = old.Version >= Membership.FirstWithLearners;
        if (request.Learner && !learns) throw NoLearners(old);
        membership.RequireVersion();
        Guard(membership, present, request, learns);

        InstallState state = await InstallState.ReadAsync(context, cluster.Name, cluster, wanted, [member], cancellationToken, membership.Id).ConfigureAwait(false);
        member = ListenAddresses.Choose(member, state.SurveyOf(member));
        wanted = SpecChanges.Replace(wanted, member);
        state = state with { Wanted = wanted };
        IReadOnlyList<string> warnings = new Preflight(context, state)
        {
            Joining = present is null or { IsStarted: false },
            DatabaseBytes = membership.DatabaseBytes,
            ForceFormat = Options(request).HostsToForce,
        }.Check([member]);

        if (present is null) RequireFormer(membership, state.OwnershipOf(member));
        IReadOnlyList<HandEdit> edits = await HandEdits.ReadAsync(context, cluster, state, [member], cancellationToken).ConfigureAwait(false);

        var plan = new PlanBuilder($"Adding member {member.Name} to cluster {cluster.Name}", cluster.Name);
        bool stopsFormer = present is null && state.OwnershipOf(member).Owner == Owner.Ours;
        if (stopsFormer) state = state.WithStopped(member);
        var provisioner = new MemberProvisioner(new ProvisioningWork(context, Options(request), state) { Edits = edits });
        await provisioner.PrepareAsync([member], cancellationToken).ConfigureAwait(false);
        if (stopsFormer) AddFormerStop(plan, member);
        if (!IsDone(membership, state, member, present, request)) provisioner.AddTo(plan, [member], Join(membership, wanted, member, present, request));
        EtcdCluster after = cluster.WithSpec(wanted);
        return new Operation<EtcdMember>(
            plan.Build(),
            [.. Warnings(membership, request), .. warnings],
            OperationLock.Of(context, cluster.Name, wanted.Members),
            again => PlanAsync(cluster, request, again),
            load => MemberResult.ReadAsync(context, after, member.Name, load));
    }

    private static bool IsDone(Membership membership, InstallState state, MemberSpec member, Member? present, AddMemberRequest request) =>
        present is { IsStarted: true } && (!present.IsLearner || request.Learner) && state.Running.Contains(member.Name) && membership.IsUp(present.Id);

    /// <summary>
    /// A member of an earlier life, proved to be this cluster's and no longer in it, which its host may have started again. One that dies and
    /// is started over and over runs at one look and does not at the next.
    /// </summary>
    private void AddFormerStop(PlanBuilder plan, MemberSpec member) => plan.Add(
        member.Step(StepKind.StopMember, $"Stop the former member {member.Name}, which is no longer in the cluster") with
        {
            Leaves = $"the former member {member.Name} on {member.HostName} stays stopped",
        },
        (_, token) => context.ServiceOf(member).StopAsync(member, token));

    /// <summary>Until it votes, nothing of it is of use to anybody, so all of it is taken back when a step fails.</summary>
    private MemberJoin Join(Membership membership, ClusterSpec wanted, MemberSpec member, Member? present, AddMemberRequest request)
    {
        EtcdCluster after = membership.Cluster.WithSpec(wanted);
        return new MemberJoin(after, new MembershipSteps(context, after.Reaching(membership.Cluster.Endpoints)))
        {
            Present = present,
            StaysLearner = request.Learner,
            VotersBefore = membership.VotersUp,
            VotersAfter = membership.VotersUp + 1,
            Undo = JoinUndo.Everything,
            Before = membership.Cluster,
        };
    }

    /// <summary>What the host has of this cluster must be of a member that left it: one that is in it is not stopped to make another of it.</summary>
    private static void RequireFormer(Membership membership, MemberOwnership ownership)
    {
        if (ownership.Owner != Owner.Ours || !ownership.IsDataOf(membership.Id)) return;
        if (membership.Find(ownership.Facts.Data!.Member) is not { } living) return; // it has data of this cluster
        throw new EtcdException(EtcdErrorIds.AlreadyExists,
            $"{ownership.Member.HostName} holds member {Membership.NameOf(living)} ({living.Id}) of cluster '{membership.Cluster.Name}', which is in the cluster.")
        {
            Target = ownership.Member.HostName,
            NextStep = $"Remove that one first (Remove-EtcdMember {Membership.NameOf(living)} -Cluster {membership.Cluster.Name}), or use another host.",
        };
    }

    /// <summary>The specification of the member; for one that is known already the one it has.</summary>
    private static MemberSpec Place(Membership membership, AddMemberRequest request)
    {
        ClusterSpec spec = membership.Cluster.RequireSpec();
        string hostName = request.Host.Connection.HostName;
        if (spec.Members.FirstOrDefault(known => known.HostName == hostName) is { } here)
        {
            if (request.Host.Name is { } other && other != here.Name)
            {
                throw new EtcdException(EtcdErrorIds.AlreadyExists,
                    $"{hostName} has member {here.Name} of cluster '{membership.Cluster.Name}' already; a host has one member.")
                { Target = hostName };
            }

            return here;
        }

        if (spec.Members.Any(member => member.Connection is null))
            throw SpecRules.Invalid($"cluster '{membership.Cluster.Name}' is on this machine alone, where hosts cannot join it");
        if (spec.Members.Count >= InstallRequest.MaxSize)
            throw SpecRules.Invalid($"a cluster has at most {InstallRequest.MaxSize} members, and '{membership.Cluster.Name}' has {spec.Members.Count}");
        MemberSpec first = spec.Members[0];
        MemberSpec member = HostMembers.Make(request.Host, membership.Cluster.Name, spec.Members.Count + 1, first.ClientPort, first.PeerPort);
        if (spec.Members.Any(known => known.Name == member.Name) || membership.Members.Any(known => known.Name == member.Name))
        {
            throw new EtcdException(EtcdErrorIds.AlreadyExists,
                $"Cluster '{membership.Cluster.Name}' has a member {member.Name} already.")
            {
                Target = member.Name,
                NextStep = "Give the new one another name (-MemberName).",
            };
        }

        return member;
    }

    private static void Guard(Membership membership, Member? present, AddMemberRequest request, bool learns)
    {
        if (present is { IsLearner: false }) return; // it counts already, and starting it can only help
        membership.RequireQuorum("Adding a member");
        if (request.Learner) return;
        // Once it votes the quorum may be larger; before etcd 3.4 it is so from the moment it is added, started or not.
        int voters = membership.Voters + 1;
        int up = learns ? membership.VotersUp + 1 : membership.VotersUp;
        if (up >= QuorumCount.Of(voters)) return;
        throw membership.AtRisk(
            string.Create(CultureInfo.InvariantCulture,
                $"With the new member {Membership.Count(voters, "voter")} need a quorum of {QuorumCount.Of(voters)}, and {up} would be up."),
            membership.VotersUp < membership.Voters
                ? "Bring the other members up, or remove those that are lost (Remove-EtcdMember), before you add one."
                : $"Upgrade etcd to {Membership.FirstWithLearners} or later first: from then on a new member follows without a vote until it is up.");
    }

    private static IReadOnlyList<string> Warnings(Membership membership, AddMemberRequest request)
    {
        if (request.Learner || membership.Voters % 2 == 0) return [];
        return [$"With {membership.Voters + 1} voters the cluster survives the loss of no more members than with {membership.Voters}; add one more."];
    }

    private static ProvisioningOptions Options(AddMemberRequest request) => new()
    {
        Package = request.Package,
        KeyAlgorithm = request.KeyAlgorithm,
        Timeout = request.Timeout,
        HostsToForce = request.Host.ForceFormat ? new HashSet<string> { request.Host.Connection.HostName } : new HashSet<string>(),
    };

    private static EtcdException NoLearners(ClusterSpec spec) => new(
        EtcdErrorIds.NotSupported, $"etcd {spec.Version} knows no members without a vote; they came with {Membership.FirstWithLearners}.")
    { NextStep = "Add it as a voter, or upgrade first." };
}
