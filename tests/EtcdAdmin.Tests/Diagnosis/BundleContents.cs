using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace EtcdAdmin.Tests.Diagnosis;

/// <summary>A support bundle, unpacked in memory.</summary>
internal static class BundleContents
{
    /// <summary>The texts of all files, by their paths without the top folder.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        await using FileStream file = File.OpenRead(path);
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        string root = Path.GetFileName(path)[..^".tar.gz".Length] + "/";
        while (await tar.GetNextEntryAsync(copyData: true, cancellationToken) is { } entry)
        {
            Assert.StartsWith(root, entry.Name, StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, entry.Mode);
            using var text = new MemoryStream();
            if (entry.DataStream is { } data) await data.CopyToAsync(text, cancellationToken);
            files.Add(entry.Name[root.Length..], Encoding.UTF8.GetString(text.ToArray()));
        }

        return files;
    }
}
