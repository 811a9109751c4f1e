using System.Globalization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
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
    public EtcdPackageWish Package { get; init; } = new();

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
            ForceFormat = Installing(cluster.Name, request).HostsToForce,
        }.Check([member]);

        if (present is null) RequireFormer(membership, state.OwnershipOf(member));
        IReadOnlyList<HandEdit> edits = await HandEdits.ReadAsync(context, cluster, state, [member], cancellationToken).ConfigureAwait(false);

        var plan = new PlanBuilder($"Adding member {member.Name} to cluster {cluster.Name}", cluster.Name);
        var install = new InstallSteps(context, Installing(cluster.Name, request), state);
        await install.CheckLocalPrerequisitesAsync([member], cancellationToken).ConfigureAwait(false);
        AddSteps(plan, new Addition(membership, member, present, request, state, learns) { Edits = edits }, install);
        EtcdCluster after = cluster.WithSpec(wanted);
        return new Operation<EtcdMember>(
            plan.Build(),
            [.. Warnings(membership, request), .. warnings],
            OperationLock.Of(context, cluster.Name, wanted.Members),
            again => PlanAsync(cluster, request, again),
            load => MemberResult.ReadAsync(context, after, member.Name, load));
    }

    private void AddSteps(PlanBuilder plan, Addition add, InstallSteps install)
    {
        (Membership membership, MemberSpec member, Member? present, AddMemberRequest request, InstallState state, bool learns) = add;
        EtcdCluster cluster = membership.Cluster;
        var calls = new MembershipSteps(context, cluster.WithSpec(state.Wanted).Reaching(cluster.Endpoints));
        bool votes = present is { IsLearner: false, IsStarted: true };
        bool isThere = votes || (present is { IsStarted: true } && request.Learner);
        bool runs = state.Running.Contains(member.Name);
        if (isThere && runs && membership.IsUp(present!.Id)) return; // isThere says that it is present

        if (present is null && state.OwnershipOf(member).Owner == Owner.Ours)
        {
            // A member of an earlier life, proved to be this cluster's and no longer in it, which its host may have started again. One that
            // dies and is started over and over runs at one look and does not at the next.
            plan.Add(
                new StepText(member.HostName, $"Stop the former member {member.Name}, which is no longer in the cluster")
                {
                    Member = member.Name,
                    Leaves = $"the former member {member.Name} on {member.HostName} stays stopped",
                },
                (_, token) => context.ServiceOf(member).StopAsync(member, token));
            runs = false;
            state = state.WithStopped(member);
        }

        var files = new MemberInstallation(context, install, state)
        {
            // Until it votes, nothing on the host is of use to anybody, and what was there before is put back.
            RequireUndo = present is null ? token => calls.RequireNoVoteAsync(member, token) : null,
        };
        if (files.Writes(member, joining: present is null)) plan.AddCopies(context, add.Edits);
        files.AddTo(plan, member, joining: present is null);
        StepText Text(string action) => new(member.HostName, action) { Member = member.Name };
        plan.NextStage().Add(
            StepText.Here($"Save the profile of cluster {cluster.Name} with member {member.Name}", member.Name),
            (_, token) => context.Profiles.SaveAsync(cluster.WithSpec(state.Wanted), token),
            async (_, token) =>
            {
                await calls.RequireNoVoteAsync(member, token).ConfigureAwait(false);
                await context.Profiles.SaveAsync(cluster, token).ConfigureAwait(false);
            });
        if (present is null)
        {
            string kind = learns ? "without a vote" : "with a vote";
            plan.NextStage().Add(
                StepText.Here($"Add member {member.Name} to the cluster {kind}", member.Name) with { VotersUp = membership.VotersUp },
                (_, token) => calls.AddAsync(member, learns, token),
                (_, token) => calls.UndoAddAsync(member, token));
        }

        if (!runs)
        {
            // One that has never started has promised nothing yet.
            DataAtStart data = present is { IsStarted: true } ? DataAtStart.Required : DataAtStart.MayBeCreated;
            plan.NextStage().Add(
                Text($"Start member {member.Name}"),
                (_, token) => install.StartAsync(member, data, token),
                async (_, token) =>
                {
                    // Out of the cluster before it stops: a vote that it is given in this very moment is needed until it is out.
                    await (present is null ? calls.UndoAddAsync(member, token) : calls.RequireNoVoteAsync(member, token)).ConfigureAwait(false);
                    await context.ServiceOf(member).StopAsync(member, token).ConfigureAwait(false);
                });
        }

        plan.NextStage();
        if (request.Learner || !learns)
            plan.Add(Text($"Wait until member {member.Name} follows"), (_, token) => calls.FollowAsync(member, request.Timeout, token));
        else
        {
            plan.Add(
                Text($"Wait until member {member.Name} has caught up, and give it its vote") with { VotersUp = membership.VotersUp + 1 },
                (events, token) => calls.PromoteAsync(member, request.Timeout, events, token));
        }

        plan.TidyUp().Add(
            StepText.Here($"Prove that member {member.Name} serves", member.Name),
            async (_, token) =>
            {
                await new MemberGate(context).WaitAsync(cluster.WithSpec(state.Wanted), member, request.Timeout, token).ConfigureAwait(false);
                await files.SettleAsync(member, token).ConfigureAwait(false);
            });
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

    private static InstallRequest Installing(string cluster, AddMemberRequest request) => new()
    {
        Name = cluster,
        Hosts = [request.Host],
        Package = request.Package,
        KeyAlgorithm = request.KeyAlgorithm,
        HealthTimeout = request.Timeout,
    };

    private static EtcdException NoLearners(ClusterSpec spec) => new(
        EtcdErrorIds.NotSupported, $"etcd {spec.Version} knows no members without a vote; they came with {Membership.FirstWithLearners}.")
    { NextStep = "Add it as a voter, or upgrade first." };

    /// <summary>What the steps of one addition follow from.</summary>
    private sealed record Addition(
        Membership Membership, MemberSpec Member, Member? Present, AddMemberRequest Request, InstallState State, bool Learns)
    {
        /// <summary>What was changed by hand in the files that it had before.</summary>
        public IReadOnlyList<HandEdit> Edits { get; init; } = [];
    }
}
