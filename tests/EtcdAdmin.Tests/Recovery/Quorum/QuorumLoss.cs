using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Plans;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Quorum;

/// <summary>A cluster of three on this machine, and what takes its quorum from it.</summary>
internal sealed class QuorumLoss : IAsyncDisposable
{
    private readonly LocalLab _lab = new();

    private QuorumLoss()
    {
    }

    public EtcdCluster Cluster { get; private set; } = null!; // set where it is made

    public AdminContext Context => _lab.Context;

    public IReadOnlyList<MemberSpec> Members => Cluster.Spec!.Members; // installed here

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<QuorumLoss> InstallAsync(string version)
    {
        var loss = new QuorumLoss();
        loss.Cluster = await loss._lab.InstallAsync("demo", 3, version);
        return loss;
    }

    /// <summary>Writes keys; all of them are acknowledged when it returns.</summary>
    public async Task WriteAsync(string prefix, int keys)
    {
        for (int i = 0; i < keys; i++)
        {
            string number = i.ToString(CultureInfo.InvariantCulture);
            await Poll.UntilAsync(() => TryPutAsync(prefix + number, number), Token);
        }
    }

    private async Task<bool> TryPutAsync(string key, string value)
    {
        try
        {
            await Cluster.Client.Kv.PutAsync(key, value, cancellationToken: Token);
            return true;
        }
        catch (EtcdRpcException)
        {
            return false; // while the others elect a leader; the same write may be repeated
        }
    }

    public async Task<long> CountAsync(string prefix)
    {
        EtcdCluster now = await Context.Profiles.LoadAsync("demo", Token);
        return await now.Client.Kv.CountAsync(KeyRange.Prefix(prefix), cancellationToken: Token);
    }

    /// <summary>Makes a member the leader.</summary>
    public async Task LeadAsync(int member)
    {
        var mover = new LeaderMover(Context);
        await mover.MoveAsync(await mover.PlanAsync(Cluster, Members[member].Name, Token), Token);
    }

    /// <summary>Writes one key through the first member, whatever comes of it.</summary>
    public async Task TryWriteAsync(string key)
    {
        EtcdClient client = Cluster.Client.ForEndpoint(Members[0].ClientUrl(tls: true)).WithCalls(TimeSpan.FromSeconds(1), retry: false);
        await Assert.ThrowsAnyAsync<EtcdException>(() => client.Kv.PutAsync(key, "value", cancellationToken: Token));
    }

    /// <summary>Ends members as when the power goes, all at once.</summary>
    public Task KillAsync(params int[] members) => KillAsync(members, () => Task.CompletedTask);

    /// <summary>The same, with something that happens right after.</summary>
    public async Task KillAsync(int[] members, Func<Task> thenAsync)
    {
        string[] ids = [.. members.Select(member => File.ReadAllText(Members[member].Layout.PidFile).Trim())];
        await ProcessRunner.RunAsync(new ProcessCommand("kill", ["-KILL", .. ids]), CancellationToken.None);
        await thenAsync();
        foreach (MemberSpec member in members.Select(member => Members[member]))
            await Poll.UntilAsync(async () => !(await Context.ServiceOf(member).GetStateAsync(member, Token)).IsRunning, Token);
    }

    public void LoseData(params int[] members)
    {
        foreach (int member in members) Directory.Delete(Members[member].Layout.DataDirectory, recursive: true);
    }

    /// <summary>Changes one byte in the middle of a member's log, with which its etcd refuses to start.</summary>
    public void DamageLog(int member)
    {
        string segment = Directory.GetFiles(Members[member].Layout.DataDirectory + "/member/wal", "*.wal").Order().Last();
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[bytes.AsSpan().IndexOf("/k/"u8)] ^= 0x10; // within what the checksum covers
        File.WriteAllBytes(segment, bytes);
    }

    public async Task<Operation<EtcdCluster>> PlanAsync(RepairClusterRequest? request = null) =>
        await new ClusterRepairer(Context).PlanAsync(Cluster, request ?? new RepairClusterRequest { Timeout = TimeSpan.FromMinutes(2) }, null, Token);

    public Task<IReadOnlyList<EtcdRecoveryCandidate>> ListAsync() => new ClusterRepairer(Context).ListAsync(Cluster, null, Token);

    public static async Task<EtcdCluster> RunAsync(Operation<EtcdCluster> operation, IProgress<EtcdEvent>? events = null) =>
        await LocalLab.RunAsync(operation, events);

    /// <summary>Three voters that agree, no repair left open, and the same data on all.</summary>
    public async Task AssertWholeAsync(int size = 3)
    {
        EtcdCluster now = await Context.Profiles.LoadAsync("demo", Token);
        ClusterHealth health = await new HealthChecker(Context).CheckAsync(now, new HealthOptions { CheckHash = true }, Token);
        Assert.True(health.Healthy, string.Join("; ", health.Members));
        Assert.Equal(size, health.Members.Count);
        Assert.All(health.Members, member => Assert.False(member.IsLearner));
        Assert.Equal(size, now.Spec!.Members.Count);
        Assert.Null(now.Spec.Recovery);
        Assert.All(now.Spec.Members, member =>
            Assert.DoesNotContain("force-new-cluster", File.ReadAllText(member.Layout.ConfigFile), StringComparison.Ordinal));
    }

    /// <summary>The folders that a member's earlier data was put into.</summary>
    public string[] Archives(int member) =>
        [.. Directory.GetDirectories(Members[member].Directory, "data.before-repair-*").Where(folder => File.Exists(folder + "/member/snap/db"))];

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
