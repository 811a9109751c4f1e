using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace EtcdAdmin.Tests.Support;

/// <summary>As <see cref="Etcd36DataAttribute"/>, with etcd 3.7 beside 3.6: a case is skipped where no folder is named for either.</summary>
/// <param name="arguments">What the test gets.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class Etcd37DataAttribute(params object[] arguments) : DataAttribute
{
    /// <summary>Why one of the two is missing; null where both are there.</summary>
    public static string? Missing { get; } = Etcd36DataAttribute.Missing ?? (EtcdBinaries.IsNamed("3.7") ? null
        : "etcd 3.7 is in no Debian release: name a folder with its etcd, etcdctl and etcdutl in ETCDADMIN_ETCD_3_7.");

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([new TheoryDataRow(arguments) { Skip = Missing }]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
