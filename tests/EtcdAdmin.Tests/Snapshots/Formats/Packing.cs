using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Tests.Snapshots.Formats;

/// <summary>Creates files in the formats of snapshots, with .NET's own writers.</summary>
internal static class Packing
{
    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(content);
        return packed.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return packed.ToArray();
    }

    public static byte[] Tar(params (string Name, byte[] Content)[] entries) =>
        TarOf([.. entries.Select(entry => new PaxTarEntry(TarEntryType.RegularFile, entry.Name) { DataStream = new MemoryStream(entry.Content) })]);

    public static byte[] TarOf(params TarEntry[] entries)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed))
        {
            foreach (TarEntry entry in entries) tar.WriteEntry(entry);
        }

        return packed.ToArray();
    }

    /// <summary>In the container.</summary>
    public static byte[] Encrypt(byte[] content, SnapshotRecipients recipients) => Encrypt(content, recipients, SnapshotEncryption.Container);

    public static byte[] Encrypt(byte[] content, SnapshotRecipients recipients, SnapshotEncryption encryption)
    {
        using var packed = new MemoryStream();
        var format = new SnapshotFormat(SnapshotCompression.None, encryption);
        using (var packing = PackingStream.Begin(packed, format, recipients, "snapshot", DateTimeOffset.UnixEpoch))
        {
            packing.Write(content);
            packing.Finish();
        }

        return packed.ToArray();
    }
}
