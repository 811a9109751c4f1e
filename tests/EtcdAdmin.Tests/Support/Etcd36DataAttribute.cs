using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace EtcdAdmin.Tests.Support;

/// <summary>A case of a theory with etcd 3.6, like that of <c>InlineData</c>; it is not run where no folder is named for that version.</summary>
/// <param name="arguments">What the test gets.</param>
/// <remarks>
/// One skipped test, of <see cref="Etcd36Tests"/>, tells of all of them; a skipped case of each would hide what else is skipped. None at all
/// would be an error: xunit wants at least one case of each attribute.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class Etcd36DataAttribute(params object[] arguments) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([new TheoryDataRow(arguments) { Explicit = EtcdBinaries.IsNamed("3.6") ? null : true }]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
