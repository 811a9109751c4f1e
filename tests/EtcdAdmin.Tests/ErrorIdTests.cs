namespace EtcdAdmin.Tests;

public sealed class ErrorIdTests
{
    [Fact]
    public void ErrorIds_AllConstants_AreUniqueAndPrefixed()
    {
        string[] ids = [.. typeof(EtcdErrorIds).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.StartsWith("Etcd", id, StringComparison.Ordinal));
    }
}
