using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>What <c>package.json</c>, beside the programs in a folder or in a saved archive, says about them.</summary>
internal sealed record PackageManifest
{
    public const string FileName = "package.json";

    // Ours take less than one kilobyte; an archive may hold anything under that name.
    private const int MaxLength = 1 << 20;

    public required string Version { get; init; }

    public required string Os { get; init; }

    public required string Architecture { get; init; }

    /// <summary>The source it was fetched from.</summary>
    public required PackageSource Source { get; init; }

    public required string Location { get; init; }

    /// <summary>See <see cref="EtcdPackage.Sha256"/>.</summary>
    public required string Sha256 { get; init; }

    /// <summary>File name to SHA-256 of every program.</summary>
    public required IReadOnlyDictionary<string, string> Programs { get; init; }

    /// <summary>When it was unpacked here; null in an archive, which shall be the same whenever it is made.</summary>
    public DateTimeOffset? Created { get; init; }

    [JsonIgnore]
    public EtcdPlatform Platform => new(Os, Architecture);

    /// <summary>The manifest of a folder; null where it has none that can be read.</summary>
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

    /// <summary>The text of the file.</summary>
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

/// <summary>Reads and writes the JSON of this area without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PackageManifest))]
internal sealed partial class PackageJson : JsonSerializerContext;
