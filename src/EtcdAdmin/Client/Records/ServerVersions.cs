using System.Text.Json;

namespace EtcdAdmin.Client.Records;

/// <summary>The versions that a member reports at <c>/version</c>.</summary>
/// <remarks>Source: etcd <c>server/etcdserver/api/etcdhttp/version.go</c>, <c>api/version/version.go</c> (Versions). The cluster version is decided
/// by the leader: the lowest minor version of all members. A cluster that has none yet reports "not_decided".</remarks>
/// <param name="Server">The running version.</param>
/// <param name="Cluster">The version that the members have agreed on, with patch 0; null if they have not yet.</param>
/// <param name="Storage">The version of the data format; null before etcd 3.6.</param>
internal sealed record ServerVersions(EtcdVersion Server, EtcdVersion? Cluster, EtcdVersion? Storage)
{
    /// <summary>Reads an answer; null if it is not one.</summary>
    public static ServerVersions? Parse(string? answer)
    {
        if (answer is null) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a parsed answer; null if it is not one.</summary>
    public static ServerVersions? Read(JsonElement answer) => Read(answer, "etcdserver") is { } server
        ? new ServerVersions(server, Read(answer, "etcdcluster"), Read(answer, "storage"))
        : null;

    private static EtcdVersion? Read(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            && EtcdVersion.TryParse(value.GetString(), out EtcdVersion version) ? version : null;
}
