using System.Diagnostics;
using System.Net;
using System.Text;
using EtcdAdmin.Client;

namespace EtcdAdmin.Tests.Support;

/// <summary>How a test cluster is made.</summary>
internal sealed record EtcdServerOptions
{
    public int Members { get; init; } = 1;

    /// <summary>TLS on the client side, client certificates demanded; null serves plain http.</summary>
    public TestCertificates? Tls { get; init; }

    /// <summary>The names in the server certificate, where they are not the usual ones.</summary>
    public string[]? ServerNames { get; init; }

    public string[] Arguments { get; init; } = [];
}

/// <summary>Real members in their own processes and folders, on free ports of 127.0.0.1.</summary>
internal sealed class EtcdServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("etcdadmin-test-").FullName;
    private readonly Process?[] _processes;
    private readonly StringBuilder[] _logs;
    private readonly int[] _ports;
    private readonly EtcdServerOptions _options;

    private EtcdServer(EtcdBinaries binaries, EtcdServerOptions options)
    {
        Binaries = binaries;
        _options = options;
        _ports = FreePorts.Take(options.Members * 2);
        _processes = new Process?[options.Members];
        _logs = [.. Enumerable.Range(0, options.Members).Select(_ => new StringBuilder())];
        string scheme = options.Tls is null ? "http" : "https";
        Endpoints = [.. Enumerable.Range(0, options.Members).Select(i => new Uri($"{scheme}://127.0.0.1:{_ports[i]}"))];
    }

    public EtcdBinaries Binaries { get; }

    public IReadOnlyList<Uri> Endpoints { get; }

    /// <summary>Starts all members and waits until each answers.</summary>
    public static async Task<EtcdServer> StartAsync(string version, EtcdServerOptions? options = null)
    {
        var server = new EtcdServer(EtcdBinaries.Require(version), options ?? new EtcdServerOptions());
        try
        {
            await server.WriteCertificatesAsync();
            for (int i = 0; i < server._processes.Length; i++) server.Launch(i);
            for (int i = 0; i < server._processes.Length; i++) await server.WaitUntilServingAsync(i);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client to all members.</summary>
    public EtcdClient Connect(Func<EtcdClientOptions, EtcdClientOptions>? change = null)
    {
        var options = new EtcdClientOptions { Endpoints = Endpoints, Tls = _options.Tls?.ClientTls() };
        return new EtcdClient(change?.Invoke(options) ?? options);
    }

    /// <summary>Ends a member like kill -9.</summary>
    public async Task KillAsync(int member)
    {
        if (_processes[member] is not { } process) return;
        _processes[member] = null;
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    /// <summary>Starts a member that was killed, on its old data, and waits until it answers.</summary>
    public async Task RestartAsync(int member)
    {
        await KillAsync(member);
        Launch(member);
        await WaitUntilServingAsync(member);
    }

    /// <summary>Gives the test that just failed the members' logs.</summary>
    public void AttachLogsIfFailed()
    {
        if (TestContext.Current.TestState?.Result != TestResult.Failed) return;
        for (int i = 0; i < _logs.Length; i++) TestContext.Current.AddAttachment($"etcd-m{i}.log", LogOf(i));
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < _processes.Length; i++) await KillAsync(i);
        AttachLogsIfFailed();
        Directory.Delete(_folder, recursive: true);
    }

    private void Launch(int member)
    {
        string peer(int i) => $"http://127.0.0.1:{_ports[_processes.Length + i]}";
        string url = Endpoints[member].GetLeftPart(UriPartial.Authority);
        string[] arguments =
        [
            "--name", $"m{member}", "--data-dir", Path.Combine(_folder, $"m{member}"),
            "--listen-client-urls", url, "--advertise-client-urls", url,
            "--listen-peer-urls", peer(member), "--initial-advertise-peer-urls", peer(member),
            "--initial-cluster", string.Join(',', Enumerable.Range(0, _processes.Length).Select(i => $"m{i}={peer(i)}")),
            .. _options.Tls is null ? Array.Empty<string>() :
            [
                "--cert-file", Path.Combine(_folder, "server.crt"), "--key-file", Path.Combine(_folder, "server.key"),
                "--trusted-ca-file", Path.Combine(_folder, "ca.crt"), "--client-cert-auth",
            ],
            .. _options.Arguments,
        ];
        var start = new ProcessStartInfo(Binaries.Etcd, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!; // null only with UseShellExecute
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (_logs[member]) _logs[member].AppendLine(line.Data);
        };
        process.ErrorDataReceived += keep;
        process.OutputDataReceived += keep;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _processes[member] = process;
    }

    private async Task WaitUntilServingAsync(int member)
    {
        using EtcdClient client = Connect(options => options with { Endpoints = [Endpoints[member]], CallTimeout = TimeSpan.FromSeconds(2) });
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                // Any answer will do: a cluster that authenticates refuses, but it is there.
                await client.Kv.GetAsync("/health", TestContext.Current.CancellationToken);
                return;
            }
            catch (EtcdRpcException e) when (e.Error is EtcdError.UserEmpty or EtcdError.PermissionDenied)
            {
                return;
            }
            catch (EtcdRpcException e) when (_options.ServerNames is not null && e.ErrorId == EtcdErrorIds.TlsFailed)
            {
                return;
            }
            catch (EtcdRpcException e) when (Stopwatch.GetElapsedTime(started) > StartTimeout || _processes[member]!.HasExited)
            {
                throw new InvalidOperationException($"etcd did not start: {e.Message}{Environment.NewLine}{LogOf(member)}", e);
            }
            catch (EtcdRpcException)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    private async Task WriteCertificatesAsync()
    {
        if (_options.Tls is not { } authority) return;
        (string certificate, string key) = authority.Issue("server", _options.ServerNames ?? ["localhost"],
            _options.ServerNames is null ? [IPAddress.Loopback] : null);
        await File.WriteAllTextAsync(Path.Combine(_folder, "server.crt"), certificate);
        await File.WriteAllTextAsync(Path.Combine(_folder, "server.key"), key);
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca.crt"), authority.AuthorityPem);
    }

    private string LogOf(int member)
    {
        lock (_logs[member]) return _logs[member].ToString();
    }
}
