using EtcdAdmin.Upgrades.Adoption;

namespace EtcdAdmin.Tests.Upgrades.Adoption;

public sealed class UnitTextTests
{
    [Theory]
    [InlineData("A=1", "A=1")]
    [InlineData("  A = 1 2  ", "A=1 2")]
    [InlineData("# A=1\n; B=2\nC=3", "C=3")]
    [InlineData("A='a \\ b'", "A=a \\ b")]
    [InlineData("A=\"a \\\" \\c\"", "A=a \" \\c")]
    [InlineData("A=one,\\\ntwo", "A=one,two")]
    [InlineData("A=\"one\"' two'", "A=one two")]
    [InlineData("A=1\nB", "A=1")]
    [InlineData("export A=1", "")]
    [InlineData("A=", "A=")]
    [InlineData("A=x\\ ", "A=x ")]
    public void Variables_AFile_IsReadAsSystemdReadsIt(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', UnitText.Variables(text)));

    [Fact]
    public void Words_AListOfSystemctl_LosesItsQuotes() =>
        Assert.Equal(["A=a b", "B=2", "C=q\"r"], UnitText.Words("\"A=a b\" B=2 \"C=q\\\"r\""));

    [Fact]
    public void Expand_Variables_BecomeWordsOrText() => Assert.Equal(
        ["etcd", "--a", "1", "--b=x y", "$$"], UnitText.Expand(["etcd", "$ARGS", "$NONE", "--b=${B}", "$$"], ["ARGS=--a 0", "ARGS=--a 1", "B=x y"]));
}
