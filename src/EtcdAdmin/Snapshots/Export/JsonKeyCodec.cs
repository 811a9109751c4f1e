using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EtcdAdmin.Client;

namespace EtcdAdmin.Snapshots;

/// <summary>One JSON object a line: text where the bytes are text, else Base64 under another name.</summary>
internal sealed class JsonKeyCodec : KeyFileCodec
{
    // Nothing here ends up in HTML; people read it.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions ReaderOptions = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };

    public override void WriteHeader(IBufferWriter<byte> output, KeyFileHeader header) => Write(output, json =>
    {
        json.WriteString("format", KeyFileHeader.Format);
        if (header.Source is not null) json.WriteString("source", header.Source);
        if (header.Revision is { } revision) json.WriteNumber("revision", revision);
        if (header.Created is { } created) json.WriteString("created", created);
    });

    public override void WriteKey(IBufferWriter<byte> output, ExportedKey key) => Write(output, json =>
    {
        EtcdKeyValue found = key.KeyValue;
        WriteBytes(json, "key", "keyBase64", found.Key.Span);
        WriteBytes(json, "value", "valueBase64", found.Value.Span);
        json.WriteNumber("createRevision", found.CreateRevision);
        json.WriteNumber("modRevision", found.ModRevision);
        json.WriteNumber("version", found.Version);
        if (found.Lease.IsNone) return;
        json.WriteString("lease", found.Lease.ToString());
        if (key.RemainingTtl is { } ttl) json.WriteNumber("ttl", (long)ttl.TotalSeconds);
    });

    public override void WriteTrailer(IBufferWriter<byte> output, KeyFileTrailer trailer) => Write(output, json =>
    {
        json.WriteNumber("keys", trailer.Keys);
        json.WriteString("sha256", trailer.Sha256);
    });

    public override KeyFileRecord Read(ReadOnlySpan<byte> record)
    {
        JsonRecord found;
        try
        {
            found = JsonSerializer.Deserialize<JsonRecord>(record, ReaderOptions) ?? throw new FormatException("a JSON object should be here");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("it is no JSON object of this format", e); // its own message quotes what stands there
        }

        if (found.Format is not null) return new KeyFileRecord(Header(found), null, null);
        if (found is { Keys: { } keys, Sha256: { } sha256 }) return new KeyFileRecord(null, null, new KeyFileTrailer(keys, sha256));
        return new KeyFileRecord(null, Key(found), null);
    }

    private static KeyFileHeader Header(JsonRecord found) => found.Format == KeyFileHeader.Format
        ? new KeyFileHeader(found.Source, found.Revision, found.Created)
        : throw new FormatException($"its format should be {KeyFileHeader.Format}");

    private static ExportedKey Key(JsonRecord found)
    {
        byte[] key = Bytes(found.Key, found.KeyBase64, "key");
        byte[] value = Bytes(found.Value, found.ValueBase64, "value");
        LeaseId lease = default;
        if (found.Lease is not null && !LeaseId.TryParse(found.Lease, out lease)) throw new FormatException("its lease is no id of a lease");
        return new ExportedKey(
            new EtcdKeyValue(key, value, found.CreateRevision, found.ModRevision, found.Version, lease),
            found.Ttl is { } ttl and >= 0 and <= KeyFileRules.MaxTtl ? TimeSpan.FromSeconds(ttl) : null);
    }

    private static byte[] Bytes(string? text, string? base64, string what) => (text, base64) switch
    {
        ({ } plain, null) => KeyText.TryEncode(plain) ?? throw new FormatException($"its {what} has half a character"),
        (null, { } encoded) => KeyText.TryDecodeBase64(encoded) ?? throw new FormatException($"its {what} is no Base64"),
        _ => throw new FormatException($"it should have either {what} or {what}Base64"),
    };

    private static void WriteBytes(Utf8JsonWriter json, string name, string base64Name, ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) json.WriteString(name, bytes);
        else json.WriteBase64String(base64Name, bytes);
    }

    private static void Write(IBufferWriter<byte> output, Action<Utf8JsonWriter> content)
    {
        using (var json = new Utf8JsonWriter(output, WriterOptions))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private sealed record JsonRecord
    {
        public string? Format { get; init; }
        public string? Source { get; init; }
        public long? Revision { get; init; }
        public DateTimeOffset? Created { get; init; }
        public string? Key { get; init; }
        public string? KeyBase64 { get; init; }
        public string? Value { get; init; }
        public string? ValueBase64 { get; init; }
        public long CreateRevision { get; init; }
        public long ModRevision { get; init; }
        public long Version { get; init; }
        public string? Lease { get; init; }
        public long? Ttl { get; init; }
        public long? Keys { get; init; }
        public string? Sha256 { get; init; }
    }
}
