using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots.Remote;

/// <summary>
/// An S3 store, by default on 127.0.0.1, for the calls that are used here. It verifies every signature independently of the client, from the
/// published description of Signature Version 4, and every content against the signed hash.
/// </summary>
/// <remarks>Source: Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)".</remarks>
internal sealed class S3Server : IAsyncDisposable
{
    public const string AccessKey = "AKIDEXAMPLE";
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> _uploads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Dictionary<string, string>> _begun = new(StringComparer.Ordinal);
    private readonly Task _serving;

    /// <param name="endpoint">The URL; null uses a free port of this machine.</param>
    public S3Server(Uri? endpoint = null)
    {
        Endpoint = endpoint ?? new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}/");
        _listener.Prefixes.Add(Endpoint.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>The valid secret key.</summary>
    public string Secret { get; set; } = SecretKey;

    /// <summary>The stored objects, by path.</summary>
    public ConcurrentDictionary<string, StoredObject> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>Multipart uploads that were started and neither completed nor aborted.</summary>
    public int OpenUploads => _uploads.Count;

    /// <summary>Each request as <c>method path?query</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Changes content on its way into the store.</summary>
    public Func<byte[], byte[]> Store { get; set; } = bytes => bytes;

    /// <summary>The status code for the part with this number.</summary>
    public int? FailPart { get; set; }

    /// <summary>The HTTP method that the keys may not use.</summary>
    public string? Forbidden { get; set; }

    /// <summary>The error of a response with status 400; null for none. It is not escaped.</summary>
    public Func<HttpListenerRequest, string?>? Objection { get; set; }

    /// <summary>Whether the metadata of objects is stored.</summary>
    public bool KeepsMetadata { get; set; } = true;

    /// <summary>Number of objects that are stored without a response, as with a proxy that times out.</summary>
    public int LostAnswers { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (_serving.IsCompleted) return; // a test has stopped it
        _listener.Close(); // without Stop before it: Close would then listen again for a moment, and another program may use the port by then
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                try
                {
                    await AnswerAsync(context.Request, context.Response);
                }
                catch (Exception e) when (e is HttpListenerException or IOException)
                {
                    // The client has disconnected.
                }
                finally
                {
                    context.Response.Close();
                }
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        string[] raw = request.RawUrl!.Split('?', 2); // never null
        string query = raw.Length == 2 ? raw[1] : "";
        Requests.Enqueue($"{request.HttpMethod} {request.RawUrl}");
        var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        byte[] content = body.ToArray();
        if ((request.HttpMethod == Forbidden ? "AccessDenied" : Refusal(request, raw[0], query, content)) is { } refusal)
        {
            Error(response, 403, refusal);
            return;
        }

        if (Objection?.Invoke(request) is { } objection)
        {
            Error(response, 400, objection);
            return;
        }

        Dictionary<string, string> parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).ToDictionary(
                pair => pair[0], pair => pair.Length == 2 ? Uri.UnescapeDataString(pair[1]) : "", StringComparer.Ordinal);
        string path = Uri.UnescapeDataString(raw[0]);
        switch (request.HttpMethod)
        {
            case "HEAD" or "GET" when parameters.ContainsKey("list-type"):
                List(response, path.Trim('/'), parameters["prefix"]);
                return;
            case "HEAD" or "GET" when Objects.TryGetValue(path, out StoredObject? found):
                foreach ((string name, string value) in found.Metadata) response.Headers["x-amz-meta-" + name] = value;
                response.Headers["ETag"] = "\"etag-1\""; // without the dash the client would treat it as an MD5
                response.ContentLength64 = found.Content.Length;
                if (request.HttpMethod == "GET") await response.OutputStream.WriteAsync(found.Content);
                return;
            case "PUT" when parameters.TryGetValue("uploadId", out string? upload):
                int number = int.Parse(parameters["partNumber"], CultureInfo.InvariantCulture);
                if (number == FailPart)
                {
                    Error(response, 400, "EntityTooSmall");
                    return;
                }

                _uploads[upload][number] = content;
                response.Headers["ETag"] = $"\"part{number}\"";
                return;
            case "PUT":
                Put(request, response, path, content, Metadata(request));
                return;
            case "POST" when parameters.ContainsKey("uploads"):
                string id = Guid.NewGuid().ToString("n");
                _uploads[id] = new ConcurrentDictionary<int, byte[]>();
                _begun[id] = Metadata(request);
                Xml(response, new XElement("InitiateMultipartUploadResult", new XElement("UploadId", id)));
                return;
            case "POST" when _uploads.TryRemove(parameters["uploadId"], out ConcurrentDictionary<int, byte[]>? parts):
                Put(request, response, path, [.. parts.OrderBy(part => part.Key).SelectMany(part => part.Value)], _begun[parameters["uploadId"]]);
                Xml(response, new XElement("CompleteMultipartUploadResult", new XElement("ETag", "\"whole\"")));
                return;
            case "DELETE":
                if (parameters.TryGetValue("uploadId", out string? aborted)) _uploads.TryRemove(aborted, out _);
                else Objects.TryRemove(path, out _);
                response.StatusCode = 204;
                return;
            default:
                Error(response, 404, path.StartsWith("/no-such-bucket/", StringComparison.Ordinal) ? "NoSuchBucket" : "NoSuchKey");
                return;
        }
    }

