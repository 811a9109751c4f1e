using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database.Wal;

public sealed class WalIdentityTests
{
    private const int ReadOnHosts = 128; // as the script on hosts reads

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task Parse_LogOfARunningMember_SaysWhoseItIs(string version)
    {
        await using EtcdServer etcd = await EtcdServer.StartAsync(version);
        using EtcdClient client = etcd.Connect();
        EtcdHeader header = (await client.Maintenance.StatusAsync(Token)).Header;

        WalIdentity? identity = WalIdentity.Parse(Convert.ToHexString(Start(etcd)));

        Assert.Equal(new WalIdentity(header.ClusterId, header.MemberId), identity);
    }

    [Fact]
    public async Task Parse_CutOrOtherBytes_SayNothing()
    {
        await using EtcdServer etcd = await EtcdServer.StartAsync("3.5");
        byte[] start = Start(etcd);
        byte[] zeroed = [.. start];
        Array.Clear(zeroed, 0, WalFrame.Size);
        string?[] others = [null, "", "xyz", "0", Convert.ToHexString(start[..40]), Convert.ToHexString(zeroed), Convert.ToHexString(start[4..])];

        Assert.All(others, other => Assert.Null(WalIdentity.Parse(other)));
    }

    private static byte[] Start(EtcdServer etcd)
    {
        byte[] start = new byte[ReadOnHosts];
        using var file = new FileStream(
            Directory.GetFiles(etcd.DataDirectory(0) + "/member/wal", "*.wal").Order(StringComparer.Ordinal)
                .First(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.ReadExactly(start);
        return start;
    }
}
