using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EtcdAdmin.Tests.Support;

/// <summary>A web server on 127.0.0.1 that serves files with ranges and entity tags, and can break off or fall silent.</summary>
public sealed class ReleaseServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Task _accepting;
    private readonly ConcurrentQueue<int> _cuts = new();

    public ReleaseServer()
    {
        _listener.Start();
        BaseUrl = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri BaseUrl { get; }

    /// <summary>Each request as <c>path</c> or <c>path range</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Whether a cut keeps the connection open and silent rather than closing it.</summary>
    public bool IsSilentAtCut { get; set; }

    /// <summary>Whether ranges are honoured; else every answer is the whole file.</summary>
    public bool HasRanges { get; set; } = true;

    public void Serve(string path, byte[] content) => _files[path] = content;

    public void Serve(string path, string content) => Serve(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Ends the next answers with an archive after so many bytes of the body, one number for each.</summary>
    public void CutNext(params int[] afterBytes) => Array.ForEach(afterBytes, _cuts.Enqueue);

    /// <summary>Stops serving; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException || (e is InvalidOperationException && _stop.IsCancellationRequested))
        {
            // A listener that was stopped between two connections says that it does not listen.
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                NetworkStream stream = connection.GetStream();
                if (await ReadRequestAsync(stream) is { } request) await AnswerAsync(stream, request);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task<Dictionary<string, string>?> ReadRequestAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        if (await reader.ReadLineAsync(_stop.Token) is not { } first) return null;
        var request = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [":path"] = first.Split(' ')[1] };
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            request[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return request;
    }

    private async Task AnswerAsync(NetworkStream stream, Dictionary<string, string> request)
    {
        string path = request[":path"];
        string? range = request.GetValueOrDefault("Range");
        _requests.Enqueue(range is null ? path : $"{path} {range}");
        if (!_files.TryGetValue(path, out byte[]? content))
        {
            await WriteHeadAsync(stream, "404 Not Found", 0, "");
            return;
        }

        string tag = $"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content))[..16]}\"";
        bool isSame = !request.TryGetValue("If-Range", out string? condition) || condition == tag;
        int from = HasRanges && range is not null && isSame
            ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
            : 0;
        if (from > 0 && from >= content.Length)
        {
            await WriteHeadAsync(stream, "416 Range Not Satisfiable", 0, $"Content-Range: bytes */{content.Length}\r\n");
            return;
        }

        string part = from > 0 ? $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n" : "";
        await WriteHeadAsync(stream, from > 0 ? "206 Partial Content" : "200 OK", content.Length - from, $"ETag: {tag}\r\n{part}");
        int after = 0;
        bool isCut = path.Contains("etcd-v", StringComparison.Ordinal) && _cuts.TryDequeue(out after);
        int end = isCut ? Math.Min(content.Length, from + after) : content.Length;
        await stream.WriteAsync(content.AsMemory(from..end), _stop.Token);
        if (isCut && IsSilentAtCut) await Task.Delay(Timeout.Infinite, _stop.Token);
    }

    private async Task WriteHeadAsync(NetworkStream stream, string status, int length, string headers) => await stream.WriteAsync(
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n"), _stop.Token);
}
