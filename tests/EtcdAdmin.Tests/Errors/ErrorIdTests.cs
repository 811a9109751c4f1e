using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Errors;

public sealed class ErrorIdTests
{
    [Fact]
    public async Task ErrorIds_AllConstants_StandInTheHelpTopicAndNoOthersDo()
    {
        string topic = Repository.PathOf("docs", "en-US", "about_EtcdErrors.help.txt");
        string[] lines = await File.ReadAllLinesAsync(topic, TestContext.Current.CancellationToken);

        // Each has a line of its own there.
        string[] listed = [.. lines.Where(line => line.StartsWith("    Etcd", StringComparison.Ordinal) && !line.Trim().Contains(' ')).Select(line => line.Trim())];

        string[] ids = [.. typeof(EtcdErrorIds).GetFields().Select(field => (string)field.GetRawConstantValue()!)];
        Assert.Equal(ids.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ErrorIds_AllConstants_AreUniqueAndPrefixed()
    {
        string[] ids = [.. typeof(EtcdErrorIds).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.StartsWith("Etcd", id, StringComparison.Ordinal));
    }
}
