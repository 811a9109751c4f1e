using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EtcdAdmin.KeyFiles;

/// <summary>Lines of JSON in which bytes stand as text where they are text, else as Base64 under another name.</summary>
internal static class JsonBytes
{
    private const string Base64Suffix = "Base64";

    // Nothing here ends up in HTML; people read it.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions ReaderOptions = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };

    /// <summary>Writes bytes under a name, or with Base64 behind it.</summary>
    public static void Write(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) json.WriteString(name, bytes);
        else json.WriteBase64String(name + Base64Suffix, bytes);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="text">What stands under the name; null where nothing does.</param>
    /// <param name="base64">What stands under the other; null where nothing does.</param>
    /// <param name="name">For the message.</param>
    /// <exception cref="FormatException">Neither or both are there, or they are no such thing.</exception>
    public static byte[] Read(string? text, string? base64, string name) => (text, base64) switch
    {
        ({ } plain, null) => KeyText.TryEncode(plain) ?? throw new FormatException($"its {name} has half a character"),
        (null, { } encoded) => KeyText.TryDecodeBase64(encoded) ?? throw new FormatException($"its {name} is no Base64"),
        _ => throw new FormatException($"it should have either {name} or {name}{Base64Suffix}"),
    };

    /// <summary>Writes an object and a line end.</summary>
    public static void WriteLine(IBufferWriter<byte> output, Action<Utf8JsonWriter> content)
    {
        using (var json = new Utf8JsonWriter(output, WriterOptions))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Reads an object.</summary>
    /// <param name="line">Without its line end.</param>
    /// <exception cref="FormatException">It is none; nothing of it is quoted.</exception>
    public static T ReadLine<T>(ReadOnlySpan<byte> line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, ReaderOptions) ?? throw new FormatException("a JSON object should be here");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("it is no JSON object of this format"); // the cause quotes what stands there
        }
    }
}
