using System.Text;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class LockAndElectionTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task LockAsync_HeldByAnother_WaitsForUnlock(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        LeaseGrant first = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Stop);
        LeaseGrant second = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Stop);

        HeldLock held = await client.Locks.LockAsync(Prefix, first.Id, Stop);
        Task<HeldLock> waiting = client.Locks.LockAsync(Prefix, second.Id, Stop);
        Assert.False(waiting.IsCompleted);
        await client.Locks.UnlockAsync(held, Stop);
        HeldLock next = await waiting.WaitAsync(TimeSpan.FromSeconds(20), Stop);

        Assert.StartsWith(Prefix, Encoding.UTF8.GetString(next.Key.Span), StringComparison.Ordinal);
        Assert.False(next.Key.Span.SequenceEqual(held.Key.Span));
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task CampaignAsync_Elected_IsObservedProclaimsAndResigns(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        LeaseGrant lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Stop);
        EtcdRpcException nobody = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Elections.LeaderAsync(Prefix, Stop));

        LeaderKey leader = await client.Elections.CampaignAsync(Prefix, lease.Id, "one"u8.ToArray(), Stop);
        EtcdKeyValue elected = await client.Elections.LeaderAsync(Prefix, Stop);
        var observed = new List<string>();
        await foreach (EtcdKeyValue kv in client.Elections.ObserveAsync(Prefix, Stop))
        {
            observed.Add(kv.ValueText);
            if (observed.Count == 2) break;
            await client.Elections.ProclaimAsync(leader, "two"u8.ToArray(), Stop);
        }

        await client.Elections.ResignAsync(leader, Stop);

        Assert.Equal(EtcdError.ElectionNoLeader, nobody.Error);
        Assert.Equal("one", elected.ValueText);
        Assert.Equal(leader.Revision, elected.CreateRevision);
        Assert.Equal(["one", "two"], observed);
        await Assert.ThrowsAsync<EtcdRpcException>(() => client.Elections.LeaderAsync(Prefix, Stop));
    }
}
