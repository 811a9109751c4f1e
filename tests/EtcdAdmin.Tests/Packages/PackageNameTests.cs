using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Tests.Packages;

public sealed class PackageNameTests
{
    [Theory]
    [InlineData("/x/etcd-v3.5.16-linux-amd64.tar.gz", "3.5.16", "linux-amd64")]
    [InlineData("etcd-v3.5.16-windows-arm64.zip", "3.5.16", "windows-arm64")]
    [InlineData("etcd-v3.6.0-rc.1-linux-s390x.tar.gz", "3.6.0-rc.1", "linux-s390x")]
    [InlineData("/x/etcd-v3.5.16-linux-amd64/", "3.5.16", "linux-amd64")]
    [InlineData("3.5.16-linux-amd64", "3.5.16", "linux-amd64")]
    [InlineData("3.5.16-linux-amd64-0123456789ab", "3.5.16", "linux-amd64")]
    [InlineData("etcd-server_3.3.25+dfsg-6+b6_amd64.deb", "3.3.25", "linux-amd64")]
    [InlineData("etcd-client_3.5.16-4_ppc64el.deb", "3.5.16", "linux-ppc64le")]
    [InlineData("etcd-server_1%3a3.5.0~rc.1-1_arm64.deb", "3.5.0-rc.1", "linux-arm64")]
    public void Parse_KnownName_TellsVersionAndPlatform(string path, string version, string platform)
    {
        PackageName name = PackageName.Parse(path);

        Assert.Equal(version, name.Version?.ToString());
        Assert.Equal(platform, name.Platform?.ToString());
    }

    [Theory]
    [InlineData("etcd.tar.gz")]
    [InlineData("other-v1.2.3-linux-amd64.tar.gz")]
    [InlineData("bird-server_3.5.16-4_amd64.deb")]
    public void Parse_OtherName_TellsNothing(string path)
    {
        PackageName name = PackageName.Parse(path);

        Assert.Null(name.Version);
        Assert.Null(name.Platform);
    }
}
