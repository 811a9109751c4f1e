using EtcdAdmin.Errors;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Tests.Upgrades.Versions;

public sealed class VersionPathTests
{
    [Theory]
    [InlineData("3.5.16", "3.5.16", "3.5.30", "Patch 3.5 3.5.30")]
    [InlineData("3.5.30", "3.5.16", "3.5.30", "Patch 3.5 3.5.30")]
    [InlineData("3.4.23", "3.4.23", "3.5.30", "Upgrade 3.4 3.5.30")]
    [InlineData("2.3.8", "2.3.8", "3.0.17", "Upgrade 2.3 3.0.17")]
    [InlineData("3.6.14", "3.7.1", "3.7.1", "Upgrade 3.6 3.7.1")]
    [InlineData("3.7.1", "3.7.1", "3.6.14", "Downgrade 3.7 3.6.14")]
    public async Task Find_OneStep_IsThatStep(string oldest, string newest, string target, string expected)
    {
        VersionChange change = Assert.Single(await FindAsync(oldest, newest, null, target));

        Assert.Equal(expected, $"{change.Kind} {change.From} {change.To}");
    }

    [Theory]
    [InlineData("3.5.0", "Rollback 3.6 3.5.30")]
    [InlineData("3.6.0", "Downgrade 3.6 3.5.30")]
    public async Task Find_BackFromMixedVersions_DependsOnWhatTheMembersAgreedOn(string agreed, string expected)
    {
        VersionChange change = Assert.Single(await FindAsync("3.5.30", "3.6.14", agreed, "3.5.30"));

        Assert.Equal(expected, $"{change.Kind} {change.From} {change.To}");
    }

    [Theory]
    [InlineData("2.3.8", "2.3.8", "3.1.20", "etcd 3.0, then etcd 3.1")]
    [InlineData("3.4.23", "3.4.23", "3.6.14", "etcd 3.5, then etcd 3.6")]
    [InlineData("3.5.30", "3.5.30", "3.4.23", "restore a snapshot")]
    [InlineData("3.7.1", "3.7.1", "3.5.30", "Downgrade to etcd 3.6 first")]
    [InlineData("3.4.23", "3.5.30", "3.6.14", "Finish it first")]
    [InlineData("3.3.25", "3.5.30", "3.5.30", "Bring the oldest members up to date first")]
    public async Task Find_NoSuchStep_IsRefusedWithTheStepsToTake(string oldest, string newest, string target, string nextStep)
    {
        EtcdException refused = await Assert.ThrowsAsync<EtcdException>(() => FindAsync(oldest, newest, null, target));

        Assert.Equal(EtcdErrorIds.UpgradeRefused, refused.ErrorId);
        Assert.Contains(nextStep, refused.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_PassingThrough_TakesTheNewestOfEachLineInBetween()
    {
        IReadOnlyList<VersionChange> changes = await FindAsync("2.3.8", "2.3.8", null, "3.2.32", passesThrough: true);

        Assert.Equal(["2.3 3.0.99", "3.0 3.1.99", "3.1 3.2.32"], changes.Select(change => $"{change.From} {change.To}"));
    }

    private static Task<IReadOnlyList<VersionChange>> FindAsync(
        string oldest, string newest, string? agreed, string target, bool passesThrough = false) => VersionPath.FindAsync(
        "demo", [EtcdVersion.Parse(oldest), EtcdVersion.Parse(newest)], agreed is null ? null : EtcdVersion.Parse(agreed), EtcdVersion.Parse(target),
        passesThrough, line => Task.FromResult(new EtcdVersion(line.Major, line.Minor, 99)));
}
