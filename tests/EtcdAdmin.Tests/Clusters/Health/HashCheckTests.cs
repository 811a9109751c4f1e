using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;

namespace EtcdAdmin.Tests.Clusters.Health;

public sealed class HashCheckTests
{
    [Theory]
    [InlineData("a a a", "yes yes yes")]
    [InlineData("a a b", "yes yes no")]
    [InlineData("a b", "no no")] // nobody knows which of them is right
    [InlineData("a a b b", "no no no no")]
    [InlineData("a b c", "no no no")]
    [InlineData("a", "?")]
    [InlineData("a a -", "yes yes ?")]
    [InlineData("a a@9", "? ?")] // compacted at different revisions: not the same span
    public void IsConsistent_Hashes_AreRightOnlyWithAMajority(string hashes, string expected)
    {
        MemberHash?[] all = [.. hashes.Split(' ').Select(Read)];

        string[] verdicts = [.. all.Select(one => HashCheck.IsConsistent(one, all) switch { true => "yes", false => "no", null => "?" })];

        Assert.Equal(expected.Split(' '), verdicts);
    }

    private static MemberHash? Read(string text) =>
        text == "-" ? null : new MemberHash(Hash(text[0], text.EndsWith("@9", StringComparison.Ordinal) ? 9 : 1), null);

    private static KvHash Hash(uint hash, long compactRevision) => new(new EtcdHeader(default, default, 10, 1), hash, compactRevision, 10);
}
