using System.Text;
using System.Text.Unicode;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Access;

/// <summary>Ranges of keys as people write them.</summary>
internal static class KeyRangeText
{
    /// <summary>A key, all keys with a prefix (<c>/app/*</c>), all keys, or the bounds of the range. Bytes that are no text are in
    /// hexadecimal.</summary>
    public static string Show(KeyRange range)
    {
        if (range.End.IsEmpty) return Key(range.Start);
        if (range == KeyRange.All) return "all keys";
        if (range == KeyRange.Prefix(range.Start)) return Key(range.Start) + "*";
        return range == KeyRange.From(range.Start)
            ? $"all from {Key(range.Start)} on"
            : $"from {Key(range.Start)} to before {Key(range.End)}";
    }

    private static string Key(ReadOnlyMemory<byte> key) =>
        Utf8.IsValid(key.Span) && Encoding.UTF8.GetString(key.Span) is var text && !text.Any(char.IsControl)
            ? text
            : "0x" + Convert.ToHexStringLower(key.Span);
}
