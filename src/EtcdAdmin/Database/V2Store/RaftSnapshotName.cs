using System.Globalization;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Database.V2Store;

/// <summary>The name of a raft snapshot's file: <c>term-index.snap</c>, both of 16 hexadecimal digits.</summary>
internal static class RaftSnapshotName
{
    private const int Digits = 16;

    /// <returns>Null for other names, which etcd ignores.</returns>
    public static LogPosition? Parse(string name) =>
        name.Split('-', '.') is [{ Length: Digits } term, { Length: Digits } index, "snap"]
        && TryParseHex(term, out ulong t) && TryParseHex(index, out ulong i) ? new LogPosition(t, i) : null;

    private static bool TryParseHex(string text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
