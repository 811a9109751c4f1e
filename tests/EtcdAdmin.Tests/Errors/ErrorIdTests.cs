using EtcdAdmin.Errors;

namespace EtcdAdmin.Tests.Errors;

public sealed class ErrorIdTests
{
    private static readonly string[] Ids = [.. typeof(EtcdErrorIds).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void ErrorIds_AllConstants_AreUniqueAndPrefixed()
    {
        Assert.Equal(Ids.Length, Ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(Ids, id => Assert.StartsWith("Etcd", id, StringComparison.Ordinal));
    }

    [Fact]
    public void Kind_EveryId_HasOne()
    {
        Assert.Equal(Ids.Order(StringComparer.Ordinal), EtcdErrorKinds.All.Keys.Order(StringComparer.Ordinal));
        Assert.All(Ids, id => Assert.Equal(EtcdErrorKinds.All[id], new EtcdException(id, "What happened.").Kind));
    }

    [Fact]
    public void Kind_NoSuchId_IsAMistakeOfTheCaller() =>
        Assert.Throws<ArgumentException>(() => new EtcdException("EtcdNoSuchThing", "What happened."));
}
