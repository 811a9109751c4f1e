using System.Collections;
using System.Text.Json;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Files;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Files;

public sealed class ClusterFileTests : IDisposable
{
    private const string Yaml = """
        Name: prod
        version: 3.10        # not 3.1
        package: ./etcd.tar.gz
        tls: true
        keyAlgorithm: ecdsap384
        certificateAuthority: pki/ca.crt
        certificateAuthorityKey: /safe/ca.key
        separatePeerAuthority: true
        peerCertificateAuthority: pki/peer-ca.crt
        peerCertificateAuthorityKey: /safe/peer-ca.key
        userName: ops
        port: 22
        keyFilePath: keys/id
        options: { ProxyJump: bastion, Compression: true, ServerAliveInterval: 5 }
        connectingTimeout: 1m30s
        sshTransport: SshNet
        clientPort: 2379
        peerPort: 2380
        bindAddress: '::'
        tuning: &tuning
          heartbeatInterval: 500ms
          electionTimeout: 00:00:05
          snapshotCount: 10000
          quotaBytes: 2GB
          autoCompactionMode: Periodic
          autoCompactionRetention: 8h
          cipherSuites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
          metricsUrls: http://127.0.0.1:9100
          extra: { max-request-bytes: 4194304, log-level: "debug", flag: false, ratio: 0.5, list: [a, 1], empty: }
        hosts:
          - n1
          - hostName: root@n2:2222
            name: two
            address: 10.0.0.2
            bindAddress: 0.0.0.0
            clientPort: 2479
            peerPort: 2480
            userName: root
            port: 2222
            keyFilePath: /keys/two
            options: { ForwardAgent: no }
            dataDevice: /dev/vdb
            fileSystem: XFS
            dataDirectory: /data
            walDirectory: /wal
        """;

    private const string Json = """
        {
          "name": "prod", "version": 3.10, "package": "etcd.tar.gz", "TLS": true, "keyAlgorithm": "EcdsaP384", "userName": "ops",
          "certificateAuthority": "./pki/ca.crt", "certificateAuthorityKey": "/safe/ca.key",
          "separatePeerAuthority": true, "peerCertificateAuthority": "pki/peer-ca.crt", "peerCertificateAuthorityKey": "/safe/peer-ca.key",
          "port": 22, "keyFilePath": "./keys/id", // a comment
          "options": { "ServerAliveInterval": 5, "ProxyJump": "bastion", "Compression": "yes" },
          "connectingTimeout": "90s", "sshTransport": "SshNet", "clientPort": 2379, "peerPort": 2380, "bindAddress": "::",
          "tuning": {
            "heartbeatInterval": "0.5s", "electionTimeout": "5s", "snapshotCount": 10000, "quotaBytes": 2147483648,
            "autoCompactionMode": "periodic", "autoCompactionRetention": "8h",
            "cipherSuites": ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"], "metricsUrls": ["http://127.0.0.1:9100"],
            "extra": { "max-request-bytes": 4194304, "log-level": "debug", "flag": false, "ratio": 0.5, "list": ["a", 1], "empty": null },
          },
          "hosts": ["n1", {
            "hostName": "root@n2:2222", "name": "two", "address": "10.0.0.2", "bindAddress": "0.0.0.0", "clientPort": 2479, "peerPort": 2480,
            "userName": "root", "port": 2222, "keyFilePath": "/keys/two", "options": { "ForwardAgent": "no" }, "dataDevice": "/dev/vdb",
            "fileSystem": "xfs", "dataDirectory": "/data", "walDirectory": "/wal",
          }],
        }
        """;

