using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace EtcdAdmin.Tests.Support;

/// <summary>A case of a theory with etcd 3.6, like that of <c>InlineData</c>; it is skipped where no folder is named for that version.</summary>
/// <param name="arguments">What the test gets.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class Etcd36DataAttribute(params object[] arguments) : DataAttribute
{
    /// <summary>Why there is no etcd 3.6; null where there is one.</summary>
    public static string? Missing { get; } = EtcdBinaries.IsNamed("3.6") ? null
        : "etcd 3.6 is in no Debian release: name a folder with its etcd, etcdctl and etcdutl in ETCDADMIN_ETCD_3_6.";

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([new TheoryDataRow(arguments) { Skip = Missing }]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
