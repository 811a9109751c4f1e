using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Wal;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

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
            await Cluster.Client.Kv.PutAsync($"{prefix}{i}", i.ToString(CultureInfo.InvariantCulture), cancellationToken: Token);
    }

    public async Task<long> CountAsync(string prefix)
    {
        EtcdCluster now = await Context.Profiles.LoadAsync("demo", Token);
        return await now.Client.Kv.CountAsync(KeyRange.Prefix(prefix), cancellationToken: Token);
    }

    /// <summary>As when the power goes.</summary>
    public async Task KillAsync(params int[] members)
    {
        foreach (int member in members)
        {
            string id = (await File.ReadAllTextAsync(Members[member].Layout.PidFile, Token)).Trim();
            await ProcessRunner.RunAsync(new ProcessCommand("kill", ["-KILL", id]), CancellationToken.None);
            await Poll.UntilAsync(
                async () => !(await Context.ServiceOf(Members[member]).GetStateAsync(Members[member], Token)).IsRunning, Token);
        }
    }

    public void LoseData(params int[] members)
    {
        foreach (int member in members) Directory.Delete(Members[member].Layout.DataDirectory, recursive: true);
    }

    /// <summary>Changes one byte in the middle of a member's log, with which its etcd refuses to start.</summary>
    public void DamageLog(int member)
    {
        string segment = Directory.GetFiles(Members[member].Layout.DataDirectory + "/member/wal", "*.wal").Order().Last();
        WalSummary log = WalReader.Read([segment], Token);
        using var file = new FileStream(segment, FileMode.Open);
        file.Position = log.End / 2;
        int old = file.ReadByte();
        file.Position = log.End / 2;
        file.WriteByte((byte)(old ^ 0x10));
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
        Assert.All(now.Spec.Members, member => Assert.DoesNotContain("force-new-cluster", File.ReadAllText(member.Layout.ConfigFile), StringComparison.Ordinal));
    }

    /// <summary>The folders that a member's earlier data was put into.</summary>
    public string[] Archives(int member) =>
        [.. Directory.GetDirectories(Members[member].Directory, "data.before-repair-*").Where(folder => File.Exists(folder + "/member/snap/db"))];

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
