using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Tests.Database.Hashes;

/// <summary>A short digest of many keys with their values, revisions and leases, in order.</summary>
internal static class KeyDigest
{
    /// <summary>The digest of the output of <c>etcdctl get -w json</c>.</summary>
    public static string OfAnswer(string json)
    {
        using JsonDocument answer = JsonDocument.Parse(json);
        return answer.RootElement.TryGetProperty("kvs", out JsonElement keys) ? OfLines(keys.EnumerateArray().Select(Line)) : OfLines([]);
    }

    /// <summary>The digest of keys that were read.</summary>
    public static string Of(IEnumerable<EtcdKeyValue> keys) => OfLines(keys.Select(key =>
        Line(Convert.ToBase64String(key.Key.Span), key.CreateRevision, key.ModRevision, key.Version, key.Lease.Value,
        Convert.ToBase64String(key.Value.Span))));

    private static string OfLines(IEnumerable<string> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string line in lines) hash.AppendData(Encoding.ASCII.GetBytes(line));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Line(JsonElement key) => Line(
        key.GetProperty("key").GetString()!, // the tool prints a name for each key
        key.GetProperty("create_revision").GetInt64(),
        key.GetProperty("mod_revision").GetInt64(),
        key.GetProperty("version").GetInt64(),
        key.TryGetProperty("lease", out JsonElement lease) ? lease.GetInt64() : 0,
        key.TryGetProperty("value", out JsonElement value) ? value.GetString()! : "");

    private static string Line(string key, long created, long modified, long version, long lease, string value) =>
        string.Create(CultureInfo.InvariantCulture, $"{key} {created} {modified} {version} {lease} {value}\n");
}
