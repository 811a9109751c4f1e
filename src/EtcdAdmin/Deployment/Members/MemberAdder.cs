using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Members;

/// <summary>The request to add a member.</summary>
public sealed record AddMemberRequest
{
    /// <summary>The host of the new member.</summary>
    public required HostRequest Host { get; init; }

    /// <summary>Keeps the member as a learner, without a vote.</summary>
    public bool Learner { get; init; }

    /// <summary>The source of etcd; the version is always that of the cluster.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>The folder with certificates of the member that another authority signed, and their keys; null issues new ones with the cluster's
    /// authority.</summary>
    public string? SignedFolder { get; init; }

    /// <summary>The algorithm of its keys.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>The time limit for catching up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>
/// Adds members. Each new member is a learner first and is promoted to voter when it has caught up, so that adding never costs the cluster
/// its quorum.
/// </summary>
/// <param name="context">The context.</param>
public sealed class MemberAdder(AdminContext context)
{
    /// <summary>Plans the addition; reads the cluster and the new host, and changes nothing.</summary>
    /// <param name="cluster">A managed cluster on hosts.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where the member already exists as requested.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged, SpecInvalid, AlreadyExists, QuorumAtRisk, NotHealthy, and any problem of the host.
    /// </exception>
    /// <exception cref="AggregateException">Several problems of the host.</exception>
    public async Task<Operation<EtcdMember>> PlanAsync(EtcdCluster cluster, AddMemberRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireSpec();
        cluster.RequireConverted();
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = membership.Cluster;
        cluster.RequireNoTlsChange();
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

        InstallState state =
            await InstallState.ReadAsync(context, cluster.Name, cluster, wanted, [member], cancellationToken, membership.Id).ConfigureAwait(false);
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
        ProvisioningOptions options = Options(request);
        if (request.SignedFolder is { } folder && wanted.HasCertificates)
            options = options with { Certificates = await SignedAsync(cluster, folder, wanted, member, cancellationToken).ConfigureAwait(false) };
        var provisioner = new MemberProvisioner(new ProvisioningWork(context, options, state) { Edits = edits });
        await provisioner.PrepareAsync([member], cancellationToken).ConfigureAwait(false);
        if (stopsFormer) AddFormerStop(plan, member);
        if (!IsDone(membership, state, member, present, request))
            provisioner.AddTo(plan, [member], Join(membership, wanted, member, present, request));
        EtcdCluster after = cluster.WithSpec(wanted);
        return new Operation<EtcdMember>(
            plan.Build(),
            [.. Warnings(membership, request), .. warnings],
            OperationLock.Of(context, cluster.Name, wanted.Members),
            again => PlanAsync(cluster, request, again),
            load => MemberResult.ReadAsync(context, after, member.Name, load));
    }

    private static bool IsDone(Membership membership, InstallState state, MemberSpec member, Member? present, AddMemberRequest request) =>
        present is { IsStarted: true } && (!present.IsLearner || request.Learner) && state.Running.Contains(member.Name)
        && membership.IsUp(present.Id);

    /// <summary>
    /// Stops a former member, which is proved to be of this cluster and no longer in it. Its host may have started it again. A member that
    /// fails and is restarted again and again may run at one check and not at the next, so the step is always planned.
    /// </summary>
    private void AddFormerStop(PlanBuilder plan, MemberSpec member) => plan.Add(
        member.Step(StepKind.StopMember, $"Stop the former member {member.Name}, which is no longer in the cluster") with
        {
            Leaves = $"the former member {member.Name} on {member.HostName} is left stopped",
        },
        (_, token) => context.ServiceOf(member).StopAsync(member, token));

    /// <summary>Until the member votes, its files are of no use, so everything is rolled back when a step fails.</summary>
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

