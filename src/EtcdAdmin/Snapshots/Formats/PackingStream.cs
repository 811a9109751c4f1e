using System.IO.Compression;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Security.Cms;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Writes a snapshot to a file in the requested format while the bytes arrive.</summary>
internal sealed class PackingStream : WritingStream
{
    private readonly SealingStream? _encrypting;
    private readonly TarEntryStream? _tar;
    private readonly Stream _top;
    private readonly List<IDisposable> _layers = []; // the outermost first; disposing a layer finishes it

    private PackingStream(Stream file, SnapshotFormat format, SnapshotRecipients? recipients, string name, DateTimeOffset time)
    {
        Stream below = file;
        if (format.IsEncrypted) below = _encrypting = Encrypt(file, format.Encryption, recipients!); // it is not null here
        switch (format.Compression)
        {
            case SnapshotCompression.None:
                _top = below;
                break;
            case SnapshotCompression.Zip:
                ZipArchive zip = Add(new ZipArchive(below, ZipArchiveMode.Create, leaveOpen: true));
                ZipArchiveEntry entry = zip.CreateEntry(name + ".db", CompressionLevel.Optimal);
                entry.LastWriteTime = time;
                _top = Add(entry.Open());
                break;
            default:
                _top = Add(new GZipStream(below, CompressionLevel.Optimal, leaveOpen: true));
                if (format.Compression == SnapshotCompression.TarGz) _top = _tar = new TarEntryStream(_top, name + "/db", time);
                break;
        }
    }

    /// <summary>Opens the file again; empty if the file is not encrypted.</summary>
    public SnapshotSecrets Secrets => new() { FileKey = _encrypting?.FileKey };

    /// <summary>Starts the file. Takes half a second if there is a passphrase.</summary>
    /// <param name="file">Receives the bytes; its creator disposes it.</param>
    /// <param name="format">The format.</param>
    /// <param name="recipients">The recipients to encrypt for; null if the file is not encrypted.</param>
    /// <param name="name">The snapshot's name inside an archive, without an extension.</param>
    /// <param name="time">The time when the snapshot is taken.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static PackingStream Begin(Stream file, SnapshotFormat format, SnapshotRecipients? recipients, string name, DateTimeOffset time) =>
        new(file, format, recipients, name, time);

    /// <summary>Sets the number of bytes to come, before the first byte: tar needs it in advance.</summary>
    public void Announce(long length)
    {
        if (_tar is not null) _tar.EntryLength = length;
    }

    public override void Write(ReadOnlySpan<byte> buffer) => _top.Write(buffer);

    /// <summary>Finishes the file. The file is complete only after this call.</summary>
    public void Finish()
    {
        _tar?.Finish();
        DisposeLayers();
        _encrypting?.Finish();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposeLayers();
            _encrypting?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static SealingStream Encrypt(Stream file, SnapshotEncryption encryption, SnapshotRecipients recipients)
    {
        recipients.Require();
        return encryption == SnapshotEncryption.Cms
            ? CmsEncryptingStream.Begin(file, recipients.Passphrase, recipients.Certificates)
            : EncryptingStream.Begin(file, recipients);
    }

    private T Add<T>(T layer)
        where T : IDisposable
    {
        _layers.Add(layer);
        return layer;
    }

    private void DisposeLayers()
    {
        for (int i = _layers.Count - 1; i >= 0; i--) _layers[i].Dispose();
        _layers.Clear();
    }
}
