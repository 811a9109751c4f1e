using System.Runtime.CompilerServices;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Etcdserverpb;

namespace EtcdAdmin.Client;

/// <summary>Reads a snapshot stream; memory is bounded for any size of the database.</summary>
internal static class SnapshotReader
{
    public static async IAsyncEnumerable<SnapshotChunk> ReadAsync(
        EtcdCaller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CallStream<SnapshotRequest, SnapshotPiece> stream = await caller
            .OpenStreamAsync(EtcdMethods.Snapshot, new SnapshotRequest(), cancellationToken).ConfigureAwait(false);
        while (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is { } piece)
        {
            using (piece) yield return piece.Chunk;
        }
    }
}
