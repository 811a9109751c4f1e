using System.Buffers.Binary;
using EtcdAdmin.Client.Rpc;
using FsCheck.Xunit;

namespace EtcdAdmin.Tests.Client;

public sealed class FrameReaderTests
{
    [Property]
    public async Task ReadAsync_FramesSplitAnywhere_GivesTheSameMessages(byte[][] messages, byte[] cuts)
    {
        byte[][] expected = [.. messages.Select(message => message ?? [])];
        using var reader = new GrpcFrameReader(new ChoppedStream(Frame(expected), cuts ?? []));
        var read = new List<byte[]>();

        while (await reader.ReadAsync(CancellationToken.None) is { } message) read.Add(message.ToArray());

        Assert.Equal(expected, read);
    }

    [Property]
    public async Task ReadAsync_EndsEarly_ThrowsUnlessBetweenMessages(byte[][] messages, ushort cut)
    {
        byte[][] all = [.. messages.Select(message => message ?? [])];
        byte[] whole = Frame(all);
        int length = cut % (whole.Length + 1);
        var ends = all.Select((_, i) => Frame(all[..(i + 1)]).Length).Append(0).ToHashSet();
        using var reader = new GrpcFrameReader(new MemoryStream(whole[..length]));

        Exception? error = await Record.ExceptionAsync(async () =>
        {
            while (await reader.ReadAsync(CancellationToken.None) is not null)
            {
            }
        });

        if (ends.Contains(length)) Assert.Null(error);
        else Assert.IsType<EndOfStreamException>(error);
    }

    [Property]
    public async Task ReadAsync_AnyBytes_NeitherHangsNorFailsOtherwise(byte[] bytes)
    {
        using var reader = new GrpcFrameReader(new MemoryStream(bytes));

        Exception? error = await Record.ExceptionAsync(async () =>
        {
            while (await reader.ReadAsync(CancellationToken.None) is not null)
            {
            }
        });

        Assert.True(error is null or InvalidDataException or EndOfStreamException);
    }

    [Theory, InlineData(0x7fff_ffffu), InlineData(0xffff_ffffu), InlineData(0x4000_0000u)]
    public async Task ReadAsync_LengthThatLies_ThrowsWithoutAllocatingIt(uint length)
    {
        byte[] prefix = new byte[GrpcFrameReader.PrefixSize];
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(1), length);
        using var reader = new GrpcFrameReader(new MemoryStream([.. prefix, 1, 2, 3]));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Exception? error = await Record.ExceptionAsync(async () => await reader.ReadAsync(CancellationToken.None));

        Assert.True(error is InvalidDataException or EndOfStreamException, $"{error}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public async Task ReadAsync_CompressedFlag_Throws()
    {
        using var reader = new GrpcFrameReader(new MemoryStream([1, 0, 0, 0, 1, 0]));

        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task ReadAsync_MessageLargerThanTheBuffer_ComesWhole()
    {
        byte[] large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        using var reader = new GrpcFrameReader(new ChoppedStream(Frame([[1], large, [2]]), [250, 255]));
        var read = new List<byte[]>();

        while (await reader.ReadAsync(CancellationToken.None) is { } message) read.Add(message.ToArray());

        Assert.Equal([[1], large, [2]], read);
    }

    [Property]
    public void Parse_AnySnapshotBytes_FailsOnlyAsInvalidData(byte[] bytes)
    {
        Exception? error = Record.Exception(() => EtcdAdmin.Client.SnapshotReader.Parse(bytes));

        Assert.True(error is null or InvalidDataException);
    }

    [Property]
    public void Parse_SnapshotMessage_FindsWhatGeneratedCodeWrote(byte[] blob, ulong remaining, FsCheck.NonNull<string> version)
    {
        remaining >>= 1;
        string text = new([.. version.Get.Where(char.IsAscii)]);
        var message = new EtcdAdmin.Client.Wire.SnapshotResponse
        {
            Header = new EtcdAdmin.Client.Wire.ResponseHeader { ClusterId = ulong.MaxValue, Revision = -1 },
            RemainingBytes = remaining,
            Blob = Google.Protobuf.ByteString.CopyFrom(blob),
            Version = text,
        };
        byte[] bytes = GrpcRequest.Frame(message)[GrpcFrameReader.PrefixSize..];

        EtcdAdmin.Client.Records.SnapshotChunk chunk = EtcdAdmin.Client.SnapshotReader.Parse(bytes);

        Assert.Equal(blob, chunk.Data.ToArray());
        Assert.Equal((long)remaining, chunk.RemainingBytes);
        Assert.Equal(text, chunk.Version ?? "");
    }

    [Theory, InlineData("plain", "plain"), InlineData("a%20b%C3%A4", "a bä"), InlineData("100%", "100%"), InlineData("%zz%4", "%zz%4")]
    public void DecodeMessage_PercentEncoded_IsDecodedAndNeverFails(string encoded, string expected) =>
        Assert.Equal(expected, GrpcResponse.DecodeMessage(encoded));

    [Theory, InlineData(0, "1m"), InlineData(1500, "1500m"), InlineData(99_999_999, "99999999m"), InlineData(100_000_000, "100000S")]
    public void FormatTimeout_AnyLength_HasAtMostEightDigits(double milliseconds, string expected) =>
        Assert.Equal(expected, GrpcRequest.FormatTimeout(TimeSpan.FromMilliseconds(milliseconds)));

    private static byte[] Frame(byte[][] messages)
    {
        using var framed = new MemoryStream();
        byte[] prefix = new byte[GrpcFrameReader.PrefixSize];
        foreach (byte[] message in messages)
        {
            BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), message.Length);
            framed.Write(prefix);
            framed.Write(message);
        }

        return framed.ToArray();
    }

    /// <summary>Gives as many bytes per read as <paramref name="cuts"/> say, over and over.</summary>
    private sealed class ChoppedStream(byte[] bytes, byte[] cuts) : MemoryStream(bytes)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int most = cuts.Length == 0 ? int.MaxValue : cuts[_reads++ % cuts.Length] + 1;
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
        }
    }
}
