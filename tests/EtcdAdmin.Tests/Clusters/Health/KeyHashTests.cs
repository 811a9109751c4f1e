using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Tests.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Clusters.Health;

/// <summary>Two servers with the same and with other keys.</summary>
public sealed class KeyHashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.5")]
    [OldEtcdData("3.2")]
    [OldEtcdData("3.1")]
    [OldEtcdData("3.0")]
    public async Task Read_SameAndOtherKeys_AreEqualUpToTheLastCommonRevision(string version)
    {
        await using var one = new CarriedMember();
        await using var other = new CarriedMember();
        foreach (CarriedMember member in new[] { one, other })
        {
            await member.StartAsync(version);
            for (int i = 0; i < 200; i++) await Client(member).Kv.PutAsync($"/k{i}", $"{i}", cancellationToken: Token);
        }

        await Client(one).Kv.PutAsync("/k7", "one", cancellationToken: Token);
        await Client(other).Kv.PutAsync("/k7", "two", cancellationToken: Token);

        Assert.Equal(await HashAsync(one, 201), await HashAsync(other, 201));
        Assert.NotEqual(await HashAsync(one, 202), await HashAsync(other, 202));
        Assert.NotEqual(await HashAsync(one, 201), await HashAsync(one, 200));
        MemberStatus status = await Client(one).Maintenance.StatusAsync(Token);
        Assert.Equal(version != "3.5", KeyHash.IsNeeded(status));
    }

    private static EtcdClient Client(CarriedMember member) => new EtcdCluster("old", [member.Endpoint]).Client;

    private static async Task<uint> HashAsync(CarriedMember member, long revision)
    {
        MemberStatus status = await Client(member).Maintenance.StatusAsync(Token);
        KvHash hash = await KeyHash.ReadAsync(Client(member), member.Endpoint, status.Header, revision, TimeSpan.FromSeconds(10), Token);
        Assert.Equal((0, revision), (hash.CompactRevision, hash.Revision));
        return hash.Hash;
    }
}
