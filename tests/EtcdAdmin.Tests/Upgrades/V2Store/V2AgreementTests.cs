using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Upgrades.V2Store;

public sealed class V2AgreementTests
{
    [Fact]
    public void FindDifference_TheSame_IsNone() => Assert.Null(V2Agreement.FindDifference((Store("1", 5), 9), (Store("1", 5), 9)));

    [Fact]
    public void FindDifference_AKeyWrittenSince_IsNone() => Assert.Null(V2Agreement.FindDifference((Store("1", 5), 9), (Store("2", 10), 12)));

    [Fact]
    public void FindDifference_AKeyDeletedSince_IsNone() =>
        Assert.Null(V2Agreement.FindDifference((Store("1", 5), 9), (V2Node.Directory(""), 12)));

    [Fact]
    public void FindDifference_AKeyMissingAtTheSameIndex_IsFound() =>
        Assert.Equal("/app, last changed at index 3", V2Agreement.FindDifference((Store("1", 5), 9), (V2Node.Directory(""), 9)));

    [Theory]
    [InlineData("2", 5UL)] // another value
    [InlineData("1", 6UL)] // changed at another index
    public void FindDifference_AnOlderKeyThatDiffers_IsFound(string value, ulong modified) => Assert.Equal(
        $"/app/k, last changed at index {modified}", V2Agreement.FindDifference((Store(value, modified), 12), (Store("1", 5), 9)));

    private static V2Node Store(string value, ulong modified)
    {
        V2Node root = V2Node.Directory("");
        V2Node app = V2Node.Directory("app");
        app.CreatedIndex = app.ModifiedIndex = 3;
        app.Children!["k"] = new V2Node("k") { Value = value, CreatedIndex = 4, ModifiedIndex = modified }; // a directory has them
        root.Children!["app"] = app;
        return root;
    }
}
