using System.Diagnostics;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Tests.Support;

/// <summary>How a test cluster is made.</summary>
internal sealed record EtcdServerOptions
{
    public int Members { get; init; } = 1;

    /// <summary>TLS towards clients and among members, certificates demanded of both; null serves plain http.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>The names in the certificate shown to clients, where they are not the usual ones.</summary>
    public string[]? ServerNames { get; init; }

    /// <summary>Where a lone member listens for clients too.</summary>
    public string[] ExtraClientUrls { get; init; } = [];

    /// <summary>How long the certificates are valid that are shown to clients, where that is not the usual time.</summary>
    public TimeSpan? ServerValidity { get; init; }

    public string[] Arguments { get; init; } = [];
}

/// <summary>Real members in their own processes and folders, on free ports of 127.0.0.1.</summary>
internal sealed class EtcdServer : IAsyncDisposable
{
    // Several members of several tests start at once on slow machines.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(50);

    private readonly TempFolder _folder = new();
    private readonly EtcdServerProcess[] _members;
    private readonly EtcdServerOptions _options;

    private EtcdServer(EtcdBinaries binaries, EtcdServerOptions options)
    {
        Binaries = binaries;
        _options = options;
        _members = [.. Enumerable.Range(0, options.Members).Select(_ => new EtcdServerProcess(binaries.Etcd))];
        string scheme = options.Authority is null ? "http" : "https";
        int[] ports = FreePorts.Take(options.Members * 2);
        Endpoints = [.. ports[..options.Members].Select(port => new Uri($"{scheme}://127.0.0.1:{port}"))];
        PeerUrls = [.. ports[options.Members..].Select(port => $"{scheme}://127.0.0.1:{port}")];
    }

    public EtcdBinaries Binaries { get; }

    public IReadOnlyList<Uri> Endpoints { get; }

    /// <summary>What the members said.</summary>
    public string Log => string.Join('\n', _members.Select(member => member.Log));

    /// <summary>Goes with the server; tests may put files there.</summary>
    public string Folder => _folder.Path;

    private IReadOnlyList<string> PeerUrls { get; }

    /// <summary>Starts all members and waits until each answers.</summary>
    public static async Task<EtcdServer> StartAsync(string version, EtcdServerOptions? options = null)
    {
        var server = new EtcdServer(await EtcdBinaries.GetAsync(version), options ?? new EtcdServerOptions());
        try
        {
            for (int i = 0; i < server._members.Length; i++) await server.LaunchAsync(i);
            for (int i = 0; i < server._members.Length; i++) await server.WaitUntilServingAsync(i);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a member keeps its data.</summary>
    public string DataDirectory(int member) => _folder.File(NameOf(member));

    /// <summary>An endpoint as etcd's own tools take it.</summary>
    public string Url(int member) => Endpoints[member].GetLeftPart(UriPartial.Authority);

    /// <summary>A client to all members.</summary>
    public EtcdClient Connect(Func<EtcdClientOptions, EtcdClientOptions>? change = null)
    {
        var options = new EtcdClientOptions { Endpoints = Endpoints, Tls = _options.Authority?.ClientTls() };
        return new EtcdClient(change?.Invoke(options) ?? options);
    }

    /// <summary>Ends a member like kill -9.</summary>
    public Task KillAsync(int member) => _members[member].KillAsync();

    /// <summary>Ends a member as a service manager does.</summary>
    public Task TerminateAsync(int member) => _members[member].TerminateAsync();

    /// <summary>Ends all members; their data stays.</summary>
    public async Task StopAsync()
    {
        foreach (EtcdServerProcess member in _members) await member.KillAsync();
    }

    /// <summary>Starts a member that was killed, on its old data, and waits until it answers.</summary>
    public async Task RestartAsync(int member)
    {
        await KillAsync(member);
        await LaunchAsync(member);
        await WaitUntilServingAsync(member);
    }

    /// <summary>Gives the test that just failed the members' logs.</summary>
    public void AttachLogsIfFailed()
    {
        if (TestContext.Current.TestState?.Result != TestResult.Failed) return;
        for (int i = 0; i < _members.Length; i++) TestContext.Current.AddAttachment($"etcd-{NameOf(i)}.log", _members[i].Log);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        AttachLogsIfFailed();
        _folder.Dispose();
    }

    private static string NameOf(int member) => $"m{member}";

    private async Task LaunchAsync(int member)
    {
        string[] security = _options.Authority is { } authority ? await WriteCertificatesAsync(authority, member) : [];
        _members[member].Start(
        [
            "--name", NameOf(member), "--data-dir", DataDirectory(member),
            "--listen-client-urls", string.Join(',', [Url(member), .. _options.ExtraClientUrls]), "--advertise-client-urls", Url(member),
            "--listen-peer-urls", PeerUrls[member], "--initial-advertise-peer-urls", PeerUrls[member],
            "--initial-cluster", string.Join(',', PeerUrls.Select((url, i) => $"{NameOf(i)}={url}")),
            .. security, .. _options.Arguments,
        ]);
    }

    private async Task WaitUntilServingAsync(int member)
    {
        using EtcdClient client = Connect(options => options with { Endpoints = [Endpoints[member]], CallTimeout = TimeSpan.FromSeconds(2) });
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                // Any answer will do: a cluster that authenticates refuses, but it is there. No test's token: others may share the server.
                await client.Kv.GetAsync("/health", CancellationToken.None);
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
            catch (EtcdRpcException e) when (Stopwatch.GetElapsedTime(started) > StartTimeout || !_members[member].IsRunning)
            {
                throw new InvalidOperationException($"etcd did not start: {e.Message}{Environment.NewLine}{_members[member].Log}", e);
            }
            catch (EtcdRpcException)
            {
                await Task.Delay(AskInterval, CancellationToken.None);
            }
        }
    }

    private async Task<string[]> WriteCertificatesAsync(CertificateAuthority authority, int member)
    {
        string ca = _folder.File("ca.crt");
        await PemFile.WriteCertificateAsync(ca, authority.CertificatePem, CancellationToken.None);
        CertificateSpec server = CertificateSpec.Server(NameOf(member), _options.ServerNames ?? ["127.0.0.1"]);
        if (_options.ServerNames is not null) server = server with { IncludeLocalhost = false };
        if (_options.ServerValidity is { } validity) server = server with { Validity = validity };
        (string serverFile, string serverKey) = await WriteAsync(authority, server);
        (string peerFile, string peerKey) = await WriteAsync(authority, CertificateSpec.Peer(NameOf(member), "127.0.0.1"));
        return
        [
            "--client-cert-auth", "--trusted-ca-file", ca, "--cert-file", serverFile, "--key-file", serverKey,
            "--peer-client-cert-auth", "--peer-trusted-ca-file", ca, "--peer-cert-file", peerFile, "--peer-key-file", peerKey,
        ];
    }

    private async Task<(string Certificate, string Key)> WriteAsync(CertificateAuthority authority, CertificateSpec spec)
    {
        IssuedCertificate issued = authority.Issue(spec);
        string path = _folder.File($"{spec.CommonName}-{spec.Profile}");
        await PemFile.WriteKeyAsync(path + ".key", issued.KeyPem, CancellationToken.None);
        await PemFile.WriteCertificateAsync(path + ".crt", issued.CertificatePem, CancellationToken.None);
        return (path + ".crt", path + ".key");
    }
}
