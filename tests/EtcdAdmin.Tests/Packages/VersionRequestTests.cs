using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Tests.Packages;

public sealed class VersionRequestTests
{
    [Theory]
    [InlineData(null, "3.6.1", true)]
    [InlineData("", "3.6.1", true)]
    [InlineData(null, "3.6.0-rc.1", false)]
    [InlineData("3", "3.4.2", true)]
    [InlineData("3.5", "3.5.16", true)]
    [InlineData("v3.5", "3.5.0", true)]
    [InlineData("3.5", "3.50.1", false)]
    [InlineData("3.5", "3.4.23", false)]
    [InlineData("3.5", "3.5.0-rc.0", false)]
    [InlineData("3.5.16", "3.5.16", true)]
    [InlineData("3.5.16", "3.5.17", false)]
    [InlineData("3.6.0-rc.1", "3.6.0-rc.1", true)]
    public void Matches_Version_IsJudgedByWhatWasAsked(string? request, string version, bool expected)
    {
        bool matches = VersionRequest.Parse(request).Matches(EtcdVersion.Parse(version));

        Assert.Equal(expected, matches);
    }

    [Theory]
    [InlineData("3.")]
    [InlineData("latest")]
    [InlineData("3.5.")]
    [InlineData("-3")]
    public void Parse_AnythingElse_SaysWhatItLooksLike(string text)
    {
        var error = Assert.Throws<FormatException>(() => VersionRequest.Parse(text));

        Assert.Contains("3.5.16", error.Message, StringComparison.Ordinal);
    }
}
