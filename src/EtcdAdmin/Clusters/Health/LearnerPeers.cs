using System.Globalization;
using System.Text.RegularExpressions;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Finds the other members of a learner's cluster, because a learner refuses to list them.</summary>
/// <remarks>A learner answers only the status and serializable reads (server/etcdserver/api/v3rpc/util.go, isRPCSupportedForLearner, 3.4 to 3.6). Its
/// metrics have the ids of the members that it knows: etcd_network_known_peers since 3.6, before that etcd_network_active_peers with those that it
/// was connected to.</remarks>
internal static partial class LearnerPeers
{
    /// <summary>The ids of the other members; empty if the learner does not report them.</summary>
    /// <param name="learner">A client of only the learner.</param>
    /// <param name="status">Its status.</param>
    /// <param name="round">The check, whose time limit applies.</param>
    public static async Task<IReadOnlyList<MemberId>> FindAsync(EtcdClient learner, MemberStatus status, HealthRound round)
    {
        string metrics = await ReadAsync(learner, round).ConfigureAwait(false);
        IEnumerable<MemberId> named = PeerPattern().Matches(metrics)
            .Select(match => new MemberId(ulong.Parse(match.Groups["id"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)));
        return [.. named.Append(status.Leader).Where(id => !id.IsNone && id != status.Header.MemberId).Distinct().OrderBy(id => id.Value)];
    }

    private static async Task<string> ReadAsync(EtcdClient learner, HealthRound round)
    {
        try
        {
            return await round.WithinAsync(learner.ReadMetricsAsync).ConfigureAwait(false) ?? "";
        }
        catch (TimeoutException)
        {
            return "";
        }
    }

    // A peer that has left the cluster stays in the list of known peers with the value 0.
    [GeneratedRegex(
        """^etcd_network_(?:known_peers\{[^}]*Remote="(?<id>[0-9a-f]{1,16})"[^}]*\} 1|active_peers\{[^}]*Remote="(?<id>[0-9a-f]{1,16})"[^}]*\} [0-9]+)\s*$""", RegexOptions.Multiline)]
    private static partial Regex PeerPattern();
}
