using EtcdAdmin.Access;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Access;

/// <summary>Who may do what, beside what etcd itself allows.</summary>
public sealed class AccessReaderTests
{
    private static readonly EtcdCredential Root = new("root", "secret");

    public static TheoryData<string> Versions => [.. EtcdBinaries.Versions];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task TestAsync_EachUserAndRange_SaysWhatEtcdAllows(string version)
    {
        await using EtcdServer server = await EtcdServer.StartAsync(version);
        EtcdCluster open = await PrepareAsync(server);
        EtcdPermissionTest before = await AccessReader.TestAsync(open, "app", PermissionType.Write, KeyRange.Key("/e"), Token);
        await open.Client.Auth.EnableAsync(Token);
        EtcdCluster cluster = open.WithCredential(Root);
        (KeyRange Range, bool IsKey)[] ranges =
        [
            (KeyRange.Key("/a"), true), (KeyRange.Key("/app/x"), true), (KeyRange.Key("/app"), true), (KeyRange.Key("/b"), true),
            (KeyRange.Key("/c"), true), (KeyRange.Key("/m2"), true), (KeyRange.Key("/m5"), true), (KeyRange.Key("/z"), true),
            (KeyRange.Prefix("/app/"), false), (KeyRange.Prefix("/app/sub/"), false),
            (KeyRange.Prefix("/ap"), false), (KeyRange.Between("/b", "/d"), false), (KeyRange.Between("/b", "/e"), false),
            (KeyRange.From("/x"), false), (KeyRange.From("/y"), false), (KeyRange.All, false),
        ];

        foreach (string user in new[] { "root", "app", "reader", "nobody" })
        {
            EtcdClient client = open.WithCredential(new EtcdCredential(user, "secret")).Client;
            foreach ((KeyRange range, bool isKey) in ranges)
            {
                EtcdPermissionTest read = await AccessReader.TestAsync(cluster, user, PermissionType.Read, range, Token);
                EtcdPermissionTest write = await AccessReader.TestAsync(cluster, user, PermissionType.Write, range, Token);
                bool reads = await IsAllowedAsync(() => client.Kv.QueryAsync(range, new RangeQuery(), Token));
                Assert.Equal((user, read.Keys, reads), (user, read.Keys, read.Allowed));
                if (!isKey) continue;
                bool writes = await IsAllowedAsync(() => client.Kv.PutAsync(range.Start, "x"u8.ToArray(), cancellationToken: Token));
                Assert.Equal((user, write.Keys, writes), (user, write.Keys, write.Allowed));
            }
        }

        Assert.False(before.Allowed);
        Assert.Equal(version is "3.3" or "3.4" ? null : false, before.Enforced);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Read_UsersRolesAndPermissions_AreThoseOfTheCluster(string version)
    {
        await using EtcdServer server = await EtcdServer.StartAsync(version);
        EtcdCluster cluster = await PrepareAsync(server);

        IReadOnlyList<EtcdUser> users = await AccessReader.ReadUsersAsync(cluster, Token);
        IReadOnlyList<EtcdRole> roles = await AccessReader.ReadRolesAsync(cluster, Token);
        IReadOnlyList<EtcdPermission> permissions = await AccessReader.ReadPermissionsAsync(cluster, Token);
        EtcdPermissionTest refused = await AccessReader.TestAsync(cluster, "reader", PermissionType.ReadWrite, KeyRange.Key("/app/x"), Token);
        var unknown = await Assert.ThrowsAnyAsync<EtcdException>(
            () => AccessReader.TestAsync(cluster, "unknown", PermissionType.Read, KeyRange.All, Token));

        Assert.Equal(["app: app (False)", "nobody:  (False)", "reader: read (False)", "root: root (True)"],
            users.Select(user => $"{user.Name}: {string.Join(',', user.Roles)} ({user.IsRoot})"));
        Assert.Equal("app, read, root, unused", string.Join(", ", roles.Select(role => role.Name)));
        Assert.Empty(roles[^1].Users);
        Assert.Equal(
            ["app: ReadWrite /app/*", "app: ReadWrite /b*", "app: ReadWrite /c*", "app: ReadWrite from /m1 to before /m5",
                "app: ReadWrite all from /y on", "reader: Read /a", "reader: Read /app/*", "root: ReadWrite all keys"],
            permissions.Select(permission => $"{permission.User}: {permission}"));
        Assert.Equal("Role 'read' of user 'reader' does not allow writing /app/x: Read /a, Read /app/*."
            + (refused.Enforced == false ? " Authentication is off, so every client may do everything now." : ""), refused.Reason);
        Assert.Equal(EtcdErrorIds.UserNotFound, unknown.ErrorId);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("\u0001b", "0x0162")]
    [InlineData("schlüssel", "schlüssel")]
    public void Show_KeysThatAreNoText_AreInHexadecimal(string key, string shown) => Assert.Equal(shown, KeyRangeText.Show(KeyRange.Key(key)));

    private static async Task<EtcdCluster> PrepareAsync(EtcdServer server)
    {
        var cluster = new EtcdCluster("demo", [.. server.Endpoints]);
        AuthClient auth = cluster.Client.Auth;
        foreach (string role in new[] { "root", "app", "read", "unused" }) await auth.AddRoleAsync(role, Token);
        foreach (string user in new[] { "root", "app", "reader", "nobody" }) await auth.AddUserAsync(user, "secret", Token);
        await auth.GrantRoleAsync("root", "root", Token);
        await auth.GrantRoleAsync("app", "app", Token);
        await auth.GrantRoleAsync("reader", "read", Token);
        KeyRange[] granted =
            [KeyRange.Prefix("/app/"), KeyRange.Prefix("/b"), KeyRange.Prefix("/c"), KeyRange.Between("/m1", "/m5"), KeyRange.From("/y")];
        foreach (KeyRange range in granted)
            await auth.GrantPermissionAsync("app", new RolePermission(PermissionType.ReadWrite, range), Token);
        await auth.GrantPermissionAsync("read", new RolePermission(PermissionType.Read, KeyRange.Key("/a")), Token);
        await auth.GrantPermissionAsync("read", new RolePermission(PermissionType.Read, KeyRange.Prefix("/app/")), Token);
        return cluster;
    }

    private static async Task<bool> IsAllowedAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.PermissionDenied)
        {
            return false;
        }
    }
}
