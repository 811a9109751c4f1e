using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Security;

namespace EtcdAdmin.Tests.Support;

/// <summary>
/// etcd on the lab's hosts as others install it: with their files in their places, but not by their tools, which are not at hand. Written from
/// their public descriptions. Everything is removed at the end.
/// </summary>
internal sealed class OtherInstallation : IAsyncDisposable
{
    private const string CleanScript = """
        systemctl stop etcd.service etcd-pod.service own-etcd.service snap.etcd.etcd.service 2>/dev/null
        systemctl disable etcd.service own-etcd.service snap.etcd.etcd.service 2>/dev/null
        rm -rf /snap /var/snap /etc/systemd/system/snap.etcd*
        printf '#!/bin/sh\n' >/tmp/nothing.sh
        for script in prerm postrm; do
            if [ -f /var/lib/dpkg/info/etcd-server.$script ]; then cp /tmp/nothing.sh /var/lib/dpkg/info/etcd-server.$script; chmod 755 /var/lib/dpkg/info/etcd-server.$script; fi
        done
        dpkg --purge etcd-server >/dev/null 2>&1
        rm -rf /etc/systemd/system/etcd* /etc/systemd/system/own-etcd* /etc/systemd/system/multi-user.target.wants/*etcd* /run/systemd/transient/etcd-pod*
        rm -rf /etc/etcd.env /etc/etcd /etc/etcd.before-joining /etc/ssl/etcd /etc/kubernetes /etc/default/etcd /etc/init.d/etcd /etc/rc?.d/*etcd
        rm -rf /var/lib/etcd* /srv/etcd* /opt/etcd /usr/local/bin/etcd* /var/backups/etcd* /usr/lib/systemd/system/etcd.service /var/lib/systemd/deb-systemd-helper-enabled/etcd*
        rm -f /tmp/etcd-server.deb /tmp/nothing.sh
        systemctl daemon-reload
        systemctl reset-failed etcd.service own-etcd.service 2>/dev/null
        userdel etcd 2>/dev/null
        true
        """;

    private readonly HostCluster _hosts;
    private readonly string[] _names;

    private OtherInstallation(HostCluster hosts, string[] names) => (_hosts, _names) = (hosts, names);

