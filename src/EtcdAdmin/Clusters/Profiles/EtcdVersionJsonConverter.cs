using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>Versions as text, <c>3.5.16</c>.</summary>
internal sealed class EtcdVersionJsonConverter : JsonConverter<EtcdVersion>
{
    public override EtcdVersion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        EtcdVersion.TryParse(reader.GetString(), out EtcdVersion version)
            ? version
            : throw new JsonException("Expected an etcd version, for instance 3.5.16.");

    public override void Write(Utf8JsonWriter writer, EtcdVersion value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
