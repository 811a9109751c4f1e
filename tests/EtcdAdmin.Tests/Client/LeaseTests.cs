using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class LeaseTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task GrantAsync_KeyWithLease_IsToldAndGoesWithRevoke(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        LeaseGrant lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Stop);
        await client.Kv.PutAsync(Prefix, "v", new PutOptions { Lease = lease.Id }, Stop);
        LeaseInfo info = await client.Leases.TimeToLiveAsync(lease.Id, keys: true, Stop);
        IReadOnlyList<LeaseId> all = await client.Leases.ListAsync(Stop);
        await client.Leases.RevokeAsync(lease.Id, Stop);

        Assert.Equal(TimeSpan.FromSeconds(60), lease.Ttl);
        Assert.Equal(TimeSpan.FromSeconds(60), info.GrantedTtl);
        Assert.InRange(info.Remaining.GetValueOrDefault().TotalSeconds, 50, 60);
        Assert.Equal(Prefix, System.Text.Encoding.UTF8.GetString(info.Keys.Single().Span));
        Assert.Contains(lease.Id, all);
        Assert.Null(await client.Kv.GetAsync(Prefix, Stop));
        Assert.False((await client.Leases.TimeToLiveAsync(lease.Id, cancellationToken: Stop)).Exists);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task GrantAsync_SameIdTwice_ThrowsLeaseExists(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        LeaseGrant lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Stop);

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(
            () => client.Leases.GrantAsync(TimeSpan.FromSeconds(60), lease.Id, Stop));

        Assert.Equal((EtcdError.LeaseExists, EtcdErrorIds.AlreadyExists), (error.Error, error.ErrorId));
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task RevokeAsync_NoSuchLease_ThrowsLeaseNotFound(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        EtcdRpcException revoke = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Leases.RevokeAsync(new LeaseId(4711), Stop));
        EtcdRpcException keepAlive = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Leases.KeepAliveOnceAsync(new LeaseId(4711), Stop));

        Assert.Equal(EtcdErrorIds.LeaseNotFound, revoke.ErrorId);
        Assert.Equal(EtcdErrorIds.LeaseNotFound, keepAlive.ErrorId);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task KeepAliveAsync_Enumerated_RenewsAgainAndAgain(string version)
    {
        EtcdClient client = await ConnectAsync(version);
        LeaseGrant lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(2), cancellationToken: Stop);
        int renewals = 0;

        LeaseGrant once = await client.Leases.KeepAliveOnceAsync(lease.Id, Stop);
        await foreach (LeaseGrant renewed in client.Leases.KeepAliveAsync(lease.Id, Stop))
        {
            Assert.Equal(lease.Id, renewed.Id);
            if (++renewals == 3) break;
        }

        Assert.Equal(lease.Ttl, once.Ttl);
        Assert.True((await client.Leases.TimeToLiveAsync(lease.Id, cancellationToken: Stop)).Exists);
    }
}
