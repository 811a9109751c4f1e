using EtcdAdmin.Client;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;
using EtcdAdmin.Plans;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

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
    public async Task RestoreAsync_AuthenticationEnabled_NeedsAUserOfTheSnapshot(string version)
    {
        EtcdCluster cluster = await InstallAsync(version, tls: false);
        string path = await SaveWithUsersAsync(cluster);

        var unknown = await RefusedAsync(cluster, path, new EtcdCredential("bob", "any"));
        var powerless = await RefusedAsync(cluster, path, new EtcdCredential("ann", "any"));
        var nobody = await RefusedAsync(cluster, path, null);
        var wrong = await Assert.ThrowsAnyAsync<EtcdException>(async () => await LocalLab.RunAsync(
            await Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Credential = Root with { Password = "wrong" } })));
        EtcdRestore restore = await LocalLab.RunAsync(await Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Credential = Root }));

        Assert.Equal((EtcdErrorIds.UserNotFound, EtcdErrorIds.PermissionDenied), (unknown.ErrorId, powerless.ErrorId));
        Assert.Contains("root", unknown.NextStep, StringComparison.Ordinal);
        Assert.Equal((EtcdErrorIds.AuthFailed, path), (nobody.ErrorId, nobody.Target));
        Assert.Contains("-Credential: root;", nobody.NextStep, StringComparison.Ordinal);
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

        Assert.Single(operation.Warnings, warning => warning.Contains("users and passwords of then", StringComparison.Ordinal));
        Assert.Equal("value", (await restore.Cluster.Client.Kv.GetAsync("/a", Token))?.ValueText);
    }

    private async Task<EtcdException> RefusedAsync(EtcdCluster cluster, string path, EtcdCredential? credential) =>
        await Assert.ThrowsAnyAsync<EtcdException>(() => Restoring.PlanAsync(_lab.Context, cluster, path, new RestoreRequest { Credential = credential }));

    private async Task<EtcdCluster> InstallAsync(string version, bool tls)
    {
        InstallRequest request = (await LocalLab.RequestAsync("demo", 1, version)) with { Tls = tls };
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
