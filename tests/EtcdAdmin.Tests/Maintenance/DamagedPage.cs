using System.Text;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Tests.Maintenance;

/// <summary>Damages the database of a stopped member as a failing disk does: one byte of a value changes, and nothing else.</summary>
internal static class DamagedPage
{
    /// <summary>Replaces the first byte of the value of a key, in the page that is in use.</summary>
    /// <param name="path">The database.</param>
    /// <param name="value">The value to look for.</param>
    /// <param name="letter">What it begins with afterwards.</param>
    public static void Write(string path, string value, char letter)
    {
        (long offset, _) = Find(path, value);
        using FileStream file = File.OpenWrite(path);
        file.Position = offset;
        file.WriteByte((byte)letter);
    }

    /// <summary>The place of the value's first byte, and its page.</summary>
    public static (long Offset, long Page) Find(string path, string value)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(value);
        using var file = SnapshotFile.Open(path);
        BoltCursor records = BucketWalk.Find(file.Database, "key"u8, CancellationToken.None)
            ?? throw new InvalidOperationException("no bucket 'key'");
        while (records.MoveNext(CancellationToken.None))
        {
            BoltRecord record = records.Current;
            int at = record.Value.Span.IndexOf(wanted);
            if (at < 0) continue;
            long offset = record.Offset + record.Key.Length + at; // the value follows the key
            return (offset, offset / file.Database.Meta.PageSize);
        }

        throw new InvalidOperationException($"The value '{value}' is not in {path}.");
    }
}
