using System.Diagnostics;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Tests.Provisioning.Volumes;

public sealed class VolumeUnitTests
{
    [Theory]
    [InlineData("/var/lib/etcd", "var-lib-etcd.mount")]
    [InlineData("/var/lib/etcd-2", @"var-lib-etcd\x2d2.mount")]
    [InlineData("/srv/.data_1/b:c/", @"srv-.data_1-b:c.mount")]
    [InlineData("/.hidden", @"\x2ehidden.mount")]
    public void Name_OfAPath_IsWhatSystemdWants(string path, string expected)
    {
        Assert.Equal(expected, VolumeUnit.Name(path));
    }

    [Theory]
    [InlineData("/var/lib/etcd-2")]
    [InlineData("/srv/a.b/c-d_e")]
    [InlineData("/.x/.y")]
    public async Task Name_OfAPath_IsAsSystemdEscapesIt(string path)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-escape"), "There is no systemd-escape here; it comes with systemd.");
        // Not the shell.
        using Process escape = Process.Start(
            new ProcessStartInfo("/usr/bin/systemd-escape", ["--path", "--suffix=mount", path]) { RedirectStandardOutput = true })!;

        string expected = await escape.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected.Trim(), VolumeUnit.Name(path));
    }

    [Fact]
    public void Render_Volume_NamesItsOwnerAndDoesNotHoldUpTheBoot()
    {
        string unit = VolumeUnit.Render("prod", "n1", new DataVolume("/dev/vdb", "xfs", "/srv/etcd"), "1234-5678");

        Assert.Contains("# cluster: prod\n# member: n1\n", unit, StringComparison.Ordinal);
        Assert.Contains("What=/dev/disk/by-uuid/1234-5678\nWhere=/srv/etcd\nType=xfs\n", unit, StringComparison.Ordinal);
        Assert.Contains("nofail", unit, StringComparison.Ordinal);
    }
}
