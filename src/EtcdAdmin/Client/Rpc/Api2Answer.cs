using System.Net;
using System.Text.Json;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Client.Rpc;

/// <summary>An answer of API 2.</summary>
internal sealed class Api2Answer : IDisposable
{
    // Each level of the store is two levels of JSON.
    private const int MostLevels = 10_000;

    private readonly JsonDocument? _document;

    public Api2Answer(Uri endpoint, HttpStatusCode status, byte[] body)
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

    /// <summary>The cluster that answered (header X-Etcd-Cluster-Id); null if the answer does not say.</summary>
    public ClusterId? Cluster { get; init; }

    /// <summary>The index of the v2 store at the time of the answer (header X-Etcd-Index); null if the answer does not say.</summary>
    public ulong? Index { get; init; }

    /// <summary>The raft index that the member knows to be committed (header X-Raft-Index); null if the answer does not say.</summary>
    public ulong? RaftIndex { get; init; }

    /// <summary>Whether the request was carried out.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

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
