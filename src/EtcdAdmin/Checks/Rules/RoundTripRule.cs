using System.Globalization;
using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>How long messages between members take.</summary>
internal static class RoundTripRule
{
    private const string Name = "RoundTrip";

    // etcd's default; etcd's tuning guide: the heartbeat interval should be about the round trip time, the election timeout ten times that.
    private static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromMilliseconds(100);

    /// <summary>One result for each member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        if (facts.Members.Count < 2)
        {
            yield return facts.Result(Name, CheckSeverity.NotApplicable, "The cluster has one member.");
            yield break;
        }

        double limit = (facts.Cluster.Spec?.Tuning.HeartbeatInterval ?? DefaultHeartbeat).TotalSeconds;
        foreach (MemberFacts member in facts.Members)
        {
            if (member.Metrics.Value is not { } page)
            {
                yield return facts.NotKnown(Name, member.Metrics, member.Name);
                continue;
            }

            // The label is the id of the other member (server/etcdserver/api/rafthttp/metrics.go).
            (string To, double Seconds)[] trips = [.. page.Histograms("etcd_network_peer_round_trip_time_seconds", "To")
                // See above.
                .Select(one => (one.Label, one.Histogram.Quantile(0.99)))
                .Where(one => one.Item2 is not null).Select(one => (one.Label, one.Item2!.Value))];
            if (trips.Length == 0)
            {
                yield return facts.Result(
                    Name, CheckSeverity.Unknown, "Not checked: it has not measured the others yet. It does every 30 s.", member: member.Name);
                continue;
            }

            (string to, double seconds) = trips.MaxBy(trip => trip.Seconds);
            string finding = string.Create(CultureInfo.InvariantCulture, $"A message to {NameOf(facts, to)} and back takes {seconds * 1000:0.#} ms "
                + $"(p99); the heartbeat interval is {limit * 1000:0} ms.");
            string evidence = string.Join(
                ", ", trips.Select(trip => string.Create(CultureInfo.InvariantCulture, $"{NameOf(facts, trip.To)} {trip.Seconds * 1000:0.#} ms")));
            yield return seconds < limit
                ? facts.Result(Name, CheckSeverity.Ok, finding, evidence, member: member.Name)
                : facts.Result(Name, CheckSeverity.Warning, finding, evidence,
                    "Find what is slow between the hosts, or raise -HeartbeatInterval and -ElectionTimeout (Set-EtcdConfiguration "
                        + $"{facts.Cluster.Name}).", member.Name);
        }
    }

    private static string NameOf(CheckFacts facts, string id) =>
        facts.Members.FirstOrDefault(member => member.Health.MemberId?.ToString() == id)?.Name ?? id;
}
