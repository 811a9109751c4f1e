using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Tests.Upgrades.Versions;

/// <summary>The list of advisories, and its replacement from a file.</summary>
public sealed class AdvisoryFileTests : IDisposable
{
    private const string Newer = """
        { "format": 1, "date": "2026-11-20", "source": "a test", "firstSupported": "3.6",
          "advisories": [ { "id": "CVE-1", "summary": "bad", "repaired": ["3.6.99", "3.5.99"] } ] }
        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private EtcdAdminHome Home => new(_folder.File("home"));

    [Fact]
    public async Task ReplaceAsync_NewerFile_IsUsedFromThenOn()
    {
        Assert.True((await ReleaseSupport.LoadAsync(Home, Token)).IsSupported(new EtcdVersion(3, 5, 99)));
        await File.WriteAllTextAsync(_folder.File("new.json"), Newer, Token);
        await ReleaseSupport.ReplaceAsync(Home, _folder.File("new.json"), Now, Token);

        ReleaseSupport support = await ReleaseSupport.LoadAsync(Home, Token);
        Assert.False(support.IsSupported(new EtcdVersion(3, 5, 99)));
        Assert.Equal(["CVE-1 (bad), repaired in 3.6.99"], support.WeaknessesOf(new EtcdVersion(3, 6, 14)));
        Assert.Equal(["CVE-1 (bad), not repaired in this line"], support.WeaknessesOf(new EtcdVersion(3, 4, 44)));
        Assert.Empty(support.WeaknessesOf(new EtcdVersion(3, 7, 0)));
    }

    [Theory]
    [InlineData("no JSON", "invalid")]
    [InlineData("\"format\": 1", "\"format\": 2")]
    [InlineData("2026-11-20", "2026-10-20")]
    [InlineData("2026-11-20", "2026-12-20")]
    [InlineData("2026-11-20", "20.11.2026")]
    [InlineData("\"3.6\"", "\"three\"")]
    [InlineData("3.5.99", "3.5")]
    [InlineData("[\"3.6.99\", \"3.5.99\"]", "[]")]
    [InlineData("\"summary\"", "\"sumary\"")]
    public async Task ReplaceAsync_FileCannotBeUsed_KeepsThePresentList(string part, string wrong)
    {
        string text = Newer.Contains(part, StringComparison.Ordinal) ? Newer.Replace(part, wrong, StringComparison.Ordinal) : wrong;
        await File.WriteAllTextAsync(_folder.File("wrong.json"), text, Token);
        EtcdException refused =
            await Assert.ThrowsAsync<EtcdException>(() => ReleaseSupport.ReplaceAsync(Home, _folder.File("wrong.json"), Now, Token));
        Assert.Equal(EtcdErrorIds.AdvisoryInvalid, refused.ErrorId);
        Assert.Equal(ReleaseSupport.BuiltIn.Known, (await ReleaseSupport.LoadAsync(Home, Token)).Known);
        Assert.False(Directory.Exists(Home.Path));
    }

    [Fact]
    public async Task ReplaceAsync_FileMissing_SaysSo()
    {
        EtcdException missing =
            await Assert.ThrowsAsync<EtcdException>(() => ReleaseSupport.ReplaceAsync(Home, _folder.File("none.json"), Now, Token));
        Assert.Equal(EtcdErrorIds.AdvisoryInvalid, missing.ErrorId);
    }

    public void Dispose() => _folder.Dispose();
}
