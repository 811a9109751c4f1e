using System.Buffers;
using System.Text.Json;
using EtcdAdmin.Client.Records;
using EtcdAdmin.KeyFiles;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>Writes and reads the records of a segment, one JSON object per line; described in docs/design/point-in-time.md.</summary>
internal static class HistoryCodec
{
    public static void Write(IBufferWriter<byte> output, HistoryHeader header) => JsonBytes.WriteLine(output, json =>
    {
        json.WriteString("format", HistoryHeader.Format);
        json.WriteString("clusterId", header.ClusterId);
        json.WriteNumber("after", header.After);
        json.WriteString("previous", header.Previous);
    });

    public static void Write(IBufferWriter<byte> output, HistoryGroup group) => JsonBytes.WriteLine(output, json =>
    {
        json.WriteNumber("revision", group.Revision);
        json.WriteString("time", group.Time);
        json.WriteStartArray("events");
        foreach (WatchEvent change in group.Events) Write(json, change);
        json.WriteEndArray();
    });

    public static void Write(IBufferWriter<byte> output, HistoryTrailer trailer) => JsonBytes.WriteLine(output, json =>
    {
        json.WriteNumber("through", trailer.Through);
        json.WriteString("sha256", trailer.Sha256);
    });

    /// <exception cref="FormatException">The line is not a valid record.</exception>
    public static HistoryRecord Read(ReadOnlySpan<byte> line)
    {
        var found = JsonBytes.ReadLine<JsonRecord>(line);
        return found switch
        {
            { Format: HistoryHeader.Format, ClusterId: { } id, After: { } after, Previous: { } previous } =>
                new(new HistoryHeader(id, after, previous), null, null),
            { Format: not null } => throw new FormatException($"its format is not {HistoryHeader.Format}"),
            { Through: { } through, Sha256: { } sha256 } => new(null, null, new HistoryTrailer(through, sha256)),
            { Revision: { } revision, Time: { } time, Events: { Length: > 0 } events } =>
                new(null, new HistoryGroup(revision, time, [.. events.Select(change => Event(change, revision))]), null),
            _ => throw new FormatException("the line is not a record of a segment"),
        };
    }

    private static void Write(Utf8JsonWriter json, WatchEvent change)
    {
        EtcdKeyValue key = change.KeyValue;
        json.WriteStartObject();
        JsonBytes.Write(json, "key", key.Key.Span);
        if (change.Type == WatchEventType.Put)
        {
            JsonBytes.Write(json, "value", key.Value.Span);
            json.WriteNumber("createRevision", key.CreateRevision);
            json.WriteNumber("version", key.Version);
            if (!key.Lease.IsNone) json.WriteString("lease", key.Lease.ToString());
        }

        json.WriteEndObject();
    }

    // A deletion has no value; a put always has a value, which may be empty.
    private static WatchEvent Event(JsonEvent found, long revision)
    {
        byte[] key = JsonBytes.Read(found.Key, found.KeyBase64, "key");
        if (key.Length == 0) throw new FormatException("one of its keys is empty");
        if (found.Value is null && found.ValueBase64 is null)
            return new WatchEvent(WatchEventType.Delete, new EtcdKeyValue(key, default, 0, revision, 0, default), null);
        byte[] value = JsonBytes.Read(found.Value, found.ValueBase64, "value");
        LeaseId lease = default;
        if (found.Lease is not null && !LeaseId.TryParse(found.Lease, out lease))
            throw new FormatException("one of its leases is not a valid lease ID");
        return new WatchEvent(WatchEventType.Put, new EtcdKeyValue(key, value, found.CreateRevision, revision, found.Version, lease), null);
    }

    private sealed record JsonRecord
    {
        public string? Format { get; init; }
        public string? ClusterId { get; init; }
        public long? After { get; init; }
        public string? Previous { get; init; }
        public long? Revision { get; init; }
        public DateTimeOffset? Time { get; init; }
        public JsonEvent[]? Events { get; init; }
        public long? Through { get; init; }
        public string? Sha256 { get; init; }
    }

    private sealed record JsonEvent
    {
        public string? Key { get; init; }
        public string? KeyBase64 { get; init; }
        public string? Value { get; init; }
        public string? ValueBase64 { get; init; }
        public long CreateRevision { get; init; }
        public long Version { get; init; }
        public string? Lease { get; init; }
    }
}
