using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EtcdAdmin.KeyFiles;

/// <summary>Lines of JSON. Bytes that are text are written as text; other bytes are written in Base64 under another name.</summary>
internal static class JsonBytes
{
    private const string Base64Suffix = "Base64";

    // The output is for people and never used in HTML.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions ReaderOptions = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };

    /// <summary>Writes bytes as text under a name, or in Base64 under the name with a suffix.</summary>
    public static void Write(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) json.WriteString(name, bytes);
        else json.WriteBase64String(name + Base64Suffix, bytes);
    }

    /// <summary>Reads bytes that <see cref="Write"/> wrote.</summary>
    /// <param name="text">The text under the name; null if there is none.</param>
    /// <param name="base64">The Base64 under the name with the suffix; null if there is none.</param>
    /// <param name="name">The name, for the message.</param>
    /// <exception cref="FormatException">Neither or both are present, or they are not valid.</exception>
    public static byte[] Read(string? text, string? base64, string name) => (text, base64) switch
    {
        ({ } plain, null) => KeyText.TryEncode(plain) ?? throw new FormatException($"its {name} contains an unpaired surrogate"),
        (null, { } encoded) => KeyText.TryDecodeBase64(encoded) ?? throw new FormatException($"its {name} is not valid Base64"),
        _ => throw new FormatException($"expected either {name} or {name}{Base64Suffix}"),
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
    /// <exception cref="FormatException">The line is not a valid object. The message quotes nothing of the line.</exception>
    public static T ReadLine<T>(ReadOnlySpan<byte> line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, ReaderOptions) ?? throw new FormatException("expected a JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("the line is not a JSON object of this format"); // the cause would quote the line
        }
    }
}
