using System.Globalization;
using System.Text;
using EtcdAdmin.Database.Hashes;
using FsCheck.Xunit;

namespace EtcdAdmin.Tests.Database.Hashes;

public sealed class LiveKeySetTests
{
    // One table and few distinct slots at its start and end, so that entries collide and removal moves other entries back.
    [Property(MaxTest = 500)]
    public void AddAndRemove_AnySequence_HoldsWhatADictionaryHolds(byte[] steps)
    {
        var set = new LiveKeySet();
        var expected = new Dictionary<byte, long>();
        long revision = 0;

        foreach (byte step in steps)
        {
            byte id = (byte)(step >> 1);
            long before = step % 2 == 0 ? set.Put(KeyOf(id), ++revision) : set.Remove(KeyOf(id));
            Assert.Equal(expected.GetValueOrDefault(id), before);
            if (step % 2 == 0) expected[id] = revision;
            else expected.Remove(id);
        }

        Assert.Equal(expected.Count, set.Count);
        Assert.All(steps.Select(step => (byte)(step >> 1)), id => Assert.Equal(expected.GetValueOrDefault(id), set.RevisionOf(KeyOf(id))));

        static KeyFingerprint KeyOf(byte id) => new(Low: 1020, High: ((ulong)(id % 8) << 61) | ((ulong)id << 8));
    }

    [Fact]
    public void AddAndRemove_ManyKeys_GrowsAndEmpties()
    {
        KeyFingerprinter fingerprinter = KeyFingerprinter.Create();
        KeyFingerprint[] keys = [.. Enumerable.Range(0, 10_000).Select(i => fingerprinter.Compute(BitConverter.GetBytes(i)))];
        var set = new LiveKeySet();

        foreach (KeyFingerprint key in keys.Concat(keys)) set.Put(key, 1);
        int full = set.Count;
        foreach (KeyFingerprint key in keys) set.Remove(key);

        Assert.Equal((10_000, 0), (full, set.Count));
    }

    // From the reference implementation's vectors_sip128: key 00..0f, input 00, 01, 02, ...
    [Theory]
    [InlineData(0, "a3817f04ba25a8e66df67214c7550293")]
    [InlineData(1, "da87c1d86b99af44347659119b22fc45")]
    [InlineData(2, "8177228da4a45dc7fca38bdef60affe4")]
    public void Compute_ReferenceInput_IsReferenceOutput(int length, string expected)
    {
        var fingerprinter = new KeyFingerprinter(0x0706050403020100, 0x0f0e0d0c0b0a0908);
        byte[] input = [.. Enumerable.Range(0, length).Select(i => (byte)i)];

        KeyFingerprint result = fingerprinter.Compute(input);

        string hex = Convert.ToHexStringLower([.. BitConverter.GetBytes(result.Low), .. BitConverter.GetBytes(result.High)]);
        Assert.Equal(expected, hex);
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]
    public void Crc32C_KnownText_IsKnownValue(string text, uint expected)
    {
        Crc32C hash = Crc32C.Create();

        foreach (char c in text) hash.Append([(byte)c]);
        Crc32C whole = Crc32C.Create();
        whole.Append(Encoding.ASCII.GetBytes(text));

        Assert.Equal(expected, hash.Value);
        Assert.Equal(expected.ToString(CultureInfo.InvariantCulture), whole.Value.ToString(CultureInfo.InvariantCulture));
    }

    [Property(MaxTest = 200)]
    public void Combine_TwoPieces_IsTheChecksumOfBothInARow(byte[] first, byte[] second)
    {
        uint combined = Crc32C.Combine(Of(first), Of(second), second.Length);

        Assert.Equal(Of([.. first, .. second]), combined);

        static uint Of(byte[] bytes)
        {
            Crc32C hash = Crc32C.Create();
            hash.Append(bytes);
            return hash.Value;
        }
    }
}
