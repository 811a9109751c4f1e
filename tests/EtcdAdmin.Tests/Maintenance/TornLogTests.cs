using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Maintenance.FullDisk;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>The log of a real member that ends with an incomplete record.</summary>
public sealed class TornLogTests(OneMember one) : IClassFixture<OneMember>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AdminContext Context => one.Lab.Context;

    [Theory]
    [InlineData(new byte[] { 0, 0, 0 }, false)]
    [InlineData(new byte[] { 0xE8, 0x03, 0 }, false)] // a part of a frame
    [InlineData(new byte[] { 0xE8, 0x03, 0, 0, 0, 0, 0, 0 }, false)] // a frame without its record
    [InlineData(new byte[] { 0xE8, 0x03, 0, 0, 0, 0, 0, 0, 8, 1, 16 }, false)]
    [InlineData(new byte[] { 0xD0, 0x07, 0, 0, 0, 0, 0, 0, 8, 1, 16 }, true)] // in the space that etcd reserved
    public async Task CutAsync_IncompleteRecord_IsCutOffAndKept(byte[] record, bool isReserved)
    {
        EtcdCluster cluster = await one.GetAsync();
        MemberSpec member = cluster.Spec!.Members[0];
        await cluster.Client.Kv.PutAsync("kept", "value", cancellationToken: Token);
        await new MemberOperator(Context).StopAsync(cluster, member.Name, Token);
        string path = Last(member);
        long end = WalReader.Read([path], Token).End;
        await TearAsync(path, end, record, isReserved);
        await File.WriteAllBytesAsync(path + ".broken", File.ReadAllBytes(path)[..(int)(end / 2)], Token); // a copy that the disk had no room for

        Assert.True(await new TornLog(Context).CutAsync(member, Token));

        Assert.Equal(end, new FileInfo(path).Length);
        Assert.Equal(record[..(record.AsSpan().LastIndexOfAnyExcept((byte)0) + 1)], await File.ReadAllBytesAsync($"{path}.{end}.torn", Token));
        Assert.False(File.Exists(path + ".broken"));
        Assert.Equal(WalCondition.Intact, WalReader.Read([path], Token).Condition);
        await new MemberOperator(Context).StartAsync(cluster, member.Name, TimeSpan.FromSeconds(60), Token);
        Assert.Equal("value", (await cluster.Client.Kv.GetAsync("kept", Token))!.ValueText);
    }

    [Fact]
    public async Task CutAsync_CompleteLog_IsLeftAlone()
    {
        EtcdCluster cluster = await one.GetAsync();
        MemberSpec member = cluster.Spec!.Members[0];
        await new MemberOperator(Context).StopAsync(cluster, member.Name, Token);
        string path = Last(member);
        byte[] before = await File.ReadAllBytesAsync(path, Token);

        Assert.False(await new TornLog(Context).CutAsync(member, Token));

        Assert.Equal(before, await File.ReadAllBytesAsync(path, Token));
        await new MemberOperator(Context).StartAsync(cluster, member.Name, TimeSpan.FromSeconds(60), Token);
    }

    private static string Last(MemberSpec member) => Directory.GetFiles(member.WalFolder, "*.wal").Max(StringComparer.Ordinal)!;

    private static async Task TearAsync(string path, long end, byte[] record, bool isReserved)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        if (!isReserved) file.SetLength(end);
        file.Position = end;
        await file.WriteAsync(record, Token);
    }
}
