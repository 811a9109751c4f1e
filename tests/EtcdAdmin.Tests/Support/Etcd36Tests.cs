using EtcdAdmin.Hosts;

namespace EtcdAdmin.Tests.Support;

public sealed class Etcd36Tests
{
    [Fact]
    public async Task GetAsync_FolderNamedForEtcd36_HoldsAllItsTools()
    {
        Assert.SkipUnless(EtcdBinaries.IsNamed("3.6"),
            "etcd 3.6 is in no Debian release: name a folder with its etcd, etcdctl and etcdutl in ETCDADMIN_ETCD_3_6, and all tests of versions run with it too.");

        EtcdBinaries binaries = await EtcdBinaries.GetAsync("3.6");

        foreach ((string program, string argument) in new[] { (binaries.Etcd, "--version"), (binaries.Etcdctl, "version"), (binaries.SnapshotTool, "version") })
        {
            ProcessResult result = await EtcdBinaries.RunAsync(program, [argument], null, TestContext.Current.CancellationToken);
            Assert.Matches(@"^\w+ [Vv]ersion: 3\.6\.", result.Output);
        }
    }
}
