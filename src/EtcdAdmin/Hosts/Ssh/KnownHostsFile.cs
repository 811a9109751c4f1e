using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>A line of a known_hosts file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The number of the line, from 1.</param>
/// <param name="Marker"><c>@revoked</c>, <c>@cert-authority</c> or empty.</param>
/// <param name="Type">The type of the key.</param>
/// <param name="Key">The key, in base64.</param>
internal sealed record KnownHostKey(string Path, int Line, string Marker, string Type, string Key)
{
    /// <summary>Marks a key that must never be accepted.</summary>
    public const string Revoked = "@revoked";

    /// <summary>Marks an authority that signs the keys of hosts.</summary>
    public const string Authority = "@cert-authority";
}

/// <summary>Reads and extends a file in the format of <c>known_hosts</c>: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.</summary>
internal static class KnownHostsFile
{
    private const string HashMagic = "|1|";

    /// <summary>The lines for a name; none if the file does not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The host in lower case, with its port if that is not 22: <c>[host]:port</c>.</param>
    public static IEnumerable<KnownHostKey> Find(string path, string name)
    {
        if (!File.Exists(path)) yield break;
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (Parse(path, number, line) is { } entry && Matches(entry.Names, name)) yield return entry.Key;
        }
    }

    /// <summary>Adds the key of a host.</summary>
    /// <param name="path">The file; it is created.</param>
    /// <param name="name">As in <see cref="Find"/>.</param>
    /// <param name="type">The type of the key.</param>
    /// <param name="key">The key.</param>
    /// <param name="hashed">Whether the name is stored as a hash.</param>
    /// <exception cref="EtcdException">FileWriteFailed.</exception>
    public static void Add(string path, string name, string type, ReadOnlySpan<byte> key, bool hashed)
    {
        string line = $"{(hashed ? Hash(name) : name)} {type} {Convert.ToBase64String(key)}\n";
        try
        {
            if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder) CreateFolder(folder);
            using FileStream file = Open(path);
            if (file.Length > 0)
            {
                file.Seek(-1, SeekOrigin.End);
                if (file.ReadByte() != '\n') line = "\n" + line;
            }

            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdException(EtcdErrorIds.FileWriteFailed, $"Cannot add the host key to {path}: {e.Message}", e) { Target = path };
        }
    }

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = AtomicFile.OwnerOnly;
        return new FileStream(path, options);
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, AtomicFile.OwnerOnlyFolder);
    }

    // A line is: [@marker] names type key [comment].
    private static (string Names, KnownHostKey Key)? Parse(string path, int number, string line)
    {
        string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0].StartsWith('#')) return null;
        string marker = words[0].StartsWith('@') ? words[0] : "";
        int first = marker.Length > 0 ? 1 : 0;
        return words.Length >= first + 3 && Base64.IsValid(words[first + 2])
            ? (words[first], new KnownHostKey(path, number, marker, words[first + 1], words[first + 2]))
            : null;
    }

    private static bool Matches(string names, string name) => names.StartsWith(HashMagic, StringComparison.Ordinal)
        ? MatchesHash(names[HashMagic.Length..], name)
        : HostPattern.MatchesAny(names.Split(','), name, ignoreCase: true);

    private static bool MatchesHash(string saltAndHash, string name)
    {
        string[] parts = saltAndHash.Split('|');
        return parts.Length == 2 && Base64.IsValid(parts[0]) && Base64.IsValid(parts[1])
            && HashOf(Convert.FromBase64String(parts[0]), name).AsSpan().SequenceEqual(Convert.FromBase64String(parts[1]));
    }

    private static string Hash(string name)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(HMACSHA1.HashSizeInBytes);
        return $"{HashMagic}{Convert.ToBase64String(salt)}|{Convert.ToBase64String(HashOf(salt, name))}";
    }

#pragma warning disable CA5350 // the format of the file, which hides names and protects nothing else
    private static byte[] HashOf(byte[] salt, string name) => HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(name));
#pragma warning restore CA5350
}
