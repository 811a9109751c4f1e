using System.Buffers;
using EtcdAdmin.Client.Rpc;
using Etcdserverpb;
using FsCheck.Xunit;
using Google.Protobuf;

namespace EtcdAdmin.Tests.Client;

public sealed class SnapshotPieceTests
{
    [Property]
    public void Read_AnyBytes_FailsOnlyAsInvalidMessage(byte[] bytes)
    {
        Exception? error = Record.Exception(() => SnapshotPiece.Read(new ReadOnlySequence<byte>(bytes)).Dispose());

        Assert.True(error is null or InvalidProtocolBufferException or InvalidDataException, $"{error}");
    }

    [Property]
    public void Read_Message_FindsWhatGeneratedCodeWrote(byte[] blob, ulong remaining, FsCheck.NonNull<string> version, bool blobFirst)
    {
        remaining >>= 1;
        string text = new([.. version.Get.Where(char.IsAscii)]);
        byte[] data = new SnapshotResponse { Blob = ByteString.CopyFrom(blob) }.ToByteArray();
        byte[] rest = new SnapshotResponse
        {
            Header = new ResponseHeader { ClusterId = ulong.MaxValue, Revision = -1 },
            RemainingBytes = remaining,
            Version = text,
        }.ToByteArray();

        using SnapshotPiece piece = SnapshotPiece.Read(new ReadOnlySequence<byte>(blobFirst ? [.. data, .. rest] : [.. rest, .. data]));

        Assert.Equal(blob, piece.Chunk.Data.ToArray());
        Assert.Equal((long)remaining, piece.Chunk.RemainingBytes);
        Assert.Equal(text, piece.Chunk.Version ?? "");
    }

    [Theory, InlineData(0x7f), InlineData(0xff)]
    public void Read_BlobLongerThanItsMessage_Throws(byte length) =>
        Assert.ThrowsAny<Exception>(() => SnapshotPiece.Read(new ReadOnlySequence<byte>([0x1a, length, 0x01, 0x00])));
}
