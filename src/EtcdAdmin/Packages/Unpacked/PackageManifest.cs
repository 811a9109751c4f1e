using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>The content of <c>package.json</c>, which describes the programs in a folder or a saved archive.</summary>
internal sealed record PackageManifest
{
    public const string FileName = "package.json";

    // EtcdAdmin's manifests have less than one kilobyte; an archive may contain any file with that name.
    private const int MaxLength = 1 << 20;

    public required string Version { get; init; }

    public required string Os { get; init; }

    public required string Architecture { get; init; }

    /// <summary>The source it was fetched from.</summary>
    public required PackageSource Source { get; init; }

    public required string Location { get; init; }

    /// <summary>See <see cref="EtcdPackage.Sha256"/>.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The SHA-256 of every program, by file name.</summary>
    public required IReadOnlyDictionary<string, string> Programs { get; init; }

    /// <summary>When the package was unpacked on this machine; null in an archive, whose bytes must not depend on the time.</summary>
    public DateTimeOffset? Created { get; init; }

    [JsonIgnore]
    public EtcdPlatform Platform => new(Os, Architecture);

    /// <summary>The manifest of a folder; null if it has no readable one.</summary>
    public static async Task<PackageManifest?> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var file = File.OpenRead(Path.Combine(folder, FileName));
            await using (file.ConfigureAwait(false))
            {
                if (file.Length > MaxLength) return null;
                PackageManifest? manifest = await JsonSerializer
                    .DeserializeAsync(file, PackageJson.Default.PackageManifest, cancellationToken).ConfigureAwait(false);
                return EtcdVersion.TryParse(manifest?.Version, out _) ? manifest : null;
            }
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, PackageJson.Default.PackageManifest);

    public async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        var file = new FileStream(Path.Combine(folder, FileName), FileMode.Create, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            await JsonSerializer.SerializeAsync(file, this, PackageJson.Default.PackageManifest, cancellationToken)
                .ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
    }
}

/// <summary>Reads and writes the JSON of packages without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PackageManifest))]
internal sealed partial class PackageJson : JsonSerializerContext;
