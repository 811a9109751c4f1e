using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

public sealed class OutdatedFileTests
{
    [Theory]
    [InlineData(-60, "current\n")]
    [InlineData(-1, "current\n")]
    [InlineData(60, "outdated\n")]
    public async Task Outdated_FileWrittenAroundTheStart_IsOutdatedOnlyAfterIt(int seconds, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It reads /proc.");
        CancellationToken token = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        using var self = Process.GetCurrentProcess();
        await File.WriteAllTextAsync(folder.File("etcd.conf.yml"), "", token);
        File.SetLastWriteTimeUtc(folder.File("etcd.conf.yml"), self.StartTime.ToUniversalTime().AddSeconds(seconds));

        ScriptResult result = await new LocalHost().RunAsync(
            new HostScript(ShellScript.Load("Hosts/Scripts/outdated.sh") + "if outdated \"$1\" '' \"$2\"; then echo outdated; else echo current; fi")
            {
                Arguments = [folder.File("etcd.conf.yml"), self.Id.ToString(CultureInfo.InvariantCulture)],
            },
            token);

        Assert.Equal(new ScriptResult(0, expected, ""), result);
    }
}
