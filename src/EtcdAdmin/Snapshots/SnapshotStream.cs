using System.Buffers;
using System.Security.Cryptography;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots;

/// <summary>Writes the stream of a snapshot to a file, and checks on the way that it is whole.</summary>
/// <remarks>
/// The last 32 bytes are the SHA-256 of all before them (etcd <c>server/etcdserver/api/v3rpc/maintenance.go</c>, Snapshot). They are
/// kept back until the next piece shows that they were not the last ones; so one pass gives both that hash and the whole file's.
/// One buffer is hashed and written while the next is filled, so that the server need not wait for the disk.
/// </remarks>
/// <param name="file">Gets the bytes.</param>
/// <param name="bufferSize">At least how many bytes are hashed and written at once.</param>
internal sealed class SnapshotStream(Stream file, int bufferSize = SnapshotStream.BufferSize) : IAsyncDisposable
{
    private const int TrailerSize = SHA256.HashSizeInBytes;

    // Large enough that handing over costs nothing beside the work, small enough to stay in the processor's cache.
    internal const int BufferSize = 512 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _tail = new byte[TrailerSize];
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(bufferSize);
    private byte[] _leaving = ArrayPool<byte>.Shared.Rent(bufferSize);
    private Task _writing = Task.CompletedTask;
    private int _filled;
    private int _tailLength;

    /// <summary>How many bytes were taken.</summary>
    public long Size { get; private set; }

    /// <summary>Takes the next piece; whoever owns the bytes may have them back at once.</summary>
    /// <exception cref="IOException">This piece or one before it cannot be written.</exception>
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

    /// <summary>Ends it; all is written then, though not yet on the disk.</summary>
    /// <returns>What reading the file again would find.</returns>
    /// <exception cref="EtcdException">SnapshotIncomplete: the trailing hash is not that of what came before.</exception>
    /// <exception cref="IOException">The rest cannot be written.</exception>
    public async Task<SnapshotDigest> FinishAsync(Uri endpoint)
    {
        await HandOverAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        if (_tailLength < TrailerSize || !_hash.GetCurrentHash().AsSpan().SequenceEqual(_tail))
        {
            throw new EtcdException(EtcdErrorIds.SnapshotIncomplete,
                $"The snapshot from {endpoint} is not whole: after {Size} bytes its trailing SHA-256 does not match. Nothing was kept.")
            {
                Target = endpoint,
                NextStep = "Take it again, from another member if it happens again.",
            };
        }

        _hash.AppendData(_tail);
        return new SnapshotDigest(Convert.ToHexStringLower(_hash.GetHashAndReset()), HasTrailer: true, TrailerValid: true);
    }

    /// <summary>Waits for the writing under way, so that the file may be closed; what it fails with is told by the other methods.</summary>
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
        // Not cancelled in the middle: a buffer takes milliseconds, and the file must be left alone before it is closed.
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

        // A piece shorter than the trailer pushes as many of the bytes kept back out at the front.
        int push = Math.Max(0, _tailLength + data.Length - TrailerSize);
        _hash.AppendData(_tail, 0, push);
        _tail.AsSpan(push, _tailLength - push).CopyTo(_tail);
        data.CopyTo(_tail.AsSpan(_tailLength - push));
        _tailLength += data.Length - push;
    }
}
