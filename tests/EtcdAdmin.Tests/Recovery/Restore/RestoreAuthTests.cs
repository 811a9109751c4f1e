using EtcdAdmin.Client;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Recovery.Undo;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>Snapshots of clusters that asked their clients who they are.</summary>
public sealed class RestoreAuthTests : IAsyncLifetime
{
    private static readonly EtcdCredential Root = new("root", "sesame");

    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task RestoreAsync_AuthenticationEnabled_NeedsAUserOfTheSnapshot(string version)
    {
        EtcdCluster cluster = await InstallAsync(version, tls: false);
        string path = await SaveWithUsersAsync(cluster);

        var unknown = await RefusedAsync(cluster, path, new EtcdCredential("bob", "any"));
        var powerless = await RefusedAsync(cluster, path, new EtcdCredential("ann", "any"));
        var nobody = await RefusedAsync(cluster, path, null);
        var wrong = await Assert.ThrowsAnyAsync<EtcdException>(async () => await LocalLab.RunAsync(
            await Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Credential = Root with { Password = "wrong" } })));
        EtcdRestore restore = await LocalLab.RunAsync(
            await Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Credential = Root }));

        Assert.Equal((EtcdErrorIds.UserNotFound, EtcdErrorIds.PermissionDenied), (unknown.ErrorId, powerless.ErrorId));
        Assert.Contains("root", unknown.NextStep, StringComparison.Ordinal);
        Assert.Equal((EtcdErrorIds.AuthFailed, path), (nobody.ErrorId, nobody.Target));
        Assert.Contains("that exists in the snapshot: root.", nobody.NextStep, StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.AuthFailed, wrong.ErrorId);
        Assert.Contains("rolled back", wrong.Message, StringComparison.Ordinal);
        Assert.Equal("value", (await restore.Cluster.WithCredential(Root).Client.Kv.GetAsync("/a", Token))?.ValueText);
    }

    [Fact]
    public async Task RestoreAsync_OwnCertificateIsAUserOfTheSnapshot_IsProvedWhole()
    {
        EtcdCluster cluster = await InstallAsync("3.5", tls: true);
        string path = await SaveWithUsersAsync(cluster);
        Operation<EtcdRestore> operation = await Restoring.PlanAsync(_lab.Context, cluster, path);

        EtcdRestore restore = await LocalLab.RunAsync(operation);

        Assert.Single(operation.Warnings, warning => warning.Contains("users and passwords of the snapshot", StringComparison.Ordinal));
        Assert.Equal("value", (await restore.Cluster.Client.Kv.GetAsync("/a", Token))?.ValueText);
    }

    [Theory]
    [InlineData("3.5")]
    [Etcd36Data("3.6")] // does not even report its status without a user
    public async Task UndoAsync_AuthenticationEnabledWithoutTls_NeedsAUserOfTheTimeBeforeTheRestore(string version)
    {
        EtcdCredential later = Root with { Password = "later" };
        EtcdCluster cluster = await InstallAsync(version, tls: false, size: 2);
        string path = await SaveWithUsersAsync(cluster);
        await cluster.Client.Auth.ChangePasswordAsync(later.UserName, later.Password, Token);
        await cluster.Client.Auth.EnableAsync(Token);
        await cluster.WithCredential(later).Client.Kv.PutAsync("/a", "before", cancellationToken: Token);
        // Installed.
        RestoreBefore seen = await LiveMember.DescribeAsync(cluster, await LiveMember.AskAsync(cluster, cluster.Spec!.Members, Token), Token);
        var undoer = new RestoreUndoer(_lab.Context);
        // Without a user of the present cluster; one member leaves.
        EtcdRestore restore = await LocalLab.RunAsync(
            await Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Credential = Root, Member = "demo-1", NoRejoin = true }));
        await restore.Cluster.WithCredential(Root).Client.Kv.PutAsync("/a", "since", cancellationToken: Token);

        var nobody = await Assert.ThrowsAnyAsync<EtcdException>(() => undoer.PlanAsync(cluster, new UndoRequest(), database: null, Token));
        var wrong = await Assert.ThrowsAnyAsync<EtcdException>(async () => await LocalLab.RunAsync(
            await undoer.PlanAsync(cluster.WithCredential(Root), new UndoRequest(), database: null, Token))); // a password of now, not of then
        string? served = (await restore.Cluster.WithCredential(Root).Client.Kv.GetAsync("/a", Token))?.ValueText;
        EtcdRestoreUndo undo = await LocalLab.RunAsync(
            await undoer.PlanAsync(cluster.WithCredential(Root), new UndoRequest { Credential = later }, database: null, Token));

        Assert.True(seen.Authentication);
        Assert.Equal((EtcdErrorIds.AuthFailed, "demo"), (nobody.ErrorId, nobody.Target));
        Assert.Contains("-Credential", nobody.NextStep, StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.AuthFailed, wrong.ErrorId);
        Assert.Contains("rolled back", wrong.Message, StringComparison.Ordinal);
        Assert.Equal("since", served);
        EtcdCluster now = (await _lab.Context.Profiles.LoadAsync("demo", Token)).WithCredential(later);
        Assert.Equal("before", (await now.Client.Kv.GetAsync("/a", Token))?.ValueText);
        Assert.Equal("Healthy with 2 known peers", (await new HealthChecker(_lab.Context).CheckAsync(now, new HealthOptions(), Token)).Summary);
        Assert.Equal(later, undo.Cluster.Credential);
    }

    private async Task<EtcdException> RefusedAsync(EtcdCluster cluster, string path, EtcdCredential? credential) =>
        await Assert.ThrowsAnyAsync<EtcdException>(() =>
            Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Credential = credential }));

    private async Task<EtcdCluster> InstallAsync(string version, bool tls, int size = 1)
    {
        InstallRequest request = (await LocalLab.RequestAsync("demo", size, version)) with { Tls = tls };
        return await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));
    }

    /// <summary>A snapshot with root, and with ann who may do nothing; the cluster itself is left without them.</summary>
    private async Task<string> SaveWithUsersAsync(EtcdCluster cluster)
    {
        AuthClient auth = cluster.Client.Auth;
        await cluster.Client.Kv.PutAsync("/a", "value", cancellationToken: Token);
        await auth.AddUserAsync(Root.UserName, Root.Password, Token);
        await auth.AddRoleAsync("root", Token);
        await auth.GrantRoleAsync(Root.UserName, "root", Token);
        await auth.AddUserAsync("ann", "secret", Token);
        await auth.EnableAsync(Token);
        EtcdCluster asRoot = cluster.WithCredential(Root);
        EtcdSnapshot snapshot = await new SnapshotSaver(_lab.Context)
            .SaveAsync(asRoot, new SaveSnapshotRequest { Destination = _lab.Path + "/backups" }, null, Token);
        Assert.True(snapshot.AuthEnabled);
        await asRoot.Client.Auth.DisableAsync(Token);
        return snapshot.Path;
    }
}
