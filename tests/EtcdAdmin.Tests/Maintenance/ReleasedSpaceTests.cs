using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Maintenance.History;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>The space that members report after a compaction: whether a defragmentation pays is judged by it.</summary>
public sealed class ReleasedSpaceTests : IAsyncDisposable
{
    private const int Values = 400;
    private const int ValueBytes = 20_000;

    private readonly LocalLab _lab = new();

    /// <summary>3.3 does not report the space in use.</summary>
    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions.Where(version => version != "3.3")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task CompactAsync_PhysicalInAnIdleClusterWithAMemberThatHasJustStarted_AllReportTheSpaceAtOnce(string version)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 3, version);
        string late = cluster.Spec!.Members[2].Name;
        var members = new MemberOperator(_lab.Context);
        await members.StopAsync(cluster, late, Token);
        for (int i = 0; i < Values; i++) await cluster.Client.Kv.PutAsync("same", new string('x', ValueBytes), cancellationToken: Token);
        await members.StartAsync(cluster, late, TimeSpan.FromSeconds(60), Token);

        await LocalLab.RunAsync(await new HistoryCompactor(_lab.Context).PlanAsync(cluster, new CompactionRequest { Physical = true }, Token));

        SpaceFacts facts = await SpaceFacts.ReadAsync(_lab.Context, cluster, Token);
        Assert.Equal(3, facts.Members.Count);
        Assert.All(facts.Members, member => Assert.True(
            member.FreeBytes > member.DatabaseBytes / 2 && member.DatabaseBytes > Values * ValueBytes,
            $"{member.Name} reports {member.FreeBytes} of {member.DatabaseBytes} bytes as free."));
    }
}
