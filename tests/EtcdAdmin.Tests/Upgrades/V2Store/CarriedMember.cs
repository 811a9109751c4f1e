using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Upgrades.V2Store;

/// <summary>A member whose data directory is carried from version to version, and copied to be tried with others.</summary>
internal sealed class CarriedMember : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(50);

    // From its start on, a member replays its log and publishes its name; one that cannot do so ends within this time.
    private static readonly TimeSpan ProofTime = TimeSpan.FromSeconds(2);

    private readonly TempFolder _folder = new();
    private readonly int[] _ports = FreePorts.Take(2);
    private readonly HttpClient _http = new();
    private EtcdServerProcess? _process;

    public Uri Endpoint => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_ports[0]}"));

    public string Folder => _folder.Path;

    public string DataDirectory => _folder.File("data");

    /// <summary>What the last process said.</summary>
    public string Log => _process?.Log ?? "";

    public MemberSpec Spec => new()
    {
        Name = "m1",
        HostName = "localhost",
        Address = "127.0.0.1",
        ClientPort = _ports[0],
        PeerPort = _ports[1],
        Directory = _folder.Path,
        BinDirectory = _folder.File("bin"),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a version on the data.</summary>
    /// <returns>Whether it serves, and still does after a while.</returns>
    public async Task<bool> TryStartAsync(string version, params string[] arguments)
    {
        await StopAsync();
        string peer = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_ports[1]}");
        string client = Endpoint.GetLeftPart(UriPartial.Authority);
        _process = new EtcdServerProcess(await EtcdBinaries.ServerAsync(version));
        _process.Start(
        [
            "--name", "m1", "--data-dir", DataDirectory, "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"m1={peer}", .. arguments,
        ]);
        long started = Stopwatch.GetTimestamp();
        while (_process.IsRunning && !await IsServingAsync())
        {
            if (Stopwatch.GetElapsedTime(started) > StartLimit) return false;
            await Task.Delay(AskInterval, Token);
        }

        started = Stopwatch.GetTimestamp();
        while (_process.IsRunning && Stopwatch.GetElapsedTime(started) < ProofTime) await Task.Delay(AskInterval, Token);
        return _process.IsRunning;
    }

    /// <summary>Starts a version on the data; it must serve.</summary>
    public async Task StartAsync(string version, params string[] arguments) =>
        Assert.True(await TryStartAsync(version, arguments), $"etcd {version} did not start: {Log}");

    /// <summary>Ends the process as a service manager does.</summary>
    public async Task StopAsync()
    {
        if (_process is not null) await _process.TerminateAsync();
    }

    /// <summary>A request of API 2 that etcd may refuse.</summary>
    /// <returns>Whether it was carried out.</returns>
    public async Task<bool> TryV2Async(string path, HttpMethod method, (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(method, Endpoint.GetLeftPart(UriPartial.Authority) + "/v2" + path);
        if (form.Length > 0) request.Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using HttpResponseMessage answer = await _http.SendAsync(request, Token);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>A request of API 2.</summary>
    public async Task<string> V2Async(HttpMethod method, string path, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(method, new Uri(Endpoint, "/v2" + path));
        if (form.Length > 0) request.Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using HttpResponseMessage answer = await _http.SendAsync(request, Token);
        string body = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {body}");
        return body;
    }

    /// <summary>Writes JSON with API 2, as its users and roles need it.</summary>
    public async Task V2JsonAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _http.PutAsync(new Uri(Endpoint, "/v2" + path), content, Token);
        Assert.True(answer.IsSuccessStatusCode, $"PUT {path}: {await answer.Content.ReadAsStringAsync(Token)}");
    }

    /// <summary>Makes a backup in the style of etcd 2 of the stopped member's data.</summary>
    public async Task BackUpAsync(string version, string folder)
    {
        string etcdctl = Path.Combine(Path.GetDirectoryName(await EtcdBinaries.ServerAsync(version))!, "etcdctl"); // its path is full
        var backup = new ProcessCommand(etcdctl, ["backup", "--data-dir", DataDirectory, "--backup-dir", folder])
        {
            Environment = new Dictionary<string, string?> { ["ETCDCTL_API"] = "2" },
        };
        ProcessResult result = await ProcessRunner.RunAsync(backup, Token);
        Assert.True(result.ExitCode == 0, $"backup: {result.Error}");
    }

    /// <summary>A member of its own with a copy of the data.</summary>
    public CarriedMember Copy()
    {
        var copy = new CarriedMember();
        CopyFolder(DataDirectory, copy.DataDirectory);
        // The data names the addresses of the original.
        copy._ports[0] = _ports[0];
        copy._ports[1] = _ports[1];
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.KillAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> IsServingAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri(Endpoint, "/health"), Token);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (string file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (string folder in Directory.GetDirectories(from)) CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
