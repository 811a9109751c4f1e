using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Tests.Provisioning.Volumes;

public sealed class StorageRulesTests
{
    [Theory]
    [InlineData("/dev/sdb")]
    [InlineData("/dev/mapper/vg0-etcd")]
    [InlineData("/dev/disk/by-path/pci-0000:00:1f.2-ata-1")]
    public void Device_FullPath_IsTaken(string path)
    {
        Assert.Equal(path, StorageRules.Device(path));
    }

    [Theory]
    [InlineData("sdb")]
    [InlineData("/dev")]
    [InlineData("/dev/../etc/passwd")]
    [InlineData("/dev/sdb; reboot")]
    [InlineData("/dev/$(id)")]
    [InlineData("/mnt/image")]
    public void Device_AnythingElse_IsRefused(string path)
    {
        Assert.Equal(EtcdErrorIds.SpecInvalid, Assert.Throws<EtcdException>(() => StorageRules.Device(path)).ErrorId);
    }

    [Theory]
    [InlineData("/home/me/etcd")]
    [InlineData("/tmp/etcd")]
    [InlineData("/run/etcd")]
    [InlineData("/srv/my etcd")]
    [InlineData("/srv/$(reboot)")]
    [InlineData("relative")]
    public void DataPath_WhereEtcdCannotHaveIt_IsRefused(string path)
    {
        Assert.Equal(EtcdErrorIds.SpecInvalid, Assert.Throws<EtcdException>(() => StorageRules.DataPath(path)).ErrorId);
    }

    [Fact]
    public void FileSystem_Unknown_IsRefused()
    {
        Assert.Equal(EtcdErrorIds.SpecInvalid, Assert.Throws<EtcdException>(() => StorageRules.FileSystem("btrfs")).ErrorId);
    }
}