    /// <summary>Data of this cluster on the host must be of a removed member: a present member must not be stopped to make another of it.</summary>
    private static void RequireFormer(Membership membership, MemberOwnership ownership)
    {
        if (ownership.Owner != Owner.Ours || !ownership.IsDataOf(membership.Id)) return;
        if (membership.Find(ownership.Facts.Data!.Member) is not { } living) return; // it has data of this cluster
        throw new EtcdException(EtcdErrorIds.AlreadyExists,
            $"{ownership.Member.HostName} already has member {Membership.NameOf(living)} ({living.Id}) of cluster '{membership.Cluster.Name}'.")
        {
            Target = ownership.Member.HostName,
            NextStep =
                $"If that member is to be replaced, remove it first (Remove-EtcdMember {Membership.NameOf(living)} -Cluster "
                    + $"{membership.Cluster.Name}), "
                + "otherwise use another host.",
        };
    }

    /// <summary>The specification of the member; the saved specification for a member of the profile.</summary>
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
            throw SpecRules.Invalid($"cluster '{membership.Cluster.Name}' runs only on this machine, so other hosts cannot join it");
        if (spec.Members.Count >= InstallRequest.MaxSize)
            throw SpecRules.Invalid(
                $"a cluster has at most {InstallRequest.MaxSize} members, and '{membership.Cluster.Name}' has {spec.Members.Count}");
        MemberSpec first = spec.Members[0];
        MemberSpec member = HostMembers.Make(request.Host, membership.Cluster.Name, spec.Members.Count + 1, first.ClientPort, first.PeerPort);
        if (spec.Members.Any(known => known.Name == member.Name) || membership.Members.Any(known => known.Name == member.Name))
        {
            throw new EtcdException(EtcdErrorIds.AlreadyExists,
                $"Cluster '{membership.Cluster.Name}' has a member {member.Name} already.")
            {
                Target = member.Name,
                NextStep = "Give the new member another name (-MemberName).",
            };
        }

        return member;
    }

    private static void Guard(Membership membership, Member? present, AddMemberRequest request, bool learns)
    {
        if (present is { IsLearner: false }) return; // it counts already, and starting it can only help
        membership.RequireQuorum("Adding a member");
        if (request.Learner) return;
        // Once the member votes, the quorum may be larger. Before etcd 3.4 it is larger as soon as the member is added, started or not.
        int voters = membership.Voters + 1;
        int up = learns ? membership.VotersUp + 1 : membership.VotersUp;
        if (up >= QuorumCount.Of(voters)) return;
        throw membership.AtRisk(
            string.Create(CultureInfo.InvariantCulture,
                $"With the new member {Membership.Count(voters, "voter")} need a quorum of {QuorumCount.Of(voters)}, and {up} would be up."),
            membership.VotersUp < membership.Voters
                ? "Bring the other members up, or remove members that are lost for good (Remove-EtcdMember), before you add one."
                : $"Upgrade etcd to {Membership.FirstWithLearners} or later first: then a new member is a learner until it is up.");
    }

    private static IReadOnlyList<string> Warnings(Membership membership, AddMemberRequest request)
    {
        if (request.Learner || membership.Voters % 2 == 0) return [];
        return [$"With {membership.Voters + 1} voters the cluster survives the loss of no more members than with {membership.Voters}; add one more."];
    }

    private Task<IReadOnlyDictionary<string, MemberCertificates>> SignedAsync(
        EtcdCluster cluster, string folder, ClusterSpec wanted, MemberSpec member, CancellationToken cancellationToken) =>
        new SignedCertificates(folder, context.Clock).ReadAsync(
            [member], MemberPlace.Of(wanted, [member]),
            (_, use) => (use == CertificateUse.Peer ? cluster.Tls?.PeerCaPem : null) ?? cluster.Tls?.CaPem ?? "", cancellationToken);

    private static ProvisioningOptions Options(AddMemberRequest request) => new()
    {
        Package = request.Package,
        KeyAlgorithm = request.KeyAlgorithm,
        Timeout = request.Timeout,
        HostsToForce = request.Host.ForceFormat ? new HashSet<string> { request.Host.Connection.HostName } : new HashSet<string>(),
    };

    private static EtcdException NoLearners(ClusterSpec spec) => new(
        EtcdErrorIds.NotSupported, $"etcd {spec.Version} has no learners (members without a vote); "
            + $"etcd {Membership.FirstWithLearners} introduced them.")
    { NextStep = "Add the member as a voter, or upgrade etcd first." };
}
