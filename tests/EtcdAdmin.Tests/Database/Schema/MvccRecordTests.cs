using System.Text;
using EtcdAdmin.Database.Schema;

namespace EtcdAdmin.Tests.Database.Schema;

public sealed class MvccRecordTests
{
    [Theory]
    [InlineData("000000000000002a5f0000000000000001", true, false)]
    [InlineData("000000000000002a5f000000000000000174", true, true)]
    [InlineData("000000000000002a5f000000000000000175", false, false)]
    [InlineData("000000000000002a5e0000000000000001", false, false)]
    [InlineData("800000000000002a5f0000000000000001", false, false)]
    [InlineData("000000000000002a5f00000000000001", false, false)]
    [InlineData("", false, false)]
    public void TryParseRevision_Bytes_AcceptsOnlyRevisions(string hex, bool accepted, bool tombstone)
    {
        bool parsed = MvccRecord.TryParseRevision(Convert.FromHexString(hex), out long main, out bool isTombstone);

        Assert.Equal(accepted, parsed);
        if (accepted) Assert.Equal((42, tombstone), (main, isTombstone));
    }

    [Theory]
    [InlineData("0a036b6579", "key")]
    [InlineData("100218033a0178" + "0a036b6579" + "2a0576616c7565", "key")]
    [InlineData("2a00", "")]
    [InlineData("", "")]
    [InlineData("0a046b6579", null)] // longer than the message
    [InlineData("0affffffffffffffffff7f", null)]
    [InlineData("0a", null)]
    [InlineData("0801", null)] // the key as a number
    [InlineData("0b", null)] // a group
    [InlineData("0000", null)] // field 0
    [InlineData("11000000", null)]
    public void TryParse_Message_FindsKeyOrRefuses(string hex, string? expected)
    {
        bool parsed = MvccKeyValue.TryParse(Convert.FromHexString(hex), out MvccKeyValue found);

        Assert.Equal(expected, parsed ? Encoding.ASCII.GetString(found.Key) : null);
    }
}
