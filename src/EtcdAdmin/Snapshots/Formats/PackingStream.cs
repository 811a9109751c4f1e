using System.IO.Compression;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats.Encryption;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Writes a snapshot to a file in the form that is asked for, as its bytes come.</summary>
internal sealed class PackingStream : WritingStream
{
    private readonly EncryptingStream? _encrypting;
    private readonly TarEntryStream? _tar;
    private readonly Stream _top;
    private readonly List<IDisposable> _layers = []; // the outermost first; each is finished by its end

    private PackingStream(Stream file, SnapshotFormat form, SnapshotRecipients? recipients, string name, DateTimeOffset time)
    {
        Stream below = file;
        if (form.IsEncrypted) below = _encrypting = EncryptingStream.Begin(file, recipients!); // there with it
        switch (form.Compression)
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
                if (form.Compression == SnapshotCompression.TarGz) _top = _tar = new TarEntryStream(_top, name + "/db", time);
                break;
        }
    }

    /// <summary>What opens the file again; empty where it is not encrypted.</summary>
    public SnapshotSecrets Secrets => new() { FileKey = _encrypting?.FileKey };

    /// <summary>Begins the file. Takes half a second where there is a passphrase.</summary>
    /// <param name="file">Gets the bytes; whoever made it disposes of it.</param>
    /// <param name="form">How.</param>
    /// <param name="recipients">For whom it is encrypted; null where it is not.</param>
    /// <param name="name">What the snapshot is called inside an archive, without an ending.</param>
    /// <param name="time">When it is taken.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static PackingStream Begin(Stream file, SnapshotFormat form, SnapshotRecipients? recipients, string name, DateTimeOffset time) =>
        new(file, form, recipients, name, time);

    /// <summary>Says how many bytes will come, before the first one: tar has to know.</summary>
    public void Announce(long length)
    {
        if (_tar is not null) _tar.EntryLength = length;
    }

    public override void Write(ReadOnlySpan<byte> buffer) => _top.Write(buffer);

    /// <summary>Ends the file; only then it is whole.</summary>
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
