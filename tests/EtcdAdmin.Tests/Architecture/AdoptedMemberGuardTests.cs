using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Architecture;

/// <summary>Members that EtcdAdmin did not install are changed by no plan that does not say so.</summary>
public sealed class AdoptedMemberGuardTests
{
    /// <summary>A plan that takes the lock changes hosts. One that may do so to adopted members says why here.</summary>
    [Fact]
    public void EveryPlanThatTakesTheLock_RefusesAdoptedMembers()
    {
        string[] allowed =
        [
            "OperationLock.cs", // the lock itself
            "MemberConverter.cs", // converts them
            "ProfileRemover.cs", // changes no host: it forgets them
            "HealthMonitorScheduler.cs", // changes this machine only
            "AlarmClearer.cs", "HistoryCompactor.cs", "MemberOptimizer.cs", "SpaceRepairer.cs", // call the cluster and change no host
        ];
        string[] plans =
        [
            .. Directory.GetFiles(Repository.PathOf("src", "EtcdAdmin"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !allowed.Contains(Path.GetFileName(file)))
                .Where(file => File.ReadAllText(file).Contains("OperationLock.Of(", StringComparison.Ordinal)),
        ];

        Assert.True(plans.Length > 8); // else they are not found any more
        Assert.All(plans, file => Assert.True(File.ReadAllText(file).Contains(".RequireConverted()", StringComparison.Ordinal), file));
    }
}
