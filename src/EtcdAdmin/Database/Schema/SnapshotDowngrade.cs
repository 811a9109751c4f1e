using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtcdAdmin.Database.Schema;

/// <summary>Reads what the <c>cluster</c> bucket says of a downgrade that is under way.</summary>
/// <remarks>Source: etcd <c>server/etcdserver/api/membership/downgrade.go</c> (3.5), DowngradeInfo.</remarks>
internal static class SnapshotDowngrade
{
    private const int MaxSize = 1024;

    /// <summary>The version that it leads to; null where none is under way. What cannot be read says nothing.</summary>
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