    private readonly TempFolder _temp = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task ReadAsync_Yaml_ReadsEveryKey()
    {
        ClusterFile file = await ReadAsync("cluster.yaml", Yaml);

        Assert.Equal(("prod", "3.10", true, KeyAlgorithm.EcdsaP384), (file.Name, file.Version, file.Tls, file.KeyAlgorithm));
        Assert.Equal((_temp.File("pki/ca.crt"), "/safe/ca.key"), (file.CertificateAuthority, file.CertificateAuthorityKey));
        Assert.Equal((true, _temp.File("pki/peer-ca.crt"), "/safe/peer-ca.key"),
            (file.SeparatePeerAuthority, file.PeerCertificateAuthority, file.PeerCertificateAuthorityKey));
        Assert.Equal((_temp.File("etcd.tar.gz"), _temp.File("keys/id")), (file.Package, file.KeyFilePath));
        Assert.Equal(("ops", 22, TimeSpan.FromSeconds(90)), (file.UserName, file.Port, file.ConnectingTimeout));
        Assert.Equal(SshTransport.SshNet, file.SshTransport);
        Assert.Equal((2379, 2380, "::"), (file.ClientPort, file.PeerPort, file.BindAddress));
        Assert.Equal(
            "Compression=yes ProxyJump=bastion ServerAliveInterval=5", string.Join(' ', (file.Options ?? Empty).Select(o => $"{o.Key}={o.Value}")));
        EtcdTuning tuning = file.Tuning;
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5)), (tuning.HeartbeatInterval, tuning.ElectionTimeout));
        Assert.Equal((10_000, 2L << 30, "periodic", "8h"),
            (tuning.SnapshotCount, tuning.QuotaBytes, tuning.AutoCompactionMode, tuning.AutoCompactionRetention));
        Assert.Equal([new Uri("http://127.0.0.1:9100")], tuning.MetricsUrls);
        Assert.Equal("""{"empty":null,"flag":false,"list":["a",1],"log-level":"debug","max-request-bytes":4194304,"ratio":0.5}""",
            JsonSerializer.Serialize(tuning.Extra));
        Assert.Equal(new ClusterFileHost { HostName = "n1" }, file.Hosts[0]);
        ClusterFileHost two = file.Hosts[1];
        Assert.Equal(("root@n2:2222", "two", "10.0.0.2", "0.0.0.0"), (two.HostName, two.Name, two.Address, two.BindAddress));
        Assert.Equal((2479, 2480, "root", 2222, "/keys/two"), (two.ClientPort, two.PeerPort, two.UserName, two.Port, two.KeyFilePath));
        Assert.Equal(("/dev/vdb", "xfs", "/data", "/wal"), (two.DataDevice, two.FileSystem, two.DataDirectory, two.WalDirectory));
        Assert.Equal("no", two.Options?["forwardagent"]);
    }

    [Fact]
    public async Task ReadAsync_SameClusterAsYamlJsonAndTree_IsTheSame()
    {
        ClusterFile yaml = await ReadAsync("cluster.yml", Yaml);
        ClusterFile json = await ReadAsync("cluster.json", Json);
        ClusterFile tree = ClusterFile.From(Tree(), _temp.File("cluster.psd1"));

        Assert.Equal(JsonSerializer.Serialize(yaml), JsonSerializer.Serialize(json));
        Assert.Equal(JsonSerializer.Serialize(yaml), JsonSerializer.Serialize(tree));
    }

    [Fact]
    public async Task ReadAsync_Yaml_KnowsEverySettingOfEtcdTuning()
    {
        ClusterFile file = await ReadAsync("cluster.yaml", Yaml);

        Assert.All(typeof(EtcdTuning).GetProperties(), p => Assert.True(p.GetValue(file.Tuning) is not null, p.Name));
        ClusterFile signed = await ReadAsync("signed.yaml", "name: a\nhosts: [n1]\ncertificateAuthority: ca.crt\ncertificatePath: signed");
        Assert.Equal(_temp.File("signed"), signed.CertificatePath); // not together with the key of the authority
        Assert.All(
            typeof(ClusterFile).GetProperties().Where(p => p.Name != nameof(ClusterFile.CertificatePath)),
            p => Assert.True(p.GetValue(file) is not null, p.Name));
        Assert.All(typeof(ClusterFileHost).GetProperties(), p => Assert.True(p.GetValue(file.Hosts[1]) is not null, p.Name));
    }

    [Fact]
    public async Task ReadAsync_Sample_IsValidAndTheTopicNamesEveryKey()
    {
        string topic = await File.ReadAllTextAsync(Repository.PathOf("docs", "en-US", "about_EtcdClusterFile.help.txt"), Cancel);

        ClusterFile sample = await ClusterFile.ReadAsync(Repository.PathOf("samples", "cluster.yaml"), Cancel);

        Assert.Equal(("prod", 3), (sample.Name, sample.Hosts.Count));
        Assert.All(new[] { typeof(ClusterFile), typeof(ClusterFileHost), typeof(EtcdTuning) }.SelectMany(t => t.GetProperties()),
            p => Assert.Matches($"(?m)^    {JsonNamingPolicy.CamelCase.ConvertName(p.Name)}( |$)", topic));
    }

    [Fact]
    public async Task ReadAsync_AliasInYaml_StandsForItsAnchor()
    {
        ClusterFile file = await ReadAsync("c.yaml", "name: a\nhosts: [{hostName: n1, options: &o {A: b}}, {hostName: n2, options: *o}]");

        Assert.Equal("b", file.Hosts[1].Options?["A"]);
    }

    private static IReadOnlyDictionary<string, string> Empty => new Dictionary<string, string>();

    private static Hashtable Tree() => new()
    {
        ["NAME"] = "prod",
        ["version"] = "3.10",
        ["package"] = "etcd.tar.gz",
        ["tls"] = true,
        ["keyAlgorithm"] = "EcdsaP384",
        ["certificateAuthority"] = "pki/ca.crt",
        ["certificateAuthorityKey"] = "/safe/ca.key",
        ["separatePeerAuthority"] = true,
        ["peerCertificateAuthority"] = "pki/peer-ca.crt",
        ["peerCertificateAuthorityKey"] = "/safe/peer-ca.key",
        ["userName"] = "ops",
        ["port"] = 22,
        ["keyFilePath"] = "keys/id",
        ["options"] = new Hashtable { ["ProxyJump"] = "bastion", ["Compression"] = true, ["ServerAliveInterval"] = 5 },
        ["connectingTimeout"] = TimeSpan.FromSeconds(90),
        ["sshTransport"] = "SshNet",
        ["clientPort"] = 2379,
        ["peerPort"] = 2380,
        ["bindAddress"] = "::",
        ["tuning"] = new Hashtable
        {
            ["heartbeatInterval"] = "500ms",
            ["electionTimeout"] = "00:00:05",
            ["snapshotCount"] = 10_000,
            ["quotaBytes"] = 2147483648L,
            ["autoCompactionMode"] = "periodic",
            ["autoCompactionRetention"] = "8h",
            ["cipherSuites"] = new object[] { "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
            ["metricsUrls"] = new object[] { "http://127.0.0.1:9100" },
            ["extra"] = new Hashtable
            {
                ["max-request-bytes"] = 4194304,
                ["log-level"] = "debug",
                ["flag"] = false,
                ["ratio"] = 0.5,
                ["list"] = new object[] { "a", 1 },
                ["empty"] = null,
            },
        },
        ["hosts"] = new object[]
        {
            "n1",
            new Hashtable
            {
                ["hostName"] = "root@n2:2222",
                ["name"] = "two",
                ["address"] = "10.0.0.2",
                ["bindAddress"] = "0.0.0.0",
                ["clientPort"] = 2479,
                ["peerPort"] = "2480",
                ["userName"] = "root",
                ["port"] = 2222,
                ["keyFilePath"] = "/keys/two",
                ["options"] = new Hashtable { ["ForwardAgent"] = false },
                ["dataDevice"] = "/dev/vdb",
                ["fileSystem"] = "xfs",
                ["dataDirectory"] = "/data",
                ["walDirectory"] = "/wal",
            },
        },
    };

    private async Task<ClusterFile> ReadAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_temp.File(name), text, Cancel);
        return await ClusterFile.ReadAsync(_temp.File(name), Cancel);
    }
}
