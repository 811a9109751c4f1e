using System.Globalization;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>Who belongs to a cluster and who of them is up, with the arithmetic of quorums.</summary>
/// <param name="Cluster">The cluster, for a managed one as its profile has it now.</param>
/// <param name="Members">As the cluster itself tells.</param>
/// <param name="Health">The verdict on each.</param>
internal sealed record Membership(EtcdCluster Cluster, IReadOnlyList<Member> Members, ClusterHealth Health)
{
    /// <summary>The first etcd that knows members without a vote.</summary>
    public static readonly EtcdVersion FirstWithLearners = new(3, 4, 0);

    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(3), ComparesProfile = false };

    /// <summary>The cluster's id, as whoever answered tells it.</summary>
    public ClusterId Id { get; init; }

    /// <summary>Members with a vote.</summary>
    public int Voters => Votes.Voters;

    /// <summary>Members with a vote that answer.</summary>
    public int VotersUp => Votes.Up;

    private QuorumCount Votes => QuorumCount.Of(Members, member => !member.IsLearner, member => IsUp(member.Id));

    /// <summary>The size of the largest database, which a member that joins gets whole; 0 where nobody tells.</summary>
    public long DatabaseBytes => Health.Members.Max(member => member.DbSizeBytes) ?? 0;

    /// <summary>The member that leads; null where nobody does.</summary>
    public Member? Leader => Health.Members.FirstOrDefault(member => member.IsLeader == true)?.MemberId is { } id ? Find(id) : null;

    /// <summary>Reads it.</summary>
    /// <exception cref="EtcdException">ClusterNotFound, ProfileInvalid. CertificateInvalid: the operator's own has expired. NotHealthy: nobody tells who belongs to it.</exception>
    public static async Task<Membership> ReadAsync(AdminContext context, EtcdCluster cluster, CancellationToken cancellationToken)
    {
        if (cluster.IsManaged)
        {
            // Who holds the object may have got it long ago.
            EtcdCluster saved = await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
            cluster = cluster.WithSpec(saved.RequireSpec()).Reaching(saved.Endpoints);
        }

        ClientIdentity.Require(cluster, context.Clock);
        MemberList list;
        try
        {
            list = await MemberQuery.AskAsync(cluster, Options.Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e)
        {
            throw new EtcdException(EtcdErrorIds.NotHealthy,
                $"No member of cluster '{cluster.Name}' tells who belongs to it: {e.Message}", e)
            {
                Target = cluster.Name,
                NextStep = "Start its members (Start-EtcdMember); where most of them are lost for good, use Repair-EtcdCluster.",
            };
        }

        ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, Options, cancellationToken).ConfigureAwait(false);
        return new Membership(cluster, list.Members, health) { Id = list.Header.ClusterId };
    }

    /// <summary>Whether a member answers.</summary>
    public bool IsUp(MemberId id) => Health.Members.Any(member => member.MemberId == id && member.Reachable);

    /// <summary>The member of an id; null where none has it.</summary>
    public Member? Find(MemberId id) => Members.FirstOrDefault(member => member.Id == id);

    /// <summary>The member that a specification means; one that has never started has no name yet, but an address.</summary>
    public Member? Find(MemberSpec spec) => ClusterDifference.Find(Cluster.RequireSpec(), spec, Members);

    /// <summary>All members with one that joins, as etcd's <c>initial-cluster</c> has them.</summary>
    /// <remarks>As the cluster has them, not the profile: etcd ends where they are not the same, and its own name is all that a joining member is held to.</remarks>
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

    /// <summary>Refuses where the cluster cannot agree on anything now.</summary>
    /// <exception cref="EtcdException">QuorumAtRisk, with the arithmetic.</exception>
    public void RequireQuorum(string what)
    {
        if (Votes.Holds) return;
        throw AtRisk($"{what} needs the agreement of a quorum: of {Count(Voters, "voter")} {VotersUp} {(VotersUp == 1 ? "is" : "are")} up, and the quorum is {Votes.Quorum}.",
            "Bring members up first; where they are lost for good, use Repair-EtcdCluster.");
    }

    /// <summary>Refuses where an etcd that is to join is older than the cluster: it would end as soon as it starts (etcd's MustDetectDowngrade).</summary>
    /// <exception cref="EtcdException">DataTooNew.</exception>
    public void RequireVersion()
    {
        EtcdVersion[] running = [.. Health.Members.Where(member => member.RunningVersion is not null).Select(member => member.RunningVersion!.Value)]; // there
        if (Cluster.RequireSpec().Version is not { } joining || running.Length == 0) return;
        EtcdVersion oldest = running.Min(); // what the members have agreed on
        if ((joining.Major, joining.Minor).CompareTo((oldest.Major, oldest.Minor)) >= 0) return;
        throw new EtcdException(EtcdErrorIds.DataTooNew,
            $"Cluster '{Cluster.Name}' runs etcd {oldest}, and the member would run {joining}, as the profile has it: an older etcd cannot join a newer cluster.")
        {
            Target = Cluster.Name,
            NextStep = string.Create(CultureInfo.InvariantCulture, $"The cluster was upgraded without EtcdAdmin. Let the profile have the version that runs: Install-EtcdCluster {Cluster.Name} -Version {oldest.Major}.{oldest.Minor}."),
        };
    }

    /// <summary>The refusal for the quorum's sake.</summary>
    public EtcdException AtRisk(string message, string nextStep) =>
        new(EtcdErrorIds.QuorumAtRisk, message) { Target = Cluster.Name, NextStep = nextStep };

    /// <summary>A number with its noun.</summary>
    public static string Count(int number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
