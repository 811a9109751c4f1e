using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EtcdAdmin.Database.Bolt;

/// <summary>Guesses the type of a file that is not a database, so that the operator sees the mix-up at once.</summary>
internal static class ForeignFile
{
    /// <summary>Returns a noun phrase for an error message.</summary>
    /// <param name="start">The first bytes of the file, up to 512.</param>
    public static string Describe(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty) return "an empty file";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return "a gzip archive; unpack it first";
        if (start.StartsWith("PK\x03\x04"u8)) return "a zip archive; unpack it first";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])) return "a zstd archive; unpack it first";
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A])) return "an xz archive; unpack it first";
        if (start.StartsWith("BZh"u8)) return "a bzip2 archive; unpack it first";
        if (start.Length > 262 && start[257..].StartsWith("ustar"u8)) return "a tar archive; unpack it first";
        if (!start.ContainsAnyExcept((byte)0))
            return "a file that contains only zeros: it was allocated but never written, or its data was lost in a crash";
        if (IsWriteAheadLog(start)) return "a write-ahead log of etcd (member/wal); the database is member/snap/db";
        if (IsRaftSnapshot(start)) return "a raft snapshot of etcd (member/snap/*.snap); the database is member/snap/db";
        if (start.StartsWith("-----BEGIN CMS-----"u8))
            return "a CMS file in PEM; convert it with 'openssl cms -cmsout -inform PEM -outform DER' first";
        if (start.IndexOf("application/pkcs7-mime"u8) >= 0)
            return "a CMS file in S/MIME; convert it with 'openssl cms -cmsout -inform SMIME -outform DER' first";
        if (IsText(start)) return "a text file";
        return "an unknown or encrypted file";
    }

    // snappb.Snapshot: field 1 (varint) is a checksum, field 2 (bytes) the data. Source: etcd server/etcdserver/api/snap/snappb.
    private static bool IsRaftSnapshot(ReadOnlySpan<byte> start)
    {
        if (start[0] != 0x08) return false;
        int end = 1;
        while (end < start.Length && end <= 5 && start[end] >= 0x80) end++;
        return end + 1 < start.Length && end <= 5 && start[end + 1] == 0x12;
    }

    // A record is its length (8 bytes, with padding in the top byte), then walpb.Record, whose field 1 is the type. The
    // first record of a log is a checksum record (4). Source: etcd server/storage/wal/encoder.go and wal.go.
    private static bool IsWriteAheadLog(ReadOnlySpan<byte> start)
    {
        if (start.Length < 10) return false;
        long length = BinaryPrimitives.ReadInt64LittleEndian(start) & 0x00FF_FFFF_FFFF_FFFF;
        return length is > 0 and < 64 && start[8] == 0x08 && start[9] == 0x04;
    }

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        while (!start.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(start, out Rune rune, out int length);
            if (status == OperationStatus.NeedMoreData) return true; // truncated within a character
            bool isControl = Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r');
            if (status != OperationStatus.Done || isControl) return false;
            start = start[length..];
        }

        return true;
    }
}
