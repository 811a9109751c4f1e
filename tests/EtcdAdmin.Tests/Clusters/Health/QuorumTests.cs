using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Clusters.Health;

/// <summary>Who counts for the quorum, and when a member may be taken down, against three real members.</summary>
public sealed class QuorumTests(ThreeMembers members) : IClassFixture<ThreeMembers>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FindQuorumLossAsync_LearnerThatNeverStarted_DoesNotCount()
    {
        EtcdCluster cluster = await members.GetAsync();
        MemberSpec joining = cluster.Spec!.Members[0] with { Name = "joining", PeerPort = FreePorts.Take(1)[0] };
        await new MembershipSteps(members.Lab.Context, cluster).AddAsync(joining, learner: true, Token);
        MemberId added = (await cluster.Client.Cluster.ListAsync(cancellationToken: Token)).Members.Single(member => member.IsLearner).Id;
        try
        {
            await new MemberOperator(members.Lab.Context).GuardQuorumAsync(cluster, "demo-2", Token);
            string? two = await new MemberOperator(members.Lab.Context).FindQuorumLossAsync(cluster, ["demo-2", "demo-3"], Token);
            EtcdHealth learner = Assert.Single((await CheckAsync(cluster)).Members, member => member.MemberId == added);

            var repair = await Assert.ThrowsAsync<EtcdException>(() =>
                new MemberRepairer(members.Lab.Context).PlanAsync(cluster, "demo-2", new RepairMemberRequest(), Token));

            // It would come back as a second learner, which etcd refuses once it is out.
            Assert.Contains($"accepts no more learners: it already has {added}", repair.Message, StringComparison.Ordinal);
            Assert.Equal("3 of 3 voter(s) are up, 1 would be left, and the quorum is 2", two);
            Assert.True(learner.IsLearner);
        }
        finally
        {
            await cluster.Client.Cluster.RemoveAsync(added, CancellationToken.None);
        }
    }

    [Fact]
    public async Task FindLossAsync_OnlyAnExactQuorumIsLeft_LeavesTheMemberUntilOthersAreBack()
    {
        EtcdCluster cluster = await members.GetAsync();
        MemberSpec first = cluster.Spec!.Members[0];
        AdminContext impatient = members.Lab.Context with { UndoPatience = TimeSpan.FromSeconds(1) };
        string? whole = await new QuorumSpare(impatient, cluster).FindLossAsync(first, Token);
        await members.SignalAsync("demo-3", "STOP");
        string? exact, ofTheMissing;
        try
        {
            exact = await new QuorumSpare(impatient, cluster).FindLossAsync(first, Token);
            ofTheMissing = await new QuorumSpare(impatient, cluster).FindLossAsync(cluster.Spec.Members[2], Token);
            Task<string?> waiting = new QuorumSpare(members.Lab.Context, cluster).FindLossAsync(first, Token);
            await members.SignalAsync("demo-3", "CONT");

            Assert.Null(await waiting.WaitAsync(TimeSpan.FromSeconds(20), Token));
        }
        finally
        {
            await members.SignalAsync("demo-3", "CONT");
        }

        Assert.Null(whole);
        Assert.Equal("only 1 of 3 voters would be up without it, and the quorum is 2", exact);
        Assert.Null(ofTheMissing);
    }

    private async Task<ClusterHealth> CheckAsync(EtcdCluster cluster) =>
        await new HealthChecker(members.Lab.Context).CheckAsync(cluster, new HealthOptions(), Token);
}
