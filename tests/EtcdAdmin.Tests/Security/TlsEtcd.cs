using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdAdmin.Security;

namespace EtcdAdmin.Tests.Security;

/// <summary>A real etcd cluster with TLS both ways, towards clients and among its members, on certificates of ours.</summary>
internal sealed class TlsEtcd : IAsyncDisposable
{
    private readonly List<Process> _processes = [];
    private readonly StringBuilder _log = new();
    private readonly string _folder;

    private TlsEtcd(string binaries, string folder)
    {
        Binaries = binaries;
        _folder = folder;
    }

    /// <summary>The folder of etcd and etcdctl.</summary>
    public string Binaries { get; }

    public CertificateAuthority Authority { get; } = CertificateAuthority.Create("test CA");

    public IReadOnlyList<Uri> Endpoints { get; private set; } = [];

    /// <summary>What the members said; for messages and for looking up complaints.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <param name="version">As in the environment variable: <c>3_5</c>.</param>
    /// <param name="size">Members.</param>
    /// <param name="folder">For their data and certificates.</param>
    /// <param name="cancellationToken">Ends the waiting for health.</param>
    public static async Task<TlsEtcd> StartAsync(string version, int size, string folder, CancellationToken cancellationToken)
    {
        string variable = $"ETCDADMIN_ETCD_{version}";
        string? binaries = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(
            string.IsNullOrEmpty(binaries), $"etcd {version.Replace('_', '.')} not found: set {variable} to the folder of its binaries.");
        var cluster = new TlsEtcd(binaries, folder);
        try
        {
            await cluster.StartMembersAsync(size, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that trusts the authority alone and shows a certificate of its.</summary>
    public HttpClient CreateHttpClient()
    {
        IssuedCertificate issued = Authority.Issue(CertificateSpec.Client("tester"));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(Authority.CertificatePem));
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = policy,
                ClientCertificates = [X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem)],
            },
        })
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
            process.Dispose();
        }

        Authority.Dispose();
    }

    private async Task StartMembersAsync(int size, CancellationToken cancellationToken)
    {
        int[] ports = FreePorts(2 * size);
        Endpoints = [.. ports.Take(size).Select(port => new Uri($"https://127.0.0.1:{port}"))];
        string[] peers = [.. ports.Skip(size).Select(port => $"https://127.0.0.1:{port}")];
        string initialCluster = string.Join(',', peers.Select((url, index) => $"n{index + 1}={url}"));
        string ca = Path.Combine(_folder, "ca.crt");
        await PemFile.WriteCertificateAsync(ca, Authority.CertificatePem, cancellationToken);
        for (int index = 0; index < size; index++)
        {
            string name = $"n{index + 1}";
            string client = Endpoints[index].GetLeftPart(UriPartial.Authority);
            (string serverCrt, string serverKey) = await WriteAsync(CertificateSpec.Server(name, "127.0.0.1"), cancellationToken);
            (string peerCrt, string peerKey) = await WriteAsync(CertificateSpec.Peer(name, "127.0.0.1"), cancellationToken);
            Start(
                "--name", name, "--data-dir", Path.Combine(_folder, name),
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peers[index], "--initial-advertise-peer-urls", peers[index],
                "--initial-cluster", initialCluster, "--initial-cluster-token", "security-tests",
                "--client-cert-auth", "--trusted-ca-file", ca, "--cert-file", serverCrt, "--key-file", serverKey,
                "--peer-client-cert-auth", "--peer-trusted-ca-file", ca, "--peer-cert-file", peerCrt, "--peer-key-file", peerKey);
        }

        await WaitUntilHealthyAsync(cancellationToken);
    }

    private async Task<(string Certificate, string Key)> WriteAsync(CertificateSpec spec, CancellationToken cancellationToken)
    {
        IssuedCertificate issued = Authority.Issue(spec);
        string path = Path.Combine(_folder, $"{spec.CommonName}-{spec.Profile}");
        await PemFile.WriteKeyAsync(path + ".key", issued.KeyPem, cancellationToken);
        await PemFile.WriteCertificateAsync(path + ".crt", issued.CertificatePem, cancellationToken);
        return (path + ".crt", path + ".key");
    }

    private void Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Binaries, "etcd"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!; // null only with UseShellExecute
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private void Append(string? line)
    {
        lock (_log) _log.AppendLine(line);
    }

    private async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        using HttpClient http = CreateHttpClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        foreach (Uri endpoint in Endpoints)
        {
            while (!await IsHealthyAsync(http, endpoint, deadline.Token))
            {
                if (deadline.IsCancellationRequested || _processes.Exists(process => process.HasExited))
                {
                    Assert.Fail($"{endpoint} did not become healthy. The members said:\n{Log}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static async Task<bool> IsHealthyAsync(HttpClient http, Uri endpoint, CancellationToken cancellationToken)
    {
        try
        {
            string answer = await http.GetStringAsync(new Uri(endpoint, "/health"), cancellationToken);
            return answer.Contains("\"true\"", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners) listener.Dispose();
        return ports;
    }
}
