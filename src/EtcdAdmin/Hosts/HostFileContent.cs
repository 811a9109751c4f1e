using System.Text;

namespace EtcdAdmin.Hosts;

/// <summary>What a file shall hold: bytes in memory, or a file of this machine that is read when it is sent.</summary>
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

    /// <summary>Text, as UTF-8 without a mark.</summary>
    public static HostFileContent FromText(string text) => FromBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as they are.</summary>
    public static HostFileContent FromBytes(ReadOnlyMemory<byte> bytes) => new(bytes, path: null, bytes.Length);

    /// <summary>The content of a file of this machine.</summary>
    /// <exception cref="FileNotFoundException">There is none at <paramref name="path"/>.</exception>
    public static HostFileContent FromFile(string path) => new(default, path, new FileInfo(path).Length);

    /// <summary>Opens it for reading from the start.</summary>
    internal Stream Open() => _path is null
        ? new MemoryStream(_bytes.ToArray(), writable: false)
        : new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
}
