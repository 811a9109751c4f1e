using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace EtcdAdmin.Tests.Support;

/// <summary>A case of a theory with versions before 3.3; it is skipped where no folders are named for all of them.</summary>
/// <param name="arguments">What the test gets: first the versions.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class OldEtcdDataAttribute(params object[] arguments) : DataAttribute
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["2.3", "3.0", "3.1", "3.2"];

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(
            [new TheoryDataRow(arguments) { Skip = Missing([.. arguments.OfType<string>().Where(Versions.Contains)]) }]);

    public override bool SupportsDiscoveryEnumeration() => true;

    /// <summary>Why a test with these versions cannot run; null where it can.</summary>
    public static string? Missing(params string[] versions) => versions.FirstOrDefault(version => !EtcdBinaries.IsNamed(version)) is { } missing
        ? $"etcd {missing} is in no Debian release: name a folder with its etcd and etcdctl in {EtcdBinaries.VariableOf(missing)}."
        : null;
}
