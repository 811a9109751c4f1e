using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Facts;

namespace EtcdAdmin.Tests.Hosts;

public sealed class SpaceGuardTests
{
    private const long Megabyte = 1L << 20;

    [Fact]
    public void Check_NeedsOnOneFileSystem_AreAddedUp()
    {
        EtcdException error = Assert.Single(Check(new HostFileSystem("/", "/dev/vda", "ext4", 100 * Megabyte, 10 * Megabyte),
            new SpaceNeed("/etc/etcd", 8 * Megabyte), new SpaceNeed("/var/lib/etcd", 4 * Megabyte), new SpaceNeed("/opt", 0)));

        Assert.Equal((EtcdErrorIds.DiskFull, "n1"), (error.ErrorId, error.Target));
        Assert.Equal("n1 has 10 MB free on /, but 12 MB are needed for /etc/etcd and /var/lib/etcd.", error.Message);
    }

    [Fact]
    public void Check_NoInodesLeft_IsRefusedAsFull()
    {
        EtcdException error = Assert.Single(
            Check(new HostFileSystem("/", "/dev/vda", "ext4", 100 * Megabyte, 90 * Megabyte) { FreeFiles = 3 }, new SpaceNeed("/etc/etcd", 1)));

        Assert.Equal(EtcdErrorIds.DiskFull, error.ErrorId);
        Assert.Contains("3 inodes free on /", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ReadOnly_IsRefusedForWhatIsWrittenThere()
    {
        EtcdException error = Assert.Single(
            Check(new HostFileSystem("/", "/dev/vda", "ext4", 100 * Megabyte, 90 * Megabyte) { IsReadOnly = true }, new SpaceNeed("/etc/etcd", 1)));

        Assert.Equal(EtcdErrorIds.FileWriteFailed, error.ErrorId);
        Assert.Contains("/ is mounted read-only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_InodesAndMountOptions_BelongToTheirFileSystem()
    {
        var parser = new EtcdHostParser("n1", HostConnection.Local);
        foreach (string line in new[]
                 {
                     "filesystem\t/dev/vda\text4\t1000\t500\t/", "filesystem\t/dev/vdb\txfs\t1000\t500\t/srv",
                     "filesystem\t/dev/vdc\tbtrfs\t1000\t500\t/data", "inodes\t/\t200\t7", "inodes\t/data\t0\t0", "readonly\t/srv",
                 })
        {
            parser.Read(line);
        }

        IReadOnlyList<HostFileSystem> found = parser.Result(DateTimeOffset.UnixEpoch, TimeSpan.Zero).FileSystems;

        Assert.Equal([("/", (long?)7, false), ("/srv", null, true), ("/data", null, false)],
            found.Select(system => (system.MountPoint, system.FreeFiles, system.IsReadOnly)));
    }

    private static IEnumerable<EtcdException> Check(HostFileSystem system, params SpaceNeed[] needs) =>
        SpaceGuard.Check(new EtcdHost { HostName = "n1", Connection = HostConnection.Local, FileSystems = [system] }, needs, "Make room.");
}
