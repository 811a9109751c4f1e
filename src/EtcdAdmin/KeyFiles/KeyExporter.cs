using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.KeyFiles;

/// <summary>Writes keys to a file as they arrive. The file appears under its name only when it is complete and flushed to disk.</summary>
public sealed class KeyExporter : IDisposable
{
    private const int WaitingKeys = 64;
    private const int BufferSize = 256 * 1024;

    private readonly Channel<ExportedKey> _keys = Channel.CreateBounded<ExportedKey>(WaitingKeys);
    private readonly CancellationTokenSource _abandoned;
    private readonly KeyExportRequest _request;
    private readonly Task<KeyExport> _writing;

    private KeyExporter(KeyExportRequest request, TimeProvider clock, CancellationToken cancellationToken)
    {
        _request = request with { Path = Path.GetFullPath(request.Path) };
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _writing = WriteAsync(clock.GetUtcNow(), _abandoned.Token);
    }

    /// <summary>Starts a file.</summary>
    /// <param name="request">The file to write.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the export at any time; nothing is left behind.</param>
    public static KeyExporter Start(KeyExportRequest request, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(clock);
        return new KeyExporter(request, clock, cancellationToken);
    }

    /// <summary>Adds a key; waits if the disk is slower.</summary>
    /// <param name="key">The key. It must not be changed afterwards.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <exception cref="EtcdException">FileExists, DiskFull, FileWriteFailed: the file, which does not exist then.</exception>
    public async Task AddAsync(ExportedKey key, CancellationToken cancellationToken)
    {
        try
        {
            await _keys.Writer.WriteAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            await _writing.ConfigureAwait(false); // throws the cause
            throw;
        }
    }

    /// <summary>Finishes the file.</summary>
    /// <exception cref="EtcdException">FileExists, DiskFull, FileWriteFailed: the file, which does not exist then.</exception>
    public Task<KeyExport> FinishAsync()
    {
        _keys.Writer.TryComplete();
        return _writing;
    }

    /// <summary>Deletes a file that was not finished.</summary>
    public void Dispose()
    {
        if (!_writing.IsCompleted) _abandoned.Cancel();
        _abandoned.Dispose();
    }

    private async Task<KeyExport> WriteAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await Task.Yield(); // the caller need not wait for the disk
        KeyExport? export = null;
        try
        {
            await AtomicFile.WriteAsync(
                _request.Path,
                async (file, token) => export = await WriteAsync(file, now, token).ConfigureAwait(false),
                AtomicFile.OwnerOnly, _request.Overwrite, cancellationToken).ConfigureAwait(false);
            return export!; // not null: otherwise an exception was thrown
        }
        catch (Exception e)
        {
            _keys.Writer.TryComplete(e);
            throw;
        }
    }

    private async Task<KeyExport> WriteAsync(FileStream file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        KeyFileCodec codec = KeyFileCodec.For(_request.Format, _request.Path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new ArrayBufferWriter<byte>(BufferSize);
        long keys = 0;
        long size = 0;
        codec.WriteHeader(buffer, new KeyFileHeader(_request.Source, _request.Revision, now));
        await foreach (ExportedKey key in _keys.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            codec.WriteKey(buffer, key);
            keys++;
            if (buffer.WrittenCount >= BufferSize) await FlushAsync().ConfigureAwait(false);
        }

        await FlushAsync().ConfigureAwait(false);
        string sha256 = Convert.ToHexStringLower(hash.GetCurrentHash());
        codec.WriteTrailer(buffer, new KeyFileTrailer(keys, sha256));
        await FlushAsync().ConfigureAwait(false);
        return new KeyExport(_request.Path, keys, size, _request.Source, _request.Revision, sha256);

        async Task FlushAsync()
        {
            hash.AppendData(buffer.WrittenSpan);
            await file.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
            size += buffer.WrittenCount;
            buffer.ResetWrittenCount();
        }
    }
}
