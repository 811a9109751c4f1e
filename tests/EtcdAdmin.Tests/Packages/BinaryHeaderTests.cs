using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Tests.Packages;

public sealed class BinaryHeaderTests
{
    [Theory]
    [InlineData("linux-amd64", "7F454C460201", 18, "3E00")]
    [InlineData("linux-arm64", "7F454C460201", 18, "B700")]
    [InlineData("linux-ppc64le", "7F454C460201", 18, "1500")]
    [InlineData("linux-ppc64", "7F454C460202", 18, "0015")]
    [InlineData("linux-s390x", "7F454C460202", 18, "0016")]
    [InlineData("darwin-arm64", "CFFAEDFE", 4, "0C000001")]
    [InlineData("darwin-amd64", "CFFAEDFE", 4, "07000001")]
    [InlineData("windows-amd64", "4D5A", 60, "40000000504500006486")]
    [InlineData(null, "23212F62696E2F7368", 20, "00")]
    [InlineData(null, "4D5A", 60, "FFFFFF7F")]
    public void Read_Header_TellsThePlatform(string? platform, string start, int offset, string there)
    {
        byte[] head = new byte[128];
        Convert.FromHexString(start).CopyTo(head, 0);
        Convert.FromHexString(there).CopyTo(head, offset);

        EtcdPlatform? read = BinaryHeader.Read(head);

        Assert.Equal(platform, read?.ToString());
    }

    [Fact]
    public async Task ReadAsync_ThisTestsOwnRuntime_IsThisMachine()
    {
        EtcdPlatform? read = await BinaryHeader.ReadAsync(Environment.ProcessPath ?? "", TestContext.Current.CancellationToken);

        Assert.Equal(EtcdPlatform.Current, read);
    }

    [Fact]
    public void Read_ShortFile_IsNoProgram() => Assert.Null(BinaryHeader.Read("\u007fELF"u8));
}
