using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

/// <summary>One etcd whose certificate is changed between tests: etcd reads its files anew for every connection.</summary>
public sealed class SwapServer : IAsyncLifetime, IDisposable
{
    private readonly TestCertificate _root = new(TestCertificate.Root("clients' root"));
    private EtcdServer? _server;
    private CertificateAuthority? _authority;

    /// <summary>The authority that the server trusts for clients; it may have others below it.</summary>
    internal TestCertificate Root => _root;

    internal EtcdServer Server => _server!; // set before every test

    public async ValueTask InitializeAsync()
    {
        _authority = CertificateAuthority.Load(_root.Pem, _root.KeyPem);
        _server = await EtcdServer.StartAsync("3.5", new EtcdServerOptions { Authority = _authority });
    }

    /// <summary>From the next connection on the server shows these.</summary>
    internal void Show(params TestCertificate[] certificates)
    {
        File.WriteAllText(Server.Folder + "/m0-Server.crt", string.Concat(certificates.Select(certificate => certificate.Pem)));
        File.WriteAllText(Server.Folder + "/m0-Server.key", certificates[0].KeyPem);
    }

    /// <summary>Reads a key with files as an operator has them.</summary>
    internal async Task<EtcdRpcException?> AskAsync(string ca, string certificate, string key, TimeProvider? clock = null)
    {
        var sources = new EtcdTlsSources("my/ca.crt", "my/client.crt", "my/client.key");
        using var client = new EtcdClient(new EtcdClientOptions
        {
            Endpoints = Server.Endpoints,
            Tls = EtcdTls.FromPem(ca, certificate, key, sources: sources),
            Retry = false,
            TimeProvider = clock ?? TimeProvider.System,
        });
        try
        {
            await client.Kv.GetAsync("k", TestContext.Current.CancellationToken);
            return null;
        }
        catch (EtcdRpcException e)
        {
            return e;
        }
    }

    /// <summary>The same with etcdctl. It repeats what fails until its time is over, so where that is expected it gets little.</summary>
    internal async Task<(bool Works, string Output)> AskEtcdctlAsync(string ca, string certificate, string key, bool expected)
    {
        foreach ((string name, string text) in new[] { ("ca", ca), ("crt", certificate), ("key", key) })
            await File.WriteAllTextAsync(Server.Folder + "/etcdctl." + name, text, TestContext.Current.CancellationToken);
        string limit = string.Create(CultureInfo.InvariantCulture, $"{(expected ? 10000 : 500)}ms");
        ProcessResult result = await EtcdBinaries.RunAsync(Server.Binaries.Etcdctl,
            [
                "--endpoints", Server.Url(0), "--cacert", Server.Folder + "/etcdctl.ca", "--cert", Server.Folder + "/etcdctl.crt",
                "--key", Server.Folder + "/etcdctl.key", "--command-timeout", limit, "--dial-timeout", limit, "get", "k",
            ], input: null, TestContext.Current.CancellationToken);
        return (result.ExitCode == 0, result.Output + result.Error);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server) await server.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        _authority?.Dispose();
        _root.Dispose();
    }
}
