using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>
/// Extracts the content of a compressed or encrypted file, layer by layer: the database into a private file, or the entries of an archive.
/// </summary>
/// <param name="source">The file.</param>
/// <param name="secrets">The secrets to open the file.</param>
/// <param name="limits">The limits for the contents.</param>
/// <param name="target">Receives the database.</param>
/// <param name="progress">Called after every written piece.</param>
/// <param name="entries">Receives the entries of an archive; null looks for the database among them.</param>
internal sealed class Unpacker(
    string source, SnapshotSecrets? secrets, UnpackLimits limits, PrivateFile target, Action progress, IArchiveSink? entries = null)
{
    private const int BufferSize = 1 << 20;
    private const long LookEvery = 64 << 20;

    private readonly List<ContentKind> _layers = [];
    private SnapshotEncryption _encryption;
    private IReadOnlyList<string> _warnings = [];

    /// <summary>Warnings for the operator; available after unpacking.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The format of the file; available after unpacking.</summary>
    public SnapshotFormat Format => new(
        (_layers.Contains(ContentKind.Gzip), _layers.Contains(ContentKind.Tar), _layers.Contains(ContentKind.Zip)) switch
        {
            (true, true, _) => SnapshotCompression.TarGz,
            (false, true, _) => SnapshotCompression.Tar,
            (_, _, true) => SnapshotCompression.Zip,
            (true, _, _) => SnapshotCompression.Gzip,
            _ => SnapshotCompression.None,
        },
        _encryption);

    /// <summary>Unpacks the file.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid, SnapshotNotSupported, SnapshotEncrypted, SnapshotKeyWrong, DiskFull,
    /// FileWriteFailed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task UnpackAsync(Stream file, CancellationToken cancellationToken)
    {
        try
        {
            await UnwrapAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw FormatErrors.Damaged(source, $"the file is damaged or truncated ({e.Message.TrimEnd('.')})");
        }
    }

    private async Task UnwrapAsync(Stream stream, CancellationToken cancellationToken)
    {
        var content = new HeadStream(stream);
        ReadOnlyMemory<byte> head = await content.PeekAsync(cancellationToken).ConfigureAwait(false);
        ContentKind kind = ContentKinds.Of(head.Span);
        // Each type at most once, and in one order: a real snapshot is not packed twice, but a decompression bomb is.
        if (kind != ContentKind.Other && _layers.Count > 0 && kind <= _layers[^1])
            throw FormatErrors.Damaged(source, $"it is {ContentKinds.Describe(kind)} inside {ContentKinds.Describe(_layers[^1])}; "
                + "unpack the outer file first");
        _layers.Add(kind);
        switch (kind)
        {
            case ContentKind.Encrypted:
                _encryption = ContentKinds.EncryptionOf(head.Span);
                Stream plain = _encryption == SnapshotEncryption.Cms
                    ? await Task.Run(() => CmsSnapshot.Open(content, source, secrets), cancellationToken).ConfigureAwait(false)
                    : await DecryptingStream.OpenAsync(content, source, secrets, cancellationToken).ConfigureAwait(false);
                await using (plain.ConfigureAwait(false))
                {
                    await UnwrapDecryptedAsync(plain, cancellationToken).ConfigureAwait(false);
                }

                break;
            case ContentKind.Gzip:
                var unzipped = new GunzipStream(content);
                await using (unzipped.ConfigureAwait(false))
                {
                    await UnwrapCompletelyAsync(Limited(unzipped), cancellationToken).ConfigureAwait(false);
                }

                break;
            case ContentKind.Tar:
                await ReadArchiveAsync(sink => ArchiveReader.ReadTarAsync(Limited(content), sink, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
                break;
            case ContentKind.Zip:
                await ReadArchiveAsync(sink => ReadZipAsync(content, stream, sink, cancellationToken), cancellationToken).ConfigureAwait(false);
                break;
            default:
                await WriteAsync(content, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task ReadArchiveAsync(Func<IArchiveSink, Task> read, CancellationToken cancellationToken)
    {
        if (entries is not null)
        {
            await read(entries).ConfigureAwait(false);
            return;
        }

        var finder = new DatabaseFinder(source, limits, WriteAsync);
        await read(finder).ConfigureAwait(false);
        _warnings = finder.Finish(target.Path, cancellationToken);
    }

    /// <summary>
    /// Unpacks decrypted data. After an error, also reads the remainder: only the end of a CMS message shows whether it was changed, and
    /// then that is the error to report.
    /// </summary>
    private async Task UnwrapDecryptedAsync(Stream plain, CancellationToken cancellationToken)
    {
        try
        {
            await UnwrapCompletelyAsync(plain, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException
            or EtcdException { ErrorId: EtcdErrorIds.SnapshotInvalid or EtcdErrorIds.SnapshotNotSupported })
        {
            await plain.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Also reads the unused remainder: a wrong checksum or a truncated file shows only at the end.</summary>
    private async Task UnwrapCompletelyAsync(Stream stream, CancellationToken cancellationToken)
    {
        await UnwrapAsync(stream, cancellationToken).ConfigureAwait(false);
        await stream.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A zip archive is read from its end, so an encrypted archive must first be decrypted completely.</summary>
    private async Task ReadZipAsync(HeadStream content, Stream stream, IArchiveSink sink, CancellationToken cancellationToken)
    {
        if (stream.CanSeek)
        {
            await ArchiveReader.ReadZipAsync(stream, source, limits, sink, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var decrypted = PrivateFile.Create(limits.Folder);
        await WriteAsync(decrypted, content, cancellationToken).ConfigureAwait(false);
        var zip = new FileStream(decrypted.Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.Asynchronous);
        await using (zip.ConfigureAwait(false))
        {
            await ArchiveReader.ReadZipAsync(zip, source, limits, sink, cancellationToken).ConfigureAwait(false);
        }
    }

    private LimitedStream Limited(Stream stream) => new(stream, limits.Bytes, () => FormatErrors.TooLarge(source, limits.Bytes));

    private Task WriteAsync(Stream content, CancellationToken cancellationToken) => WriteAsync(target, content, cancellationToken);

    private async Task WriteAsync(PrivateFile to, Stream content, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferSize];
        FileStream file = OnDisk(to, to.Write);
        await using (file.ConfigureAwait(false))
        {
            long written = 0, nextLook = 0;
            while (await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(
                false) is var read and > 0)
            {
                if (written >= nextLook)
                {
                    RequireSpace(to);
                    nextLook = written + LookEvery;
                }

                OnDisk(to, () =>
                {
                    file.Write(buffer, 0, read);
                    return file;
                });
                written += read;
                progress();
            }
        }
    }

    private void RequireSpace(PrivateFile to)
    {
        string folder = Path.GetDirectoryName(to.Path)!; // it has one
        long free = OnDisk(to, () => new DriveInfo(folder).AvailableFreeSpace);
        if (free < limits.FreeSpace) throw FormatErrors.NoSpace(folder, free);
    }

    /// <summary>Errors of the disk that is written to differ from errors of the disk that is read from.</summary>
    private static T OnDisk<T>(PrivateFile to, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            EtcdException error = AtomicFile.WriteFailed(to.Path, e);
            throw error.ErrorId == EtcdErrorIds.DiskFull ? FormatErrors.NoSpace(Path.GetDirectoryName(to.Path)!, free: 0) : error; // it has one
        }
    }
}
