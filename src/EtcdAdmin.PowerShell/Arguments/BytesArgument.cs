using System.Globalization;
using System.Text;
using EtcdAdmin.PowerShell.Objects;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>A key or a value. etcd knows only bytes; text is taken as UTF-8, numbers and dates as their invariant text.</summary>
/// <remarks>PowerShell makes it with the constructor that fits exactly, so that no other object is stored as its type's name.</remarks>
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
    /// <param name="value">What has an invariant text.</param>
    public BytesArgument(IFormattable value)
        : this(value?.ToString(null, CultureInfo.InvariantCulture) ?? throw new ArgumentNullException(nameof(value)))
    {
    }

    /// <summary>Truth, as PowerShell writes it.</summary>
    /// <param name="value">Stored as <c>True</c> or <c>False</c>.</param>
    public BytesArgument(bool value)
        : this(value.ToString(CultureInfo.InvariantCulture))
    {
    }

    /// <summary>The key of a key that was read, byte for byte.</summary>
    /// <param name="key">From <c>Get-EtcdKey</c>.</param>
    public BytesArgument(EtcdKeyRecord key)
        : this(key?.KeyBytes ?? throw new ArgumentNullException(nameof(key)))
    {
    }

    /// <summary>What etcd gets.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The same for people; what is no UTF-8 is replaced by U+FFFD.</summary>
    public string Text { get; }

    /// <summary>The text without control characters: keys are made by others, and terminals obey some of them.</summary>
    public override string ToString() => string.Concat(Text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
