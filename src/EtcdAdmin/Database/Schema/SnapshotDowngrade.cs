using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtcdAdmin.Database.Schema;

/// <summary>Reads the record of bucket <c>cluster</c> about a downgrade in progress.</summary>
/// <remarks>Source: etcd <c>server/etcdserver/api/membership/downgrade.go</c> (3.5), DowngradeInfo.</remarks>
internal static class SnapshotDowngrade
{
    private const int MaxSize = 1024;

    /// <summary>The target version of the downgrade; null if no downgrade is in progress or the record cannot be read.</summary>
    public static string? TryParse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxSize) return null;
        try
        {
            return JsonSerializer.Deserialize<DowngradeJson>(json) is { Enabled: true, Target.Length: > 0 } found ? found.Target : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record DowngradeJson(
        [property: JsonPropertyName("target-version")] string? Target,
        [property: JsonPropertyName("enabled")] bool Enabled);
}
