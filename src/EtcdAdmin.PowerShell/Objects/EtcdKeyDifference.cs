using System.Text;
using EtcdAdmin.KeyFiles;

namespace EtcdAdmin.PowerShell.Objects;

/// <summary>A key that two sides do not have alike, as PowerShell shows it.</summary>
/// <param name="difference">What was found.</param>
public sealed class EtcdKeyDifference(KeyDifference difference)
{
    /// <summary>What became of the key.</summary>
    public KeyChange Change => difference.Change;

    /// <summary>The key as UTF-8; what is no UTF-8 is replaced by U+FFFD, see <see cref="KeyBytes"/>.</summary>
    public string Key => Encoding.UTF8.GetString(difference.Key.Span);

    /// <summary>The value on the older side as UTF-8; null where that does not have the key.</summary>
    public string? Before => difference.Before?.ValueText;

    /// <summary>The value on the newer side as UTF-8; null where that does not have the key.</summary>
    public string? After => difference.After?.ValueText;

    /// <summary>The revision on the older side; null where that does not have the key.</summary>
    public long? RevisionBefore => difference.Before?.ModRevision;

    /// <summary>The revision on the newer side; null where that does not have the key.</summary>
    public long? RevisionAfter => difference.After?.ModRevision;

    /// <summary>The key, byte for byte; a copy each time.</summary>
    public byte[] KeyBytes => difference.Key.ToArray();

    /// <summary>The value on the older side, byte for byte; null where that does not have the key.</summary>
    public byte[]? BytesBefore => difference.Before?.Value.ToArray();

    /// <summary>The value on the newer side, byte for byte; null where that does not have the key.</summary>
    public byte[]? BytesAfter => difference.After?.Value.ToArray();

    /// <summary>The change and the key.</summary>
    public override string ToString() => $"{Change} {Key}";
}
