using System.Buffers;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>One JSON object per line. Bytes that are text are written as text; other bytes are written in Base64 under another name.</summary>
internal sealed class JsonKeyCodec : KeyFileCodec
{
    public override void WriteHeader(IBufferWriter<byte> output, KeyFileHeader header) => JsonBytes.WriteLine(output, json =>
    {
        json.WriteString("format", KeyFileHeader.Format);
        if (header.Source is not null) json.WriteString("source", header.Source);
        if (header.Revision is { } revision) json.WriteNumber("revision", revision);
        if (header.Created is { } created) json.WriteString("created", created);
    });

    public override void WriteKey(IBufferWriter<byte> output, ExportedKey key) => JsonBytes.WriteLine(output, json =>
    {
        EtcdKeyValue found = key.KeyValue;
        JsonBytes.Write(json, "key", found.Key.Span);
        JsonBytes.Write(json, "value", found.Value.Span);
        json.WriteNumber("createRevision", found.CreateRevision);
        json.WriteNumber("modRevision", found.ModRevision);
        json.WriteNumber("version", found.Version);
        if (found.Lease.IsNone) return;
        json.WriteString("lease", found.Lease.ToString());
        if (key.RemainingTtl is { } ttl) json.WriteNumber("ttl", (long)ttl.TotalSeconds);
    });

    public override void WriteTrailer(IBufferWriter<byte> output, KeyFileTrailer trailer) => JsonBytes.WriteLine(output, json =>
    {
        json.WriteNumber("keys", trailer.Keys);
        json.WriteString("sha256", trailer.Sha256);
    });

    public override KeyFileRecord Read(ReadOnlySpan<byte> record)
    {
        var found = JsonBytes.ReadLine<JsonRecord>(record);
        if (found.Format is not null) return new KeyFileRecord(Header(found), null, null);
        if (found is { Keys: { } keys, Sha256: { } sha256 }) return new KeyFileRecord(null, null, new KeyFileTrailer(keys, sha256));
        return new KeyFileRecord(null, Key(found), null);
    }

    private static KeyFileHeader Header(JsonRecord found) => found.Format == KeyFileHeader.Format
        ? new KeyFileHeader(found.Source, found.Revision, found.Created)
        : throw new FormatException($"its format is not {KeyFileHeader.Format}");

    private static ExportedKey Key(JsonRecord found)
    {
        byte[] key = JsonBytes.Read(found.Key, found.KeyBase64, "key");
        byte[] value = JsonBytes.Read(found.Value, found.ValueBase64, "value");
        LeaseId lease = default;
        if (found.Lease is not null && !LeaseId.TryParse(found.Lease, out lease)) throw new FormatException("its lease is not a valid lease ID");
        return new ExportedKey(
            new EtcdKeyValue(key, value, found.CreateRevision, found.ModRevision, found.Version, lease),
            found.Ttl is { } ttl and >= 0 and <= KeyFileRules.MaxTtl ? TimeSpan.FromSeconds(ttl) : null);
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
