using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

public sealed class AuthTests(SharedServers servers) : EtcdTest(servers)
{
    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task UsersAndRoles_AddedGrantedAndTakenAway_AreListedSo(string version)
    {
        EtcdServer server = await StartAsync(version);
        AuthClient auth = Track(server.Connect()).Auth;
        var permission = new RolePermission(PermissionType.ReadWrite, KeyRange.Prefix("/app/"));

        await auth.AddUserAsync("ann", "secret", Stop);
        await auth.AddRoleAsync("app", Stop);
        await auth.GrantPermissionAsync("app", permission, Stop);
        await auth.GrantRoleAsync("ann", "app", Stop);
        await auth.ChangePasswordAsync("ann", "other", Stop);
        IReadOnlyList<string> roles = await auth.GetUserRolesAsync("ann", Stop);
        IReadOnlyList<RolePermission> permissions = await auth.GetRoleAsync("app", Stop);
        EtcdRpcException twice = await Assert.ThrowsAsync<EtcdRpcException>(() => auth.AddUserAsync("ann", "x", Stop));
        await auth.RevokePermissionAsync("app", permission.Range, Stop);
        await auth.RevokeRoleAsync("ann", "app", Stop);

        Assert.Equal(["app"], roles);
        Assert.Equal([permission], permissions);
        Assert.Equal(EtcdErrorIds.AlreadyExists, twice.ErrorId);
        Assert.Empty(await auth.GetRoleAsync("app", Stop));
        Assert.Empty(await auth.GetUserRolesAsync("ann", Stop));
        await auth.DeleteRoleAsync("app", Stop);
        await auth.DeleteUserAsync("ann", Stop);
        Assert.Empty(await auth.ListUsersAsync(Stop));
        Assert.Empty(await auth.ListRolesAsync(Stop));
        EtcdRpcException gone = await Assert.ThrowsAsync<EtcdRpcException>(() => auth.GetUserRolesAsync("ann", Stop));
        Assert.Equal((EtcdErrorIds.UserNotFound, GrpcStatusCode.FailedPrecondition), (gone.ErrorId, gone.GrpcStatus));
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task StatusAsync_PerVersion_AnswersSince35(string version)
    {
        EtcdClient client = await ConnectAsync(version);

        if (EtcdBinaries.IsAtLeast(version, "3.5"))
        {
            Assert.False((await client.Auth.StatusAsync(Stop)).Enabled);
            return;
        }

        EtcdRpcException error = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Auth.StatusAsync(Stop));
        Assert.Equal((EtcdErrorIds.NotSupported, GrpcStatusCode.Unimplemented), (error.ErrorId, error.GrpcStatus));
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task Calls_AuthenticationOn_NeedTheRightUser(string version)
    {
        (EtcdServer server, EtcdClient root) = await StartAuthenticatedAsync(version);
        EtcdClient nobody = Track(server.Connect());
        EtcdClient wrong = Track(server.Connect(o => o with { Credential = new EtcdCredential("root", "wrong") }));
        EtcdClient ann = Track(server.Connect(o => o with { Credential = new EtcdCredential("ann", "apw") }));

        await root.Kv.PutAsync("/app/k", "v", cancellationToken: Stop);
        EtcdRpcException withoutUser = await Assert.ThrowsAsync<EtcdRpcException>(() => nobody.Kv.GetAsync("/app/k", Stop));
        EtcdRpcException wrongPassword = await Assert.ThrowsAsync<EtcdRpcException>(() => wrong.Kv.GetAsync("/app/k", Stop));
        EtcdRpcException notAllowed = await Assert.ThrowsAsync<EtcdRpcException>(() => ann.Kv.GetAsync("/other", Stop));
        EtcdRpcException notWatched = await Assert.ThrowsAsync<EtcdRpcException>(
            async () => await ann.Watch.WatchAsync(KeyRange.Key("/other"), cancellationToken: Stop).FirstAsync(Stop));

        Assert.Equal("v", (await ann.Kv.GetAsync("/app/k", Stop))?.ValueText);
        Assert.Equal((EtcdErrorIds.AuthFailed, EtcdError.UserEmpty), (withoutUser.ErrorId, withoutUser.Error));
        Assert.Equal((EtcdErrorIds.AuthFailed, EtcdError.AuthFailed), (wrongPassword.ErrorId, wrongPassword.Error));
        Assert.DoesNotContain("wrong", wrongPassword.ToString(), StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.PermissionDenied, notAllowed.ErrorId);
        Assert.True(notWatched.ErrorId == EtcdErrorIds.PermissionDenied, notWatched.Message);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task Calls_MemberForgotTheToken_RenewItAndSucceed(string version)
    {
        (EtcdServer server, EtcdClient root) = await StartAuthenticatedAsync(version);
        await root.Kv.PutAsync("/app/k", "before", cancellationToken: Stop);

        await server.RestartAsync(0); // simple tokens live in the member's memory
        await root.Kv.PutAsync("/app/k", "after", cancellationToken: Stop);

        Assert.Equal("after", (await root.Kv.GetAsync("/app/k", Stop))?.ValueText);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task WatchAsync_MemberForgotTheToken_GoesOn(string version)
    {
        (EtcdServer server, EtcdClient root) = await StartAuthenticatedAsync(version);
        var told = new List<string>();

        await foreach (WatchBatch batch in root.Watch.WatchAsync(KeyRange.Prefix("/app/"), cancellationToken: Stop))
        {
            told.AddRange(batch.Events.Select(e => e.KeyValue.ValueText));
            if (told.Count == 2) break;
            if (told.Count == 1) await server.RestartAsync(0);
            await root.Kv.PutAsync("/app/k", $"{told.Count}", cancellationToken: Stop);
        }

        Assert.Equal(["0", "1"], told);
    }

    [Theory, MemberData(nameof(KvTests.Versions), MemberType = typeof(KvTests))]
    public async Task Calls_UsersChangedMeanwhile_RenewTheTokenAndSucceed(string version)
    {
        (_, EtcdClient root) = await StartAuthenticatedAsync(version);
        await root.Kv.PutAsync("/app/k", "before", cancellationToken: Stop);

        await root.Auth.AddUserAsync("bob", "b", Stop);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => root.Kv.PutAsync($"/app/{i}", "after", cancellationToken: Stop)));

        Assert.Equal(21, await root.Kv.CountAsync(KeyRange.Prefix("/app/"), cancellationToken: Stop));
    }

    [Fact]
    public async Task Calls_CredentialButAuthenticationOff_WorkAsWithoutUser()
    {
        EtcdServer server = await SharedAsync("3.5");
        EtcdClient client = Track(server.Connect(o => o with { Credential = new EtcdCredential("root", "any") }));

        await client.Kv.PutAsync(Prefix, "v", cancellationToken: Stop);
    }

    [Fact]
    public void ToString_Credential_HidesThePassword()
    {
        var options = new EtcdClientOptions { Endpoints = [], Credential = new EtcdCredential("root", "hidden") };

        Assert.DoesNotContain("hidden", options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task DisableAsync_AuthenticationOn_LetsEverybodyInAgain(string version)
    {
        (EtcdServer server, EtcdClient root) = await StartAuthenticatedAsync(version);
        EtcdClient nobody = Track(server.Connect());
        var refused = await Assert.ThrowsAsync<EtcdRpcException>(() => nobody.Kv.GetAsync("/app/x", Stop));

        await root.Auth.DisableAsync(Stop);

        Assert.Equal(EtcdError.UserEmpty, refused.Error);
        Assert.Null(await nobody.Kv.GetAsync("/app/x", Stop));
    }

    private async Task<(EtcdServer Server, EtcdClient Root)> StartAuthenticatedAsync(string version)
    {
        EtcdServer server = await StartAsync(version);
        EtcdClient client = Track(server.Connect());
        await client.Auth.AddUserAsync("root", "rpw", Stop);
        await client.Auth.AddRoleAsync("root", Stop);
        await client.Auth.GrantRoleAsync("root", "root", Stop);
        await client.Auth.AddUserAsync("ann", "apw", Stop);
        await client.Auth.AddRoleAsync("app", Stop);
        await client.Auth.GrantPermissionAsync("app", new RolePermission(PermissionType.ReadWrite, KeyRange.Prefix("/app/")), Stop);
        await client.Auth.GrantRoleAsync("ann", "app", Stop);
        await client.Auth.EnableAsync(Stop);
        return (server, Track(server.Connect(o => o with { Credential = new EtcdCredential("root", "rpw") })));
    }
}
