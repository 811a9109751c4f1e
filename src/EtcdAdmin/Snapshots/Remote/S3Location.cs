using System.Diagnostics.CodeAnalysis;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>A location in an S3-compatible store.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key or the prefix of keys; empty for the complete bucket.</param>
public sealed record S3Location(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    /// <summary>Whether the location is a prefix, like a folder, and not a single key.</summary>
    public bool IsPrefix => Key.Length == 0 || Key.EndsWith('/');

    /// <summary>Parses <c>s3://bucket/prefix/</c> or <c>s3://bucket/key</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out S3Location? location)
    {
        ArgumentNullException.ThrowIfNull(text);
        location = null;
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        string[] parts = text[Scheme.Length..].Split('/', 2);
        if (parts[0].Length == 0) return false;
        location = new S3Location(parts[0], parts.Length == 2 ? parts[1] : "");
        return true;
    }

    /// <summary>Returns the location of a file below this one.</summary>
    public S3Location Combine(string name) => this with { Key = Key.Length == 0 || Key.EndsWith('/') ? Key + name : $"{Key}/{name}" };

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}{Bucket}/{Key}";
}
