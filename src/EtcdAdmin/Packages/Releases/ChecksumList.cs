namespace EtcdAdmin.Packages.Releases;

/// <summary>A checksum file in the format of <c>sha256sum</c>: a hash, a space, a space or an asterisk, a file name.</summary>
internal static class ChecksumList
{
    private const int HashLength = 64;

    /// <summary>The hash of a file in lower case; null if the list does not contain it.</summary>
    public static string? Find(string list, string fileName)
    {
        foreach (string line in list.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length <= HashLength + 1 || line[HashLength] is not (' ' or '\t')) continue;
            string name = line[HashLength..].TrimStart(' ', '\t', '*');
            if (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
            if (name == fileName && line.Take(HashLength).All(char.IsAsciiHexDigit))
                return line[..HashLength].ToLowerInvariant();
        }

        return null;
    }
}
