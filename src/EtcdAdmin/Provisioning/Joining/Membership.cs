using System.Globalization;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>The members of a cluster, their health, and the arithmetic of the quorum.</summary>
/// <param name="Cluster">The cluster; a managed cluster as its profile has it now.</param>
/// <param name="Members">The member list that the cluster returned.</param>
/// <param name="Health">The health of each member.</param>
internal sealed record Membership(EtcdCluster Cluster, IReadOnlyList<Member> Members, ClusterHealth Health)
{
    /// <summary>The first etcd with learners (members without a vote).</summary>
    public static readonly EtcdVersion FirstWithLearners = new(3, 4, 0);

    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(3), ComparesProfile = false };

    /// <summary>The cluster's id, as the member that answered reports it.</summary>
    public ClusterId Id { get; init; }

    /// <summary>Members with a vote.</summary>
    public int Voters => Votes.Voters;

    /// <summary>Members with a vote that answer.</summary>
    public int VotersUp => Votes.Up;

    private QuorumCount Votes => QuorumCount.Of(Members, member => !member.IsLearner, member => IsUp(member.Id));

    /// <summary>The size of the largest database, which a joining member receives completely; 0 where it is unknown.</summary>
    public long DatabaseBytes => Health.Members.Max(member => member.DbSizeBytes) ?? 0;

    /// <summary>The leader; null where there is none.</summary>
    public Member? Leader => Health.Members.FirstOrDefault(member => member.IsLeader == true)?.MemberId is { } id ? Find(id) : null;

    /// <summary>Reads members and health of a cluster.</summary>
    /// <exception cref="EtcdException">
    /// ClusterNotFound, ProfileInvalid. CertificateInvalid: the operator's certificate has expired. NotHealthy: no member returned the list.
    /// </exception>
    public static async Task<Membership> ReadAsync(AdminContext context, EtcdCluster cluster, CancellationToken cancellationToken)
    {
        cluster = await AsSavedAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        ClientIdentity.Require(cluster, context.Clock);
        MemberList list;
        try
        {
            list = await MemberQuery.AskAsync(cluster, Options.Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e)
        {
            throw new EtcdException(EtcdErrorIds.NotHealthy,
                $"No member of cluster '{cluster.Name}' returned the member list: {e.Message}", e)
            {
                Target = cluster.Name,
                NextStep =
                    "Check that its members run (Start-EtcdMember) and can be reached from this machine. Only if most of them are lost for good, "
                        + "use Repair-EtcdCluster: the newest writes can be lost with it.",
            };
        }

        ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, Options, cancellationToken).ConfigureAwait(false);
        return new Membership(cluster, list.Members, health) { Id = list.Header.ClusterId };
    }

    /// <summary>What does not serve while a member is down: one or two voters can spare none.</summary>
    public Interruption InterruptionBy(MemberSpec member) =>
        Voters <= 2 && Find(member) is not { IsLearner: true } ? Interruption.Cluster : Interruption.Member;

    /// <summary>
    /// A managed cluster as its profile has it now, because the caller may have loaded the object long ago; any other cluster as it is.
    /// </summary>
    /// <exception cref="EtcdException">ClusterNotFound, ProfileInvalid.</exception>
    public static async Task<EtcdCluster> AsSavedAsync(AdminContext context, EtcdCluster cluster, CancellationToken cancellationToken)
    {
        if (!cluster.IsManaged) return cluster;
        EtcdCluster saved = await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        return cluster.AsIn(saved).Reaching(saved.Endpoints);
    }

    /// <summary>Whether a member answers.</summary>
    public bool IsUp(MemberId id) => Health.Members.Any(member => member.MemberId == id && member.Reachable);

    /// <summary>The member with an id; null where there is none.</summary>
    public Member? Find(MemberId id) => Members.FirstOrDefault(member => member.Id == id);

    /// <summary>The member of a specification. A member that has never started has no name yet and is found by its address.</summary>
    public Member? Find(MemberSpec spec) => ClusterDifference.Find(Cluster.RequireSpec(), spec, Members);

    /// <summary>The value of etcd's <c>initial-cluster</c> for a member that joins.</summary>
    /// <remarks>
    /// It is made from the member list of the cluster, not from the profile: a joining etcd exits where the two differ. Of the joining member
    /// itself etcd only checks the name.
    /// </remarks>
    public string InitialCluster(MemberSpec joining)
    {
        Member? present = Find(joining);
        return string.Join(',', Members.Where(member => member != present)
            .OrderBy(NameOf, StringComparer.Ordinal)
            .SelectMany(member => member.PeerUrls.Select(url => $"{NameOf(member)}={EtcdConfiguration.Text(url)}"))
            .Append($"{joining.Name}={EtcdConfiguration.Text(joining.PeerUrl(Cluster.RequireSpec().Tls))}"));
    }

    /// <summary>The name of a member; its id where it has never started.</summary>
    public static string NameOf(Member member) => member.IsStarted ? member.Name : member.Id.ToString();

    /// <summary>Refuses where the cluster has no quorum now.</summary>
    /// <exception cref="EtcdException">QuorumAtRisk, with the arithmetic.</exception>
    public void RequireQuorum(string what)
    {
        if (Votes.Holds) return;
        throw AtRisk(
            $"{what} needs the agreement of a quorum: of {Count(Voters, "voter")} {VotersUp} {(VotersUp == 1 ? "is" : "are")} up, and the quorum is "
                + $"{Votes.Quorum}.",
            "Bring members up first (Start-EtcdMember). Only if a quorum of them is lost for good, use Repair-EtcdCluster: the newest writes can be "
                + "lost with it.");
    }

    /// <summary>Refuses where the joining etcd is older than the cluster: it would exit at its start (etcd's MustDetectDowngrade).</summary>
    /// <exception cref="EtcdException">DataTooNew.</exception>
    public void RequireVersion()
    {
        // There.
        EtcdVersion[] running = [.. Health.Members.Where(member => member.RunningVersion is not null).Select(member => member.RunningVersion!.Value)];
        if (Cluster.RequireSpec().Version is not { } joining || running.Length == 0) return;
        EtcdVersion oldest = running.Min(); // what the members have agreed on
        if ((joining.Major, joining.Minor).CompareTo((oldest.Major, oldest.Minor)) >= 0) return;
        throw new EtcdException(EtcdErrorIds.DataTooNew,
            $"Cluster '{Cluster.Name}' runs etcd {oldest}, but its profile says etcd {joining} for the new member. "
                + "An older etcd cannot join a newer cluster.")
        {
            Target = Cluster.Name,
            NextStep = string.Create(CultureInfo.InvariantCulture, $"The cluster was upgraded without EtcdAdmin. "
                + $"Set the version in the profile, which keeps the cluster and its data: Install-EtcdCluster {Cluster.Name} -Version "
                + $"{oldest.Major}.{oldest.Minor}."),
        };
    }

    /// <summary>Makes the error for an operation that would cost the quorum.</summary>
    public EtcdException AtRisk(string message, string nextStep) =>
        new(EtcdErrorIds.QuorumAtRisk, message) { Target = Cluster.Name, NextStep = nextStep };

    /// <summary>A number with its noun.</summary>
    public static string Count(int number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
