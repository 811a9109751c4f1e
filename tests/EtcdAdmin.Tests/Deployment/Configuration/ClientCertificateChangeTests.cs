using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Diagnosis.Handshakes;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Configuration;

/// <summary>Client certificates on and off, on members that run.</summary>
public sealed class ClientCertificateChangeTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("3.3", 1)]
    [InlineData("3.5", 3)]
    [Etcd37Data("3.7", 1)]
    public async Task SetConfiguration_ClientCertificates_AreTurnedOffAndOnAgain(string version, int size)
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", size, version);
        await cluster.Client.Kv.PutAsync("/k", "v", cancellationToken: Token);

        (EtcdCluster off, IReadOnlyList<string> warnings) = await SetAsync(cluster, requires: false);
        ClientCertificateDemand[] demandOff = await DemandAsync(off);
        long seen = await new EtcdCluster("anyone", off.Endpoints) { Tls = new ClusterTls(off.Tls!.CaPem, null) }
            .Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token);
        (EtcdCluster on, IReadOnlyList<string> back) = await SetAsync(off, requires: true);
        Operation<EtcdCluster> again = await PlanAsync(on, requires: true);

        Assert.All(demandOff, demand => Assert.Equal(ClientCertificateDemand.NotRequested, demand));
        Assert.Equal(1, seen);
        Assert.StartsWith("Every client that reaches the members of cluster 'demo' can then connect", Assert.Single(warnings),
            StringComparison.Ordinal);
        Assert.All(await DemandAsync(on), demand => Assert.Equal(ClientCertificateDemand.Required, demand));
        Assert.Contains("Clients without a certificate", Assert.Single(back), StringComparison.Ordinal);
        Assert.True(again.Plan.IsEmpty);
        Assert.Equal(1, await on.Client.Kv.CountAsync(KeyRange.All, cancellationToken: Token));
    }

    [Fact]
    public async Task SetConfiguration_UserIsTheCommonName_IsRefusedBeforeAnythingIsTouched()
    {
        EtcdCluster cluster = await _lab.InstallAsync("demo", 1, "3.5");
        await cluster.Client.Auth.AddUserAsync("root", "secret", Token);
        await cluster.Client.Auth.GrantRoleAsync("root", "root", Token);
        await cluster.Client.Auth.EnableAsync(Token);
        // The common name of the operator's certificate is root.
        EtcdCluster byRoot = cluster.WithCredential(new EtcdCredential("root", "secret"));

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, requires: false));
        (EtcdCluster off, _) = await SetAsync(byRoot, requires: false);

        Assert.Equal(EtcdErrorIds.InvalidArgument, error.ErrorId);
        Assert.Contains("-Credential root", error.NextStep, StringComparison.Ordinal);
        Assert.Equal([ClientCertificateDemand.NotRequested], await DemandAsync(off));
    }

    [Fact]
    public async Task SetConfiguration_ClusterWithoutTls_IsRefused()
    {
        InstallRequest request = (await LocalLab.RequestAsync("demo", 1, "3.5")) with { Tls = false };
        EtcdCluster cluster = await LocalLab.RunAsync(await _lab.Installer.PlanAsync(request, Token));

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanAsync(cluster, requires: true));

        Assert.Equal(EtcdErrorIds.TlsNotEnabled, error.ErrorId);
    }

    private Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, bool requires) => new ConfigurationChanger(_lab.Context)
        .PlanAsync(cluster, new ConfigurationRequest { RequiresClientCertificates = requires }, Token);

    private async Task<(EtcdCluster Cluster, IReadOnlyList<string> Warnings)> SetAsync(EtcdCluster cluster, bool requires)
    {
        Operation<EtcdCluster> operation = await PlanAsync(cluster, requires);
        return (await operation.RunAsync(new EventRecorder(), Token), operation.Warnings);
    }

    private async Task<ClientCertificateDemand[]> DemandAsync(EtcdCluster cluster)
    {
        IReadOnlyList<EtcdTlsResult> results = await new TlsTester(_lab.Context, TimeSpan.FromSeconds(10), 30).TestAsync(cluster, Token);
        Assert.All(results, result => Assert.True(result.Passed, result.ToString()));
        return [.. results.Select(result => result.ClientCertificate)];
    }
}
