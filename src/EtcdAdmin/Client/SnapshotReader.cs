using System.Runtime.CompilerServices;
using System.Text;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Client;

/// <summary>Reads a snapshot stream without copying its pieces.</summary>
internal static class SnapshotReader
{
    // Field numbers of etcdserverpb.SnapshotResponse with their wire types: 0 a number, 2 bytes.
    private const uint RemainingBytesTag = (2 << 3) | 0;
    private const uint BlobTag = (3 << 3) | 2;
    private const uint VersionTag = (4 << 3) | 2;

    public static async IAsyncEnumerable<SnapshotChunk> ReadAsync(
        EtcdCaller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using GrpcResponse response = await caller
            .OpenStreamAsync(EtcdMethods.Snapshot, new Wire.SnapshotRequest(), cancellationToken).ConfigureAwait(false);
        while (await response.ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            SnapshotChunk chunk;
            try
            {
                chunk = Parse(message);
            }
            catch (InvalidDataException e)
            {
                throw RpcErrors.Protocol(response.Endpoint, EtcdMethods.Snapshot.Path, $"a message cannot be read: {e.Message}", e);
            }

            yield return chunk;
        }
    }

    /// <summary>Finds the fields in a message; generated code would copy the data twice.</summary>
    internal static SnapshotChunk Parse(ReadOnlyMemory<byte> message)
    {
        ReadOnlyMemory<byte> blob = default;
        long remaining = 0;
        string? version = null;
        var fields = new ProtoFields(message);
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case RemainingBytesTag: remaining = (long)fields.Number; break;
                case BlobTag: blob = fields.Bytes; break;
                case VersionTag: version = Encoding.UTF8.GetString(fields.Bytes.Span); break;
                default: break; // the header, and fields of later versions
            }
        }

        return new SnapshotChunk(blob, remaining, version);
    }
}
