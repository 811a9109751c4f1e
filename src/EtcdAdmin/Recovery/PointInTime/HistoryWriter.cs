using System.Buffers;
using System.Security.Cryptography;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>Writes segments one after another. Each gets its name when it is closed and flushed to disk.</summary>
internal sealed class HistoryWriter : IDisposable
{
    /// <summary>The name of the segment that is being written.</summary>
    public const string OpenName = "open.part";

    private readonly string _folder;
    private readonly string _clusterId;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private FileStream? _file;
    private IncrementalHash? _hash;
    private string _previous;

    /// <summary>Continues from a revision.</summary>
    /// <param name="folder">The folder; it must exist.</param>
    /// <param name="clusterId">The cluster's ID, in hexadecimal.</param>
    /// <param name="after">The last recorded revision.</param>
    /// <param name="previous">The checksum for the header of the next segment.</param>
    public HistoryWriter(string folder, string clusterId, long after, string previous)
    {
        _folder = folder;
        _clusterId = clusterId;
        _previous = previous;
        SegmentAfter = Through = after;
    }

    /// <summary>The last written revision.</summary>
    public long Through { get; private set; }

    /// <summary>The revision that the open segment continues from.</summary>
    public long SegmentAfter { get; private set; }

    /// <summary>Bytes of the open segment.</summary>
    public long Size { get; private set; }

    /// <summary>Adds a group and passes it to the operating system, so that it outlives this process.</summary>
    public async Task AppendAsync(HistoryGroup group, CancellationToken cancellationToken)
    {
        if (_file is null) Begin();
        HistoryCodec.Write(_buffer, group);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        Through = group.Revision;
    }

    /// <summary>Closes the segment, if it is not empty, and flushes it to disk.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (_file is null || _hash is null) return;
        HistoryCodec.Write(_buffer, new HistoryTrailer(Through, Convert.ToHexStringLower(_hash.GetCurrentHash())));
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        _previous = Convert.ToHexStringLower(_hash.GetHashAndReset());
        _file.Flush(flushToDisk: true);
        await _file.DisposeAsync().ConfigureAwait(false);
        _file = null;
        File.Move(Path.Combine(_folder, OpenName), Path.Combine(_folder, HistorySegment.NameOf(SegmentAfter, Through)));
        SegmentAfter = Through;
        Size = 0;
    }

    /// <summary>Keeps the open segment unchanged, to be salvaged later.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _hash?.Dispose();
    }

    private void Begin()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = AtomicFile.OwnerOnly;
        _file = new FileStream(Path.Combine(_folder, OpenName), options);
        _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        HistoryCodec.Write(_buffer, new HistoryHeader(_clusterId, SegmentAfter, _previous));
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        _hash!.AppendData(_buffer.WrittenSpan); // set by Begin
        await _file!.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        Size += _buffer.WrittenCount;
        _buffer.ResetWrittenCount();
    }
}
