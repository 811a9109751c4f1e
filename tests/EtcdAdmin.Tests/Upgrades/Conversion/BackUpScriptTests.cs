using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Conversion;

namespace EtcdAdmin.Tests.Upgrades.Conversion;

public sealed class BackUpScriptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task BackUp_AnArchiveOfThatName_IsNeverOverwritten()
    {
        string archive = _folder.File("backups/one.tar");
        await File.WriteAllTextAsync(_folder.File("settings"), "name: n1\n", Token);

        ScriptResult first = await RunAsync(archive, _folder.File("settings"), _folder.File("missing"));
        byte[] before = await File.ReadAllBytesAsync(archive, Token);
        await File.WriteAllTextAsync(_folder.File("settings"), "name: other\n", Token);
        ScriptResult second = await RunAsync(archive, _folder.File("settings"));

        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Equal($"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(before))} {before.Length}", first.Output.Trim());
        Assert.Equal(46, second.ExitCode);
        Assert.Equal(before, await File.ReadAllBytesAsync(archive, Token));
        Assert.Single(Directory.GetFiles(_folder.File("backups"))); // no parts are left
    }

    [Fact]
    public async Task BackUp_NothingToPack_MakesNoArchive()
    {
        string archive = _folder.File("backups/one.tar");

        Assert.NotEqual(0, (await RunAsync(archive, _folder.File("missing"))).ExitCode);

        Assert.Empty(Directory.GetFiles(_folder.File("backups")));
    }

    private Task<ScriptResult> RunAsync(string archive, params string[] paths) => new LocalHost().RunAsync(
        new HostScript(ConversionScripts.BackUp) { Arguments = [archive, _folder.File("data"), .. paths] }, Token);
}
