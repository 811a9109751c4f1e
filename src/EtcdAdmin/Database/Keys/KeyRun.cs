using EtcdAdmin.Text;

namespace EtcdAdmin.Database.Keys;

/// <summary>A sorted chunk in a file. Only this user can read the file; it is deleted when it is closed.</summary>
internal sealed class KeyRun : IDisposable
{
    private readonly FileStream _file;
    private readonly BinaryReader _reader;
    private byte[] _key = [];
    private int _length;

    private KeyRun(FileStream file)
    {
        _file = file;
        _reader = new BinaryReader(file);
    }

    /// <summary>The key that <see cref="MoveNext"/> moved to.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _length);

    /// <summary>The newest record of the key in this run.</summary>
    public RecordPlace Place { get; private set; }

    /// <summary>Writes a chunk to a file and moves before its first key.</summary>
    /// <param name="chunk">The sorted chunk.</param>
    /// <param name="folder">The folder for the file.</param>
    public static KeyRun Write(KeyChunk chunk, string folder)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.SequentialScan,
            BufferSize = 128 * 1024,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = AtomicFile.OwnerOnly;
        var file = new FileStream(Path.Combine(folder, $".etcdadmin-{Guid.NewGuid():N}"), options);
        try
        {
            var writer = new BinaryWriter(file);
            while (chunk.MoveNext())
            {
                writer.Write7BitEncodedInt(chunk.Key.Length);
                writer.Write(chunk.Key);
                writer.Write(chunk.Place.Offset);
                writer.Write(chunk.Place.Length);
                writer.Write(chunk.Place.Version);
            }

            writer.Flush();
            file.Position = 0;
            return new KeyRun(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Moves to the next key; false after the last key.</summary>
    public bool MoveNext()
    {
        if (_file.Position == _file.Length) return false;
        _length = _reader.Read7BitEncodedInt();
        if (_key.Length < _length) _key = new byte[_length];
        _reader.BaseStream.ReadExactly(_key, 0, _length);
        Place = new RecordPlace(_reader.ReadInt64(), _reader.ReadInt32(), _reader.ReadInt64());
        return true;
    }

    public void Dispose() => _reader.Dispose();
}
