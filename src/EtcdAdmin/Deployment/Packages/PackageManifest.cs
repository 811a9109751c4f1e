using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtcdAdmin.Deployment.Packages;

/// <summary>What <c>package.json</c> in an unpacked package says about it.</summary>
internal sealed record PackageManifest
{
    public const string FileName = "package.json";

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

    public required DateTimeOffset Created { get; init; }

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
                return await JsonSerializer.DeserializeAsync(file, PackageJson.Default.PackageManifest, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

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
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PackageManifest))]
internal sealed partial class PackageJson : JsonSerializerContext;
