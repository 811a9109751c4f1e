using System.Globalization;

namespace EtcdAdmin.Database.Wal;

/// <summary>The name of a segment: <c>number-index.wal</c>, both of 16 hexadecimal digits.</summary>
/// <param name="Number">Its number in the order of the segments.</param>
/// <param name="FirstIndex">The index of the first entry in it.</param>
/// <remarks>Source: etcd <c>server/wal/util.go</c> (parseWALName), 3.5; the same from 2.0 to 3.7.</remarks>
internal readonly record struct WalSegmentName(ulong Number, ulong FirstIndex)
{
    private const int Digits = 16;

    /// <returns>Null for other names, which etcd ignores.</returns>
    public static WalSegmentName? Parse(string name) =>
        name.Split('-', '.') is [{ Length: Digits } number, { Length: Digits } index, "wal"]
        && TryParseHex(number, out ulong sequence) && TryParseHex(index, out ulong first) ? new WalSegmentName(sequence, first) : null;

    private static bool TryParseHex(string text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
