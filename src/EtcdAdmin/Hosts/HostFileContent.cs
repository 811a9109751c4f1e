using System.Text;

namespace EtcdAdmin.Hosts;

/// <summary>The content of a file for a host: bytes in memory, or a file of this machine that is read while it is sent.</summary>
public sealed class HostFileContent
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string? _path;

    private HostFileContent(ReadOnlyMemory<byte> bytes, string? path, long length)
    {
        _bytes = bytes;
        _path = path;
        Length = length;
    }

    /// <summary>Its size in bytes.</summary>
    public long Length { get; }

    /// <summary>Text, as UTF-8 without a byte order mark.</summary>
    public static HostFileContent FromText(string text) => FromBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes.</summary>
    public static HostFileContent FromBytes(ReadOnlyMemory<byte> bytes) => new(bytes, path: null, bytes.Length);

    /// <summary>The content of a file on this machine.</summary>
    /// <exception cref="FileNotFoundException"><paramref name="path"/> does not exist.</exception>
    public static HostFileContent FromFile(string path)
    {
        // Opened, because the size of a link is not that of its file.
        using FileStream file = File.OpenRead(path);
        return new(default, path, file.Length);
    }

    /// <summary>Opens it for reading from the start.</summary>
    internal Stream Open() => _path is null
        ? new MemoryStream(_bytes.ToArray(), writable: false)
        : new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
}
