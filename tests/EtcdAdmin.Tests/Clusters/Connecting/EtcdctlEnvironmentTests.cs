using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Clusters.Connecting;

/// <summary>etcdctl's variables: understood, or refused by name; never passed over on the way to this machine's own etcd.</summary>
public sealed class EtcdctlEnvironmentTests : IAsyncDisposable
{
    private readonly LocalLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("ETCDCTL_ENDPOINTS=n1:2379,n2:2379", "http://n1:2379 http://n2:2379")]
    [InlineData("ETCDCTL_ENDPOINT=http://n1:4001", "http://n1:4001")]
    [InlineData("ETCDCTL_PEERS=n1:2379, n2:2379", "http://n1:2379 http://n2:2379")]
    [InlineData("ETCDCTL_PEERS=n3:2379 ETCDCTL_ENDPOINT=n2:2379 ETCDCTL_ENDPOINTS=n1:2379", "http://n1:2379")]
    [InlineData("ETCDCTL_PEERS=n3:2379 ETCDCTL_ENDPOINT=n2:2379", "http://n2:2379")]
    [InlineData("ETCDCTL_API=2 ETCDCTL_DIAL_TIMEOUT=3s ETCDCTL_WRITE_OUT=json ETCDCTL_NO_SYNC=1", "http://127.0.0.1:2379")]
    [InlineData("ETCDCTL_INSECURE_TRANSPORT=false ETCDCTL_ENDPOINTS=n1:2379", "https://n1:2379")]
    [InlineData("ETCDCTL_INSECURE_TRANSPORT=true ETCDCTL_ENDPOINTS=n1:2379", "http://n1:2379")]
    [InlineData("ETCDCTL_INSECURE_SKIP_TLS_VERIFY=false ETCDCTL_ENDPOINTS=n1:2379", "http://n1:2379")]
    [InlineData("ETCDCTL_DISCOVERY_SRV_NAME=a ETCDCTL_INSECURE_DISCOVERY=1 ETCDCTL_ENDPOINTS=n1:2379", "http://n1:2379")]
    public async Task DescribeAsync_VariablesOfEitherApi_GiveTheEndpoints(string variables, string expected)
    {
        EtcdCluster cluster = await DescribeAsync(variables);

        Assert.Equal(expected.Split(' '), cluster.Endpoints.Select(EndpointUrl.Show));
    }

    [Theory]
    [InlineData("ETCDCTL_DISCOVERY_SRV=example.com", "ETCDCTL_DISCOVERY_SRV", "_etcd-client-ssl._tcp.example.com")]
    [InlineData("ETCDCTL_DISCOVERY_SRV=example.com ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_DISCOVERY_SRV", "endpoints as arguments")]
    [InlineData("ETCDCTL_INSECURE_SKIP_TLS_VERIFY=true ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_INSECURE_SKIP_TLS_VERIFY", "-CaFile")]
    [InlineData("ETCDCTL_AUTH_JWT_TOKEN=x ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_AUTH_JWT_TOKEN", "-Credential")]
    [InlineData("ETCDCTL_ENDPIONTS=n1:2379", "ETCDCTL_ENDPIONTS", "Set ETCDCTL_ENDPOINTS instead")]
    [InlineData("ETCDCTL_PEER=n1:2379", "ETCDCTL_PEER", "Set ETCDCTL_ENDPOINTS instead")]
    [InlineData("etcdctl_endpoints=n1:2379", "etcdctl_endpoints", "Set ETCDCTL_ENDPOINTS instead")]
    [InlineData("ETCDCTL_CA_CERT=ca.crt ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_CA_CERT", "Set ETCDCTL_CACERT instead")]
    [InlineData("ETCDCTL_CERTFILE=a.crt ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_CERTFILE", "Set ETCDCTL_CERT instead")]
    [InlineData("ETCDCTL_USERS=a:b ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_USERS", "Set ETCDCTL_USER instead")]
    [InlineData("ETCDCTL_HOSTS=n1:2379", "ETCDCTL_HOSTS", "set ETCDCTL_ENDPOINTS")]
    [InlineData("ETCDCTL_USER=ann ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_USER", "name:password")]
    [InlineData("ETCDCTL_USERNAME=ann", "ETCDCTL_USERNAME", "name:password")]
    [InlineData("ETCDCTL_ENDPOINTS=,", "ETCDCTL_ENDPOINTS", "endpoint like")]
    [InlineData("ETCDCTL_ENDPOINT=::1:2379", "ETCDCTL_ENDPOINT", "[::1]:2379")]
    public async Task DescribeAsync_VariablesThatWouldBePassedOver_AreRefusedByName(string variables, string target, string nextStep)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => DescribeAsync(variables));

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.Equal(target, error.Target);
        Assert.Contains(target, error.Message, StringComparison.Ordinal);
        Assert.Contains(nextStep, error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DescribeAsync_VariableWithACertificateWithoutItsKey_NamesTheVariableOfTheKey()
    {
        using var folder = new TempFolder();
        using var authority = CertificateAuthority.Create("demo CA");
        string path = folder.File("a.crt");
        await File.WriteAllTextAsync(path, authority.Issue(CertificateSpec.Client("a")).CertificatePem, TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<EtcdException>(() => DescribeAsync($"ETCDCTL_CERT={path} ETCDCTL_ENDPOINTS=n1:2379"));

        Assert.Equal((EtcdErrorIds.SpecInvalid, path), (error.ErrorId, error.Target));
        Assert.Contains("ETCDCTL_KEY", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ETCDCTL_USER=ann:pass:word", "ann", "pass:word")]
    [InlineData("ETCDCTL_USER=ann ETCDCTL_PASSWORD=x:y", "ann", "x:y")]
    [InlineData("ETCDCTL_USERNAME=ann:secret", "ann", "secret")]
    [InlineData("ETCDCTL_PASSWORD=alone", null, null)]
    public async Task DescribeAsync_UserVariables_GiveTheCredential(string variables, string? user, string? password)
    {
        EtcdCluster cluster = await DescribeAsync(variables);

        Assert.Equal(user is null || password is null ? null : new EtcdCredential(user, password), cluster.Credential);
    }

    [Fact]
    public async Task DescribeAsync_EverythingGiven_NeedsNoVariable()
    {
        const string Variables = "ETCDCTL_ENDPIONTS=x ETCDCTL_DISCOVERY_SRV=y ETCDCTL_USER=ann ETCDCTL_SERVICE_HOST=10.0.0.1";

        EtcdCluster cluster = await DescribeAsync(
            Variables, new ConnectRequest { Endpoints = ["n1:2379,n2:2379"], Credential = new EtcdCredential("bob", "p") });

        Assert.Equal(["http://n1:2379", "http://n2:2379"], cluster.Endpoints.Select(EndpointUrl.Show));
        Assert.Equal("bob", cluster.Credential?.UserName);
    }

    [Fact]
    public async Task DescribeAsync_FileVariablesOfTheV2Api_AreRead()
    {
        using var mine = new TestCertificate(new TestCertificateSpec("me"));
        (string ca, string certificate, string key) = (Path.Combine(_lab.Path, "ca"), Path.Combine(_lab.Path, "crt"), Path.Combine(_lab.Path, "key"));
        await File.WriteAllTextAsync(ca, mine.Pem, Token);
        await File.WriteAllTextAsync(certificate, mine.Pem, Token);
        await File.WriteAllTextAsync(key, mine.KeyPem, Token);

        EtcdCluster cluster = await DescribeAsync(
            $"ETCDCTL_CA_FILE={ca} ETCDCTL_CERT_FILE={certificate} ETCDCTL_KEY_FILE={key} ETCDCTL_ENDPOINT=n1:2379");

        Assert.Equal("https://n1:2379", EndpointUrl.Show(Assert.Single(cluster.Endpoints)));
        Assert.Equal(new ClusterTls(mine.Pem, mine.Pem) { KeyPem = mine.KeyPem, Sources = new EtcdTlsSources(ca, certificate, key) }, cluster.Tls);
    }

    [Theory]
    [InlineData("ETCDCTL_CACERT=pki/no.crt ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_CACERT")]
    [InlineData("ETCDCTL_CA_FILE=pki/no.crt ETCDCTL_INSECURE_TRANSPORT=false ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_CA_FILE")]
    [InlineData("ETCDCTL_CERT=pki/no.crt ETCDCTL_KEY_FILE=pki/me.key ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_CERT")]
    [InlineData("ETCDCTL_CERT=pki/me.crt ETCDCTL_KEY_FILE=pki/no.crt ETCDCTL_ENDPOINTS=n1:2379", "ETCDCTL_KEY_FILE")]
    public async Task DescribeAsync_RelativePaths_CountFromTheShellsFolder(string variables, string culprit)
    {
        using var mine = new TestCertificate(new TestCertificateSpec("me"));
        Directory.CreateDirectory(Path.Combine(_lab.Path, "pki"));
        await File.WriteAllTextAsync(Path.Combine(_lab.Path, "pki", "me.crt"), mine.Pem, Token);
        await File.WriteAllTextAsync(Path.Combine(_lab.Path, "pki", "me.key"), mine.KeyPem, Token);
        var there = new ConnectRequest { Folder = _lab.Path };

        EtcdCluster cluster = await DescribeAsync(
            "ETCDCTL_CACERT=pki/me.crt ETCDCTL_CERT=pki/me.crt ETCDCTL_KEY=pki/me.key ETCDCTL_ENDPOINTS=n1:2379", there);
        var error = await Assert.ThrowsAsync<EtcdException>(() => DescribeAsync(variables, there));

        Assert.Equal(mine.KeyPem, cluster.Tls?.KeyPem);
        string path = Path.Combine(_lab.Path, "pki/no.crt");
        Assert.Equal((EtcdErrorIds.CertificateInvalid, path), (error.ErrorId, error.Target));
        Assert.Equal($"{culprit}: '{path}' cannot be used: the file does not exist.", error.Message);
        Assert.Contains("Check the path", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    [Etcd37Data("3.7")]
    public async Task All_GlobalFlagsOfEtcdctl_AreKnown(string version)
    {
        // From 3.7 on, the help does not list them.
        string list = EtcdBinaries.IsAtLeast(version, "3.7") ? "options" : "--help";
        ProcessResult help = await EtcdBinaries.RunAsync((await EtcdBinaries.GetAsync(version)).Etcdctl, [list], input: null, Token);

        string[] flags = [.. System.Text.RegularExpressions.Regex.Matches(
            help.Output, "^ +(?:-[a-z], )?--([a-z-]+)", System.Text.RegularExpressions.RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).Where(flag => flag is not "help" and not "version")];
        Assert.True(flags.Length > 10, help.Output);
        Assert.All(flags, flag => Assert.NotNull(EtcdctlVariable.Find("ETCDCTL_" + flag.Replace('-', '_').ToUpperInvariant())));
    }

    private Task<EtcdCluster> DescribeAsync(string variables, ConnectRequest? request = null)
    {
        // A blank within a value is kept: only what looks like a variable begins a new one.
        Dictionary<string, string> set = System.Text.RegularExpressions.Regex.Split(variables, " (?=[A-Za-z_]+=)")
            .Select(text => text.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        return new ClusterConnector(_lab.Context).DescribeAsync(request ?? new ConnectRequest(), new EtcdctlEnvironment(set), Token);
    }
}
