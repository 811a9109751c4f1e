using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtcdAdmin.Database.Schema;

/// <summary>Reads the records of the <c>members</c> bucket.</summary>
/// <remarks>Source: etcd <c>server/storage/schema/membership.go</c>, <c>server/etcdserver/api/membership/member.go</c>.</remarks>
internal static class SnapshotMemberReader
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Parses a member; null if the bytes are not a member.</summary>
    /// <param name="id">The record's key: the ID in hex.</param>
    /// <param name="json">The record's value.</param>
    public static SnapshotMember? TryParse(ReadOnlySpan<byte> id, ReadOnlySpan<byte> json)
    {
        if (!IsId(id)) return null;
        try
        {
            if (JsonSerializer.Deserialize<MemberJson>(json) is not { } member) return null;
            string[] peerUrls = member.PeerUrls ?? [];
            string[] clientUrls = member.ClientUrls ?? [];
            return peerUrls.Contains(null) || clientUrls.Contains(null)
                ? null
                : new SnapshotMember(Encoding.ASCII.GetString(id), member.Name ?? "", peerUrls, clientUrls, member.IsLearner);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether the bytes are a member ID in bare hex, as etcd prints it.</summary>
    public static bool IsId(ReadOnlySpan<byte> id) => id.Length is > 0 and <= 16 && !id.ContainsAnyExcept(HexDigits);

    private sealed record MemberJson(
        [property: JsonPropertyName("name")] string? Name,
        [property: JsonPropertyName("peerURLs")] string[]? PeerUrls,
        [property: JsonPropertyName("clientURLs")] string[]? ClientUrls,
        [property: JsonPropertyName("isLearner")] bool IsLearner);
}
