using System.Text;
using EtcdAdmin.KeyFiles;

namespace EtcdAdmin.PowerShell.Objects;

/// <summary>A key that differs between two sides.</summary>
/// <param name="difference">The difference.</param>
public sealed class EtcdKeyDifference(KeyDifference difference)
{
    /// <summary>Whether the key was added, removed or changed.</summary>
    public KeyChange Change => difference.Change;

    /// <summary>The key as UTF-8. Bytes that are not valid UTF-8 are replaced by U+FFFD; see <see cref="KeyBytes"/>.</summary>
    public string Key => Encoding.UTF8.GetString(difference.Key.Span);

    /// <summary>The value on the older side as UTF-8; null if that side does not have the key.</summary>
    public string? Before => difference.Before?.ValueText;

    /// <summary>The value on the newer side as UTF-8; null if that side does not have the key.</summary>
    public string? After => difference.After?.ValueText;

    /// <summary>The revision on the older side; null if that side does not have the key.</summary>
    public long? RevisionBefore => difference.Before?.ModRevision;

    /// <summary>The revision on the newer side; null if that side does not have the key.</summary>
    public long? RevisionAfter => difference.After?.ModRevision;

    /// <summary>The key, byte for byte; a copy each time.</summary>
    public byte[] KeyBytes => difference.Key.ToArray();

    /// <summary>The value on the older side, byte for byte; null if that side does not have the key.</summary>
    public byte[]? BytesBefore => difference.Before?.Value.ToArray();

    /// <summary>The value on the newer side, byte for byte; null if that side does not have the key.</summary>
    public byte[]? BytesAfter => difference.After?.Value.ToArray();

    /// <summary>The change and the key.</summary>
    public override string ToString() => $"{Change} {Key}";
}
