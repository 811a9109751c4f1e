using System.Net;
using System.Text.Json;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>An answer of API 2.</summary>
internal sealed class V2Answer : IDisposable
{
    // Each level of the store is two levels of JSON.
    private const int MostLevels = 10_000;

    private readonly JsonDocument? _document;

    public V2Answer(Uri endpoint, HttpStatusCode status, byte[] body)
    {
        (Endpoint, Status) = (endpoint, status);
        try
        {
            _document = body.Length == 0 ? null : JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MostLevels });
        }
        catch (JsonException)
        {
            _document = null; // a page of text, as for an unknown URL
        }
    }

    public Uri Endpoint { get; }

    public HttpStatusCode Status { get; }

    /// <summary>The body; undefined if it is not JSON.</summary>
    public JsonElement Body => _document?.RootElement ?? default;

    /// <summary>etcd's error code; null if the body has none.</summary>
    public int? ErrorCode => IsObject && Body.TryGetProperty("errorCode", out JsonElement code) && code.TryGetInt32(out int value) ? value : null;

    /// <summary>etcd's words.</summary>
    public string Message
    {
        get
        {
            if (!IsObject || !Body.TryGetProperty("message", out JsonElement message)) return "no reason was given";
            string cause = Body.TryGetProperty("cause", out JsonElement more) ? more.ToString() : "";
            return cause.Length == 0 ? message.ToString() : $"{message} ({cause})";
        }
    }

    private bool IsObject => Body.ValueKind == JsonValueKind.Object;

    public void Dispose() => _document?.Dispose();
}
