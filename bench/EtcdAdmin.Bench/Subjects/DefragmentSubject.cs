using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Maintenance.Defragmentation;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Defragmenting one member.</summary>
internal sealed class DefragmentSubject(Lab lab, BenchOptions options)
{
    /// <summary>The time limit of etcdctl, in its notation; its default of 5 s is too short for a large database.</summary>
    public const string PeerLimit = "--command-timeout=600s";

    public async Task<Section> MeasureAsync(CancellationToken cancellationToken)
    {
        FragmentedCluster cluster = await FragmentedCluster.PrepareAsync(lab, "fragmented", 1, options.SizeBytes, options.Keys, cancellationToken);
        var contest = new Contest("Defragmentation");
        Contestant call = contest.Add("core call", token => RunAsync(cluster, () => OptimizeAsync(lab, cluster, token), token));
        Contestant peer = contest.Add("etcdctl", token => RunAsync(cluster, () => PeerAsync(cluster, token), token));
        await contest.RunAsync(options.Runs, cancellationToken);
        await cluster.RemoveAsync(cancellationToken);
        return new Section(
            "Defragmenting a member",
            "etcdctl",
            string.Create(CultureInfo.InvariantCulture, $"""
                One member with TLS and a database of {cluster.Data.DatabaseMegabytes:0.0} MB. Half of its {cluster.Data.Keys} keys were deleted and the history was
                compacted. Each run starts with a copy of the same files. The work is that of etcd on both sides. `MemberOptimizer` also reads the health of
                the cluster and the free space on the disk twice, for the plan and again under the lock, and waits until the member has caught up.
                """),
            [Row.Of("core call in a warm process: time", "s", call.Seconds, peer.Seconds)],
            [$"etcdctl defrag {PeerLimit}"]);
    }

    /// <summary>Defragments all members of a cluster, as Optimize-EtcdMember does.</summary>
    public static async Task<Sample> OptimizeAsync(Lab lab, FragmentedCluster cluster, CancellationToken cancellationToken)
    {
        bool isAlone = cluster.Installed.Cluster.Endpoints.Count == 1;
        var request = new DefragmentRequest { MinimumGainPercent = 0, AllowLeader = isAlone };
        long began = Stopwatch.GetTimestamp();
        await (await new MemberOptimizer(lab.Context).PlanAsync(cluster.Installed.Cluster, request, cancellationToken))
            .RunAsync(null, cancellationToken);
        return new Sample(Stopwatch.GetElapsedTime(began));
    }

    private static async Task<Sample> RunAsync(FragmentedCluster cluster, Func<Task<Sample>> runAsync, CancellationToken cancellationToken)
    {
        await cluster.ResetAsync(cancellationToken);
        Sample sample = await runAsync();
        await cluster.RequireSmallAsync(cancellationToken);
        return sample;
    }

    private Task<Sample> PeerAsync(FragmentedCluster cluster, CancellationToken cancellationToken) =>
        MeasuredProcess.RunAsync([lab.Etcdctl, "defrag", PeerLimit], cluster.Installed.EtcdctlEnvironment, cancellationToken);
}
