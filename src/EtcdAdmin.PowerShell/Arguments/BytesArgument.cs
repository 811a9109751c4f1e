using System.Globalization;
using System.Text;
using EtcdAdmin.PowerShell.Objects;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>A key or a value. etcd stores bytes: text is converted to UTF-8, numbers and dates to their invariant text.</summary>
/// <remarks>PowerShell uses a constructor only if its type matches exactly, so no other object is stored as the name of its
/// type.</remarks>
public sealed class BytesArgument
{
    /// <summary>Text.</summary>
    /// <param name="text">Any text.</param>
    public BytesArgument(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Bytes = Encoding.UTF8.GetBytes(text);
        Text = text;
    }

    /// <summary>Bytes as they are.</summary>
    /// <param name="bytes">Any bytes.</param>
    public BytesArgument(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Bytes = bytes;
        Text = Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A number, a date, a GUID.</summary>
    /// <param name="value">A value with an invariant text.</param>
    public BytesArgument(IFormattable value)
        : this(value?.ToString(null, CultureInfo.InvariantCulture) ?? throw new ArgumentNullException(nameof(value)))
    {
    }

    /// <summary>A Boolean, as PowerShell writes it.</summary>
    /// <param name="value">Stored as <c>True</c> or <c>False</c>.</param>
    public BytesArgument(bool value)
        : this(value.ToString(CultureInfo.InvariantCulture))
    {
    }

    /// <summary>The name of a key that was read, byte for byte.</summary>
    /// <param name="key">From <c>Get-EtcdKey</c>.</param>
    public BytesArgument(EtcdKeyRecord key)
        : this(key?.KeyBytes ?? throw new ArgumentNullException(nameof(key)))
    {
    }

    /// <summary>The bytes that etcd gets.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The bytes as text; bytes that are not valid UTF-8 are replaced by U+FFFD.</summary>
    public string Text { get; }

    /// <summary>The text without control characters: keys may hold escape sequences that change the terminal.</summary>
    public override string ToString() => string.Concat(Text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
