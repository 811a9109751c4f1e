using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Tests.Support;

public sealed class Etcd36Tests
{
    [Fact]
    public async Task GetAsync_FolderNamedForEtcd36_HoldsAllItsTools()
    {
        Assert.SkipWhen(Etcd36DataAttribute.Missing is not null, Etcd36DataAttribute.Missing ?? "");

        EtcdBinaries binaries = await EtcdBinaries.GetAsync("3.6");

        foreach ((string program, string argument) in new[]
        {
            (binaries.Etcd, "--version"), (binaries.Etcdctl, "version"), (binaries.SnapshotTool, "version")
        })
        {
            ProcessResult result = await EtcdBinaries.RunAsync(program, [argument], null, TestContext.Current.CancellationToken);
            Assert.Matches(@"^\w+ [Vv]ersion: 3\.6\.", result.Output);
        }
    }
}
