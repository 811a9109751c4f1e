using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Provisioning;

public sealed class MemberProvisionerTests : IAsyncLifetime
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public void Phases_AllThereAre_AreInTheListOnce()
    {
        var state = new InstallState
        {
            ClusterName = "demo",
            Wanted = new ClusterSpec { Token = "demo", Members = [] },
            Surveys = new Dictionary<string, HostSurvey>(),
            Running = new HashSet<string>(),
            Owners = new Dictionary<string, MemberOwnership>(),
        };

        string[] listed =
        [
            .. new MemberProvisioner(new ProvisioningWork(_lab.Context, new ProvisioningOptions(), state)).Phases.Select(phase =>
                phase.GetType().Name),
        ];

        string[] all = [.. typeof(Phase).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Phase))).Select(type => type.Name)];
        Assert.Equal(all.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task PlanAsync_NewCluster_HasStepsThatAreKnownByWhatTheyDoToWhom()
    {
        Operation<EtcdCluster> operation = await _lab.Installer.PlanAsync(await LocalLab.RequestAsync("demo", 3, "3.5"), Token);

        string[] ids = [.. operation.Plan.Steps.Select(step => step.Id)];
        Assert.Equal(
            [
                "ProvidePackage", "CreateProfile", ids[2], "WriteFiles/demo-1", "WriteFiles/demo-2", "WriteFiles/demo-3",
                "StartMember/demo-1", "StartMember/demo-2", "StartMember/demo-3", "ProveCluster",
            ],
            ids);
        Assert.StartsWith("InstallBinaries/", ids[2], StringComparison.Ordinal);
    }
}
