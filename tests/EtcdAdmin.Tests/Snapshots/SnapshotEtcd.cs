using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>One real etcd member in a folder of its own, driven by the tools of its version.</summary>
internal sealed class SnapshotEtcd : IAsyncDisposable
{
    private readonly string _binaries;
    private readonly Process _process;
    private readonly string _endpoint;

    private SnapshotEtcd(string binaries, string folder, Process process, string endpoint)
    {
        _binaries = binaries;
        Folder = folder;
        _process = process;
        _endpoint = endpoint;
    }

    public string Folder { get; }

    /// <summary>Passed to every call once authentication is on.</summary>
    public string? User { get; set; }

    public string Database => Path.Combine(Folder, "data", "member", "snap", "db");

    public static async Task<SnapshotEtcd> StartAsync(string version, CancellationToken cancellationToken)
    {
        string? binaries = Environment.GetEnvironmentVariable(VariableOf(version));
        Assert.SkipWhen(binaries is null, $"etcd {version} not found: set {VariableOf(version)} to the folder of its binaries.");
        string folder = Directory.CreateTempSubdirectory("etcdadmin-snapshots-").FullName;
        string endpoint = $"http://127.0.0.1:{FreePort()}";
        string peer = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo(Path.Combine(binaries, "etcd"),
        [
            "--data-dir", Path.Combine(folder, "data"), "--name", "n1", "--max-txn-ops", "100000",
            "--listen-client-urls", endpoint, "--advertise-client-urls", endpoint,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"n1={peer}",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!; // null only with UseShellExecute
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var server = new SnapshotEtcd(binaries, folder, process, endpoint);
        await server.WaitUntilReadyAsync(cancellationToken);
        return server;
    }

    /// <summary>Runs etcdctl against the member; fails the test where it fails.</summary>
    public async Task<string> ControlAsync(string[] arguments, Stream? input, CancellationToken cancellationToken)
    {
        string[] user = User is null ? [] : ["--user", User];
        string[] all = ["--endpoints", _endpoint, .. user, .. arguments];
        ProcessResult result = await RunAsync("etcdctl", all, input, cancellationToken);
        Assert.True(result.ExitCode == 0, $"etcdctl {arguments[0]}: {result.Error}");
        return result.Output;
    }

    public Task<string> ControlAsync(string[] arguments, CancellationToken cancellationToken) =>
        ControlAsync(arguments, input: null, cancellationToken);

    /// <summary>Many puts in one transaction.</summary>
    public async Task PutAllAsync(IEnumerable<(string Key, string Value)> pairs, CancellationToken cancellationToken)
    {
        var script = new StringBuilder("\n");
        foreach ((string key, string value) in pairs) script.Append(CultureInfo.InvariantCulture, $"put {key} {value}\n");
        using var input = new MemoryStream(Encoding.ASCII.GetBytes(script.Append("\n\n").ToString()));
        await ControlAsync(["txn"], input, cancellationToken);
    }

    public async Task<string> SaveAsync(string name, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Folder, name + ".db");
        await ControlAsync(["snapshot", "save", path], cancellationToken);
        return path;
    }

    /// <summary>How many keys a client counts, and the revision it is told.</summary>
    public async Task<(long Keys, long Revision)> CountAsync(CancellationToken cancellationToken)
    {
        string fields = await ControlAsync(["get", "", "--prefix", "--limit", "1", "-w", "fields"], cancellationToken);
        return (Field("Count"), Field("Revision"));

        long Field(string name)
        {
            Match match = Regex.Match(fields, $"^\"{name}\" : (\\d+)$", RegexOptions.Multiline);
            return long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What the version's own tool says about a file.</summary>
    public async Task<ToolStatus> StatusAsync(string path, CancellationToken cancellationToken)
    {
        string tool = File.Exists(Path.Combine(_binaries, "etcdutl")) ? "etcdutl" : "etcdctl";
        ProcessResult result = await RunAsync(tool, ["snapshot", "status", path, "-w", "json"], null, cancellationToken);
        Assert.True(result.ExitCode == 0, $"{tool} snapshot status: {result.Error}");
        return JsonSerializer.Deserialize<ToolStatus>(result.Output, JsonSerializerOptions.Web)!; // the tool never prints null
    }

    public Task<ProcessResult> RunAsync(string tool, string[] arguments, Stream? input, CancellationToken cancellationToken) =>
        ProcessRunner.RunAsync(
            new ProcessCommand(Path.Combine(_binaries, tool), arguments)
            {
                StandardInput = input,
                Environment = new Dictionary<string, string?> { ["ETCDCTL_API"] = "3" },
            },
            cancellationToken);

    public async Task StopAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string VariableOf(string version) => "ETCDADMIN_ETCD_" + version.Replace('.', '_');

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        string[] ask = ["--endpoints", _endpoint, "endpoint", "health"];
        while ((await RunAsync("etcdctl", ask, null, cancellationToken)).ExitCode != 0)
        {
            Assert.False(_process.HasExited, "etcd ended instead of starting");
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "etcd was not healthy after 30 s");
            await Task.Delay(50, cancellationToken);
        }
    }
}

/// <summary>The answer of <c>snapshot status -w json</c>.</summary>
internal sealed record ToolStatus(uint Hash, long Revision, long TotalKey, long TotalSize);
