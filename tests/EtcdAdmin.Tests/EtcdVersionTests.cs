using FsCheck.Xunit;

namespace EtcdAdmin.Tests;

public sealed class EtcdVersionTests
{
    [Theory]
    [InlineData("3.5.16", "3.5.16")]
    [InlineData("v3.5.16", "3.5.16")]
    [InlineData("3.6.0-rc.1", "3.6.0-rc.1")]
    [InlineData("3.3.0+git", "3.3.0")]
    public void Parse_Version_KeepsNumbersAndSuffix(string text, string expected)
    {
        EtcdVersion version = EtcdVersion.Parse(text);

        Assert.Equal(expected, version.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("3.5")]
    [InlineData("3.5.16.1")]
    [InlineData("3.5.16\n")]
    [InlineData(" 3.5.16")]
    [InlineData("3.5.x")]
    [InlineData("3.5.999999")]
    [InlineData("../3.5.16")]
    public void TryParse_AnythingElse_IsRefused(string text)
    {
        bool isVersion = EtcdVersion.TryParse(text, out _);

        Assert.False(isVersion);
        Assert.Throws<FormatException>(() => EtcdVersion.Parse(text));
    }

    [Fact]
    public void CompareTo_MixedVersions_OrdersAsSemanticVersioning()
    {
        string[] ordered = ["3.4.23", "3.5.0-alpha.0", "3.5.0-beta.2", "3.5.0-beta.11", "3.5.0-rc.0", "3.5.0", "3.5.9", "3.5.16", "3.10.0"];

        IEnumerable<string> sorted = ordered.Reverse().Select(EtcdVersion.Parse).Order().Select(v => v.ToString());

        Assert.Equal(ordered, sorted);
    }

    [Property]
    public void Parse_OwnText_GivesTheSame(byte major, byte minor, byte patch)
    {
        var version = new EtcdVersion(major, minor, patch);

        EtcdVersion again = EtcdVersion.Parse(version.ToString());

        Assert.Equal(version, again);
        Assert.True(again <= version && again >= version);
    }
}
