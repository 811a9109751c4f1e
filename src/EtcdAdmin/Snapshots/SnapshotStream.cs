using System.Buffers;
using System.Security.Cryptography;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots;

/// <summary>Writes the stream of a snapshot to a file and checks that the stream is complete.</summary>
/// <remarks>
/// The last 32 bytes are the SHA-256 of all bytes before them (etcd <c>server/etcdserver/api/v3rpc/maintenance.go</c>, Snapshot). They are
/// held back until the next piece shows that they were not the last ones. So one pass computes both that hash and the hash of the complete file.
/// One buffer is hashed and written while the next is filled, so the server need not wait for the disk.
/// </remarks>
/// <param name="file">Receives the bytes.</param>
/// <param name="bufferSize">The minimum number of bytes that are hashed and written at once.</param>
internal sealed class SnapshotStream(Stream file, int bufferSize = SnapshotStream.BufferSize) : IAsyncDisposable
{
    private const int TrailerSize = SHA256.HashSizeInBytes;

    // Large enough that the hand-over is negligible, small enough to stay in the processor's cache.
    internal const int BufferSize = 512 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _tail = new byte[TrailerSize];
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(bufferSize);
    private byte[] _leaving = ArrayPool<byte>.Shared.Rent(bufferSize);
    private Task _writing = Task.CompletedTask;
    private int _filled;
    private int _tailLength;

    /// <summary>Number of bytes received.</summary>
    public long Size { get; private set; }

    /// <summary>Adds the next piece. The caller may reuse the bytes at once.</summary>
    /// <exception cref="IOException">This piece or an earlier one cannot be written.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data)
    {
        Size += data.Length;
        while (data.Length > 0)
        {
            int fits = Math.Min(data.Length, _filling.Length - _filled);
            data.Span[..fits].CopyTo(_filling.AsSpan(_filled));
            _filled += fits;
            data = data[fits..];
            if (_filled == _filling.Length) await HandOverAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Finishes the stream. All bytes are then written, but not yet flushed to disk.</summary>
    /// <returns>The digest, as reading the file again would compute it.</returns>
    /// <exception cref="EtcdException">SnapshotIncomplete: the hash at the end does not match the bytes before it.</exception>
    /// <exception cref="IOException">The remaining bytes cannot be written.</exception>
    public async Task<SnapshotDigest> FinishAsync(Uri endpoint)
    {
        await HandOverAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        if (_tailLength < TrailerSize || !_hash.GetCurrentHash().AsSpan().SequenceEqual(_tail))
        {
            throw new EtcdException(EtcdErrorIds.SnapshotIncomplete,
                $"The snapshot from {endpoint} is not complete: after {Size} bytes, the SHA-256 at its end does not match. The incomplete new file "
                    + "was deleted.")
            {
                Target = endpoint,
                NextStep = "Save the snapshot again. If the error repeats, use another member (-Member).",
            };
        }

        _hash.AppendData(_tail);
        return new SnapshotDigest(Convert.ToHexStringLower(_hash.GetHashAndReset()), HasTrailer: true, TrailerValid: true);
    }

    /// <summary>Waits for a write in progress, so that the file may be closed. The other methods report errors of that write.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_filling);
        ArrayPool<byte>.Shared.Return(_leaving);
    }

    private async ValueTask HandOverAsync()
    {
        await _writing.ConfigureAwait(false);
        (_filling, _leaving) = (_leaving, _filling);
        int length = _filled;
        _filled = 0;
        // Not cancelled in between: a buffer takes milliseconds, and the write must end before the file is closed.
        _writing = Task.Run(() => Write(_leaving.AsSpan(0, length)));
    }

    private void Write(ReadOnlySpan<byte> data)
    {
        Hash(data);
        file.Write(data);
    }

    private void Hash(ReadOnlySpan<byte> data)
    {
        if (data.Length >= TrailerSize)
        {
            _hash.AppendData(_tail, 0, _tailLength);
            _hash.AppendData(data[..^TrailerSize]);
            data[^TrailerSize..].CopyTo(_tail);
            _tailLength = TrailerSize;
            return;
        }

        // A piece shorter than the trailer pushes the same number of held-back bytes out at the front.
        int push = Math.Max(0, _tailLength + data.Length - TrailerSize);
        _hash.AppendData(_tail, 0, push);
        _tail.AsSpan(push, _tailLength - push).CopyTo(_tail);
        data.CopyTo(_tail.AsSpan(_tailLength - push));
        _tailLength += data.Length - push;
    }
}