    public CertificateAuthority? Authority { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Url(string scheme, string host, int port) => $"{scheme}://{_hosts.Lab[host].Address}:{port}";

    private string InitialCluster(string scheme) => string.Join(',', _names.Select(name => $"{name}={Url(scheme, name, 2380)}"));

    /// <summary>Debian's package etcd-server, with its settings in /etc/default/etcd. Skips if apt has none here.</summary>
    public static async Task<OtherInstallation> DebianAsync(HostCluster hosts, params string[] names)
    {
        using var folder = new TempFolder();
        ProcessResult fetched = await ProcessRunner.RunAsync(
            new ProcessCommand("sh", ["-c", "cd \"$1\" && apt-get download -qq etcd-server", "sh", folder.Path]), Token);
        string? package = Directory.GetFiles(folder.Path, "etcd-server_*.deb").FirstOrDefault();
        Assert.SkipWhen(package is null && Environment.GetEnvironmentVariable("CI") is null or "", $"apt has no etcd-server here: {fetched.Error}");
        var installation = new OtherInstallation(hosts, names);
        await installation.EachAsync(async name =>
        {
            await installation.PutAsync(name, ("/tmp/etcd-server.deb", HostFileContent.FromFile(package!), 0x1A4)); // fetched, or the test has ended
            await installation.LookAsync(name, $"""
                dpkg -i /tmp/etcd-server.deb >/tmp/dpkg.log 2>&1
                systemctl stop etcd.service
                rm -rf /var/lib/etcd/default
                cat >>/etc/default/etcd <<'END'
                ETCD_NAME="{name}"
                ETCD_LISTEN_PEER_URLS="{installation.Url("http", name, 2380)}"
                ETCD_LISTEN_CLIENT_URLS="{installation.Url("http", name, 2379)},http://127.0.0.1:2379"
                ETCD_ADVERTISE_CLIENT_URLS="{installation.Url("http", name, 2379)}"
                ETCD_INITIAL_ADVERTISE_PEER_URLS="{installation.Url("http", name, 2380)}"
                ETCD_INITIAL_CLUSTER="{installation.InitialCluster("http")}"
                ETCD_INITIAL_CLUSTER_STATE="new"
                ETCD_HEARTBEAT_INTERVAL="120"
                ETCD_ELECTION_TIMEOUT="1500"
                ETCD_QUOTA_BACKEND_BYTES="4294967296"
                END
                """);
        });
        await installation.StartAsync("etcd.service");
        return installation;
    }

    /// <summary>A unit that somebody wrote, with everything in flags, and TLS.</summary>
    public static async Task<OtherInstallation> HandMadeAsync(HostCluster hosts, EtcdBinaries etcd, params string[] names)
    {
        var installation = new OtherInstallation(hosts, names);
        await installation.EachAsync(async name =>
        {
            await installation.ProgramsAsync(name, etcd, "/usr/local/bin");
            await installation.CertificatesAsync(name, ("/srv/etcd-tls/ca.pem", "/srv/etcd-tls/server.pem", "/srv/etcd-tls/server-key.pem"), null);
            await installation.LookAsync(name, $"""
                cat >/etc/systemd/system/own-etcd.service <<'END'
                [Unit]
                Description=etcd
                [Service]
                Type=notify
                ExecStart=/usr/local/bin/etcd --name {name} --data-dir=/srv/etcd-data --wal-dir /srv/etcd-log \
                  --listen-client-urls {installation.Url("https", name, 2379)},https://127.0.0.1:2379 \
                  --advertise-client-urls {installation.Url("https", name, 2379)} --listen-peer-urls {installation.Url("https", name, 2380)} \
                  --initial-advertise-peer-urls {installation.Url("https", name, 2380)} --initial-cluster {installation.InitialCluster("https")} \
                  --cert-file=/srv/etcd-tls/server.pem --key-file=/srv/etcd-tls/server-key.pem --trusted-ca-file=/srv/etcd-tls/ca.pem --client-cert-auth \
                  --peer-cert-file=/srv/etcd-tls/server.pem --peer-key-file=/srv/etcd-tls/server-key.pem --peer-trusted-ca-file=/srv/etcd-tls/ca.pem \
                  --peer-client-cert-auth --snapshot-count 5000 --auto-compaction-retention=8h
                Restart=on-failure
                [Install]
                WantedBy=multi-user.target
                END
                systemctl daemon-reload
                systemctl -q enable own-etcd.service
                """);
        });
        await installation.StartAsync("own-etcd.service");
        return installation;
    }

    /// <summary>A unit that somebody wrote, with a YAML file, without TLS.</summary>
    public static async Task<OtherInstallation> YamlAsync(HostCluster hosts, EtcdBinaries etcd, params string[] names)
    {
        var installation = new OtherInstallation(hosts, names);
        await installation.EachAsync(async name =>
        {
            await installation.ProgramsAsync(name, etcd, "/usr/local/bin");
            await installation.LookAsync(name, $"""
                mkdir -p /etc/etcd
                cat >/etc/etcd/etcd.yml <<'END'
                name: {name}
                data-dir: /var/lib/etcd
                wal-dir: /var/lib/etcd/wal
                listen-client-urls: {installation.Url("http", name, 2379)}
                advertise-client-urls: {installation.Url("http", name, 2379)}
                listen-peer-urls: {installation.Url("http", name, 2380)}
                initial-advertise-peer-urls: {installation.Url("http", name, 2380)}
                initial-cluster: {installation.InitialCluster("http")}
                initial-cluster-token: etcd-cluster-0
                snapshot-count: 5000
                END
                cat >/etc/systemd/system/etcd.service <<'END'
                [Service]
                Type=notify
                ExecStart=/usr/local/bin/etcd --config-file=/etc/etcd/etcd.yml
                Restart=on-failure
                [Install]
                WantedBy=multi-user.target
                END
                systemctl daemon-reload
                systemctl -q enable etcd.service
                """);
        });
        await installation.StartAsync("etcd.service");
        return installation;
    }

    /// <summary>A snap: its program below /snap, its unit with snapd's name, its folders below /var/snap. There is no snapd.</summary>
    public static async Task<OtherInstallation> SnapAsync(HostCluster hosts, EtcdBinaries etcd, string name)
    {
        var installation = new OtherInstallation(hosts, [name]);
        await installation.EachAsync(async host =>
        {
            await installation.ProgramsAsync(host, etcd, "/snap/etcd/230/bin");
            await installation.LookAsync(host, $"""
                mkdir -p /var/snap/etcd/common /var/snap/etcd/current
                cat >/var/snap/etcd/common/etcd.conf.yml <<'END'
                name: {host}
                data-dir: /var/snap/etcd/current
                listen-client-urls: {installation.Url("http", host, 2379)}
                advertise-client-urls: {installation.Url("http", host, 2379)}
                listen-peer-urls: {installation.Url("http", host, 2380)}
                initial-advertise-peer-urls: {installation.Url("http", host, 2380)}
                initial-cluster: {installation.InitialCluster("http")}
                END
                cat >/etc/systemd/system/snap.etcd.etcd.service <<'END'
                [Service]
                Type=notify
                ExecStart=/snap/etcd/230/bin/etcd --config-file=/var/snap/etcd/common/etcd.conf.yml
                Restart=always
                [Install]
                WantedBy=multi-user.target
                END
                systemctl daemon-reload
                systemctl -q enable snap.etcd.etcd.service
                """);
        });
        await installation.StartAsync("snap.etcd.etcd.service");
        return installation;
    }

    /// <summary>Kubespray: /etc/etcd.env, and certificates in /etc/ssl/etcd/ssl by roles and names of hosts.</summary>
    public static async Task<OtherInstallation> KubesprayAsync(HostCluster hosts, EtcdBinaries etcd, params string[] names)
    {
        var installation = new OtherInstallation(hosts, names);
        await installation.EachAsync(async name =>
        {
            const string Folder = "/etc/ssl/etcd/ssl";
            await installation.ProgramsAsync(name, etcd, "/usr/local/bin");
            await installation.CertificatesAsync(
                name, ($"{Folder}/ca.pem", $"{Folder}/member-{name}.pem", $"{Folder}/member-{name}-key.pem"),
                ($"{Folder}/admin-{name}.pem", $"{Folder}/admin-{name}-key.pem"));
            await installation.LookAsync(name, $"""
                useradd --system --no-create-home --shell /usr/sbin/nologin etcd
                install -d -m 700 -o etcd /var/lib/etcd
                chown -R etcd /etc/ssl/etcd
                cat >/etc/etcd.env <<'END'
                ETCD_DATA_DIR=/var/lib/etcd
                ETCD_ADVERTISE_CLIENT_URLS={installation.Url("https", name, 2379)}
                ETCD_INITIAL_ADVERTISE_PEER_URLS={installation.Url("https", name, 2380)}
                ETCD_INITIAL_CLUSTER_STATE=new
                ETCD_METRICS=basic
                ETCD_LISTEN_CLIENT_URLS={installation.Url("https", name, 2379)},https://127.0.0.1:2379
                ETCD_ELECTION_TIMEOUT=5000
                ETCD_HEARTBEAT_INTERVAL=250
                ETCD_INITIAL_CLUSTER_TOKEN=k8s_etcd
                ETCD_LISTEN_PEER_URLS={installation.Url("https", name, 2380)}
                ETCD_NAME={name}
                ETCD_INITIAL_CLUSTER={installation.InitialCluster("https")}
                ETCD_AUTO_COMPACTION_RETENTION=8
                ETCD_SNAPSHOT_COUNT=10000
                ETCD_TRUSTED_CA_FILE={Folder}/ca.pem
                ETCD_CERT_FILE={Folder}/member-{name}.pem
                ETCD_KEY_FILE={Folder}/member-{name}-key.pem
                ETCD_CLIENT_CERT_AUTH=true
                ETCD_PEER_TRUSTED_CA_FILE={Folder}/ca.pem
                ETCD_PEER_CERT_FILE={Folder}/member-{name}.pem
                ETCD_PEER_KEY_FILE={Folder}/member-{name}-key.pem
                ETCD_PEER_CLIENT_CERT_AUTH=True
                ETCDCTL_PASSWORD=never-to-be-read
                END
                cat >/etc/systemd/system/etcd.service <<'END'
                [Unit]
                Description=etcd
                After=network.target
                [Service]
                Type=notify
                User=etcd
                EnvironmentFile=/etc/etcd.env
                ExecStart=/usr/local/bin/etcd
                NotifyAccess=all
                Restart=always
                LimitNOFILE=40000
                [Install]
                WantedBy=multi-user.target
                END
                systemctl daemon-reload
                systemctl -q enable etcd.service
                """);
        });
        await installation.StartAsync("etcd.service");
        return installation;
    }

    /// <summary>etcdadm: /etc/etcd/etcd.env, certificates in /etc/etcd/pki, data in /var/lib/etcd.</summary>
    public static async Task<OtherInstallation> EtcdadmAsync(HostCluster hosts, EtcdBinaries etcd, params string[] names)
    {
        var installation = new OtherInstallation(hosts, names);
        await installation.EachAsync(async name =>
        {
            const string Folder = "/etc/etcd/pki";
            await installation.ProgramsAsync(name, etcd, "/opt/bin");
            await installation.CertificatesAsync(
                name, ($"{Folder}/ca.crt", $"{Folder}/server.crt", $"{Folder}/server.key"),
                ($"{Folder}/etcdctl-etcd-client.crt", $"{Folder}/etcdctl-etcd-client.key"));
            await installation.LookAsync(name, $"""
                cp {Folder}/server.crt {Folder}/peer.crt
                cp {Folder}/server.key {Folder}/peer.key
                cat >/etc/etcd/etcd.env <<'END'
                ETCD_NAME={name}
                ETCD_INITIAL_CLUSTER={installation.InitialCluster("https")}
                ETCD_INITIAL_CLUSTER_TOKEN=token
                ETCD_INITIAL_CLUSTER_STATE=new
                ETCD_INITIAL_ADVERTISE_PEER_URLS={installation.Url("https", name, 2380)}
                ETCD_LISTEN_PEER_URLS={installation.Url("https", name, 2380)}
                ETCD_CLIENT_CERT_AUTH=true
                ETCD_PEER_CLIENT_CERT_AUTH=true
                ETCD_CERT_FILE={Folder}/server.crt
                ETCD_KEY_FILE={Folder}/server.key
                ETCD_TRUSTED_CA_FILE={Folder}/ca.crt
                ETCD_PEER_CERT_FILE={Folder}/peer.crt
                ETCD_PEER_KEY_FILE={Folder}/peer.key
                ETCD_PEER_TRUSTED_CA_FILE={Folder}/ca.crt
                ETCD_ADVERTISE_CLIENT_URLS={installation.Url("https", name, 2379)}
                ETCD_LISTEN_CLIENT_URLS={installation.Url("https", name, 2379)},https://127.0.0.1:2379
                ETCD_DATA_DIR=/var/lib/etcd
                ETCD_STRICT_RECONFIG_CHECK=true
                GOMAXPROCS=2
                END
                cat >/etc/systemd/system/etcd.service <<'END'
                [Unit]
                Description=etcd
                [Service]
                EnvironmentFile=/etc/etcd/etcd.env
                ExecStart=/opt/bin/etcd
                Type=notify
                TimeoutStartSec=0
                Restart=on-failure
                [Install]
                WantedBy=multi-user.target
                END
                systemctl daemon-reload
                systemctl -q enable etcd.service
                """);
        });
        await installation.StartAsync("etcd.service");
        return installation;
    }

    /// <summary>kubeadm: the manifest of a static pod, and a process with its arguments; there is no kubelet that would start it.</summary>
    public static async Task<OtherInstallation> KubeadmAsync(HostCluster hosts, EtcdBinaries etcd, params string[] names)
    {
        var installation = new OtherInstallation(hosts, names);
        await installation.EachAsync(async name =>
        {
            const string Folder = "/etc/kubernetes/pki/etcd";
            await installation.ProgramsAsync(name, etcd, "/usr/local/bin");
            await installation.CertificatesAsync(
                name, ($"{Folder}/ca.crt", $"{Folder}/server.crt", $"{Folder}/server.key"),
                ($"{Folder}/healthcheck-client.crt", $"{Folder}/healthcheck-client.key"));
            string[] arguments =
            [
                $"--advertise-client-urls={installation.Url("https", name, 2379)}", $"--cert-file={Folder}/server.crt", "--client-cert-auth=true",
                "--data-dir=/var/lib/etcd", $"--initial-advertise-peer-urls={installation.Url("https", name, 2380)}",
                $"--initial-cluster={installation.InitialCluster("https")}", $"--key-file={Folder}/server.key",
                $"--listen-client-urls=https://127.0.0.1:2379,{installation.Url("https", name, 2379)}",
                $"--listen-metrics-urls=http://127.0.0.1:2381", $"--listen-peer-urls={installation.Url("https", name, 2380)}", $"--name={name}",
                $"--peer-cert-file={Folder}/server.crt", "--peer-client-cert-auth=true", $"--peer-key-file={Folder}/server.key",
                $"--peer-trusted-ca-file={Folder}/ca.crt", "--snapshot-count=10000", $"--trusted-ca-file={Folder}/ca.crt",
            ];
            await installation.LookAsync(name, $"""
                mkdir -p /etc/kubernetes/manifests
                cat >/etc/kubernetes/manifests/etcd.yaml <<'END'
                apiVersion: v1
                kind: Pod
                metadata:
                  name: etcd
                  namespace: kube-system
                spec:
                  containers:
                  - command:
                    - etcd
                {string.Join('\n', arguments.Select(argument => "    - " + argument))}
                    image: registry.example/etcd
                    name: etcd
                END
                systemd-run --quiet --unit etcd-pod /usr/local/bin/etcd {string.Join(' ', arguments)}
                """);
        });
        await Poll.UntilAsync(
            async () => (await Task.WhenAll(names.Select(name => installation.LookAsync(name, "journalctl -u etcd-pod.service -o cat"))))
                .All(log => log.Contains("ready to serve client requests", StringComparison.Ordinal)),
            Token);
        return installation;
    }

    public async ValueTask DisposeAsync()
    {
        Authority?.Dispose();
        await Task.WhenAll(_names.Select(name => _hosts.Lab[name].TryRunAsync(CleanScript, CancellationToken.None)));
    }

    private Task<string> LookAsync(string host, string script) => _hosts.LookAsync(host, script);

    private async Task EachAsync(Func<string, Task> make)
    {
        Authority = CertificateAuthority.Create("theirs");
        await Task.WhenAll(_names.Select(name => _hosts.Lab[name].TryRunAsync(CleanScript, Token)));
        await Task.WhenAll(_names.Select(make));
    }

    private async Task StartAsync(string unit)
    {
        await Task.WhenAll(_names.Select(name => LookAsync(name, $"systemctl start --no-block {unit}")));
        await Poll.UntilAsync(
            async () => (await Task.WhenAll(_names.Select(name => _hosts.Lab[name].TryRunAsync($"systemctl is-active --quiet {unit}", Token))))
                .All(result => result.ExitCode == 0),
            Token);
    }

    private Task ProgramsAsync(string host, EtcdBinaries etcd, string folder) => PutAsync(
        host, ($"{folder}/etcd", HostFileContent.FromFile(etcd.Etcd), 0x1ED), ($"{folder}/etcdctl", HostFileContent.FromFile(etcd.Etcdctl), 0x1ED));

    private async Task CertificatesAsync(
        string host, (string Ca, string Certificate, string Key) member, (string Certificate, string Key)? client)
    {
        // One certificate for clients and peers, as most tools make them.
        IssuedCertificate issued = Authority!.Issue(CertificateSpec.Peer(host, _hosts.Lab[host].Address.ToString()) with { IncludeLocalhost = true });
        await PutAsync(
            host, (member.Ca, HostFileContent.FromText(Authority.CertificatePem), 0x1A4),
            (member.Certificate, HostFileContent.FromText(issued.CertificatePem), 0x1A4), (member.Key, HostFileContent.FromText(issued.KeyPem), 0x180));
        if (client is not { } place) return;
        IssuedCertificate own = Authority.Issue(CertificateSpec.Client("operator"));
        await PutAsync(
            host, (place.Certificate, HostFileContent.FromText(own.CertificatePem), 0x1A4), (place.Key, HostFileContent.FromText(own.KeyPem), 0x180));
    }

    private Task PutAsync(string host, params (string Path, HostFileContent Content, int Mode)[] files) => _hosts.Connections.Get(_hosts.To(host))
        .PutFilesAsync("write files", [.. files.Select(file => new HostFile(file.Path, file.Content, (UnixFileMode)file.Mode))], Token);
}
