using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Defragmenting three members one after the other, while a client writes.</summary>
internal sealed class RollingDefragmentSubject(Lab lab, BenchOptions options)
{
    private const int Members = 3;

    public async Task<Section> MeasureAsync(CancellationToken cancellationToken)
    {
        FragmentedCluster cluster = await FragmentedCluster.PrepareAsync(
            lab, "rolling", Members, options.SizeBytes / Members, Math.Max(1, options.Keys / Members), cancellationToken);
        var contest = new Contest("Rolling defragmentation");
        Contestant call = contest.Add("core call", token => RunAsync(cluster, () => DefragmentSubject.OptimizeAsync(lab, cluster, token), token));
        Contestant peer = contest.Add("etcdctl", token => RunAsync(cluster, () => PeerAsync(cluster, token), token));
        await contest.RunAsync(options.Runs, cancellationToken);
        await cluster.RemoveAsync(cancellationToken);
        return new Section(
            "Writing while members are defragmented",
            "etcdctl",
            string.Create(CultureInfo.InvariantCulture, $"""
                Three members with TLS on one machine, each with a database of {cluster.Data.DatabaseMegabytes:0.0} MB, half of it free. A client writes a key
                every 10 ms, to all members at once, and counts the first answer, at most 500 ms later: as a client that turns to another member if one does
                not answer. The gap is the longest time between two acknowledged writes. `MemberOptimizer` takes the leader last and moves leadership away
                first, checks the other members before each, and waits until each has caught up. `etcdctl defrag --cluster` does none of these.
                Writes through the other members continue while a member is defragmented, even if it leads, so both gaps are short. A client that stays with
                one member waits until that one is defragmented.
                """),
            [
                Row.Of("the longest gap between two writes", "ms", call.OutageMilliseconds, peer.OutageMilliseconds),
                Row.Of("all three members: time", "s", call.Seconds, peer.Seconds),
            ],
            [$"etcdctl defrag --cluster {DefragmentSubject.PeerLimit}"]);
    }

    private static async Task<Sample> RunAsync(FragmentedCluster cluster, Func<Task<Sample>> runAsync, CancellationToken cancellationToken)
    {
        await cluster.ResetAsync(cancellationToken);
        Sample sample = await OutageProbe.WritingAsync(cluster.Installed.Cluster, runAsync, cancellationToken);
        await cluster.RequireSmallAsync(cancellationToken);
        return sample;
    }

    private Task<Sample> PeerAsync(FragmentedCluster cluster, CancellationToken cancellationToken) => MeasuredProcess.RunAsync(
        [lab.Etcdctl, "defrag", "--cluster", DefragmentSubject.PeerLimit], cluster.Installed.EtcdctlEnvironment, cancellationToken);
}