    private void Put(HttpListenerRequest request, HttpListenerResponse response, string path, byte[] content, Dictionary<string, string> metadata)
    {
        if (request.Headers["If-None-Match"] == "*" && Objects.ContainsKey(path)) Error(response, 412, "PreconditionFailed");
        else Objects[path] = new StoredObject(Store(content), KeepsMetadata ? metadata : []);
        response.Headers["ETag"] = "\"etag-1\"";
        if (LostAnswers > 0 && response.StatusCode == 200)
        {
            LostAnswers--;
            Error(response, 504, "GatewayTimeout");
        }
    }

    private void List(HttpListenerResponse response, string bucket, string prefix) => Xml(response, new XElement(
        "ListBucketResult",
        Objects.Where(pair => pair.Key.StartsWith($"/{bucket}/{prefix}", StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new XElement(
            "Contents", new XElement("Key", pair.Key[(bucket.Length + 2)..]), new XElement("Size", pair.Value.Content.Length)))));

    private static Dictionary<string, string> Metadata(HttpListenerRequest request) => request.Headers.AllKeys.OfType<string>()
        .Where(name => name.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase))
        // A name from the collection.
        .ToDictionary(name => name["x-amz-meta-".Length..].ToLowerInvariant(), name => request.Headers[name]!, StringComparer.Ordinal);

    /// <summary>Why a request is refused; null if its signature and its content are correct.</summary>
    private string? Refusal(HttpListenerRequest request, string path, string query, byte[] content)
    {
        string? authorization = request.Headers["Authorization"];
        if (authorization is null) return query.Contains("X-Amz-Signature=signed-for-put", StringComparison.Ordinal) ? null : "AccessDenied";
        Dictionary<string, string> parts = authorization["AWS4-HMAC-SHA256 ".Length..].Split(',', StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        string[] scope = parts["Credential"].Split('/'); // key, day, region, service, end
        string[] signed = parts["SignedHeaders"].Split(';');
        if (request.Headers.AllKeys.OfType<string>().Select(name => name.ToLowerInvariant())
            .Any(name => (name is "host" or "content-md5" || name.StartsWith("x-amz-", StringComparison.Ordinal))
            && !signed.Contains(name, StringComparer.Ordinal))) return "AccessDenied";
        if (!DateTimeOffset.TryParseExact(request.Headers["x-amz-date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            || (DateTimeOffset.UtcNow - time).Duration() > TimeSpan.FromMinutes(15)) return "RequestTimeTooSkewed";
        string hash = request.Headers["x-amz-content-sha256"] ?? "";
        string canonicalQuery = string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=").Order(StringComparer.Ordinal));
        string headers = string.Concat(signed.Select(name => $"{name}:{request.Headers[name]?.Trim()}\n"));
        string canonical = $"{request.HttpMethod}\n{path}\n{canonicalQuery}\n{headers}\n{parts["SignedHeaders"]}\n{hash}";
        string toSign =
            $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{string.Join('/', scope[1..])}\n"
                + $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + Secret);
        foreach (string step in scope[1..].Append(toSign)) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        if (scope[0] != AccessKey) return "InvalidAccessKeyId";
        if (Convert.ToHexStringLower(key) != parts["Signature"]) return "SignatureDoesNotMatch";
        if (hash != Convert.ToHexStringLower(SHA256.HashData(content))) return "XAmzContentSHA256Mismatch";
#pragma warning disable CA5351 // S3 defines this hash for content
        return request.Headers["Content-MD5"] is { } md5 && md5 != Convert.ToBase64String(MD5.HashData(content)) ? "BadDigest" : null;
#pragma warning restore CA5351
    }

    private static void Error(HttpListenerResponse response, int status, string code)
    {
        response.StatusCode = status;
        Send(response, $"<Error><Code>{code}</Code><Message>{code}</Message></Error>");
    }

    private static void Xml(HttpListenerResponse response, XElement answer)
    {
        if (response.StatusCode is 412 or 504) return; // refused already
        Send(response, answer.ToString());
    }

    private static void Send(HttpListenerResponse response, string answer)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(answer);
        response.ContentType = "application/xml";
        response.ContentLength64 = bytes.Length;
        response.OutputStream.Write(bytes);
    }
}

/// <summary>An object with its metadata.</summary>
internal sealed record StoredObject(byte[] Content, Dictionary<string, string> Metadata);
