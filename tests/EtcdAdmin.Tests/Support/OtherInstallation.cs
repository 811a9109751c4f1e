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
        if command -v podman >/dev/null; then podman rm --force etcd >/dev/null 2>&1; umount /srv/etcd-containers/* 2>/dev/null; fi
        systemctl stop etcd.service etcd-pod.service own-etcd.service snap.etcd.etcd.service 2>/dev/null
        systemctl disable etcd.service own-etcd.service snap.etcd.etcd.service 2>/dev/null
        rm -rf /snap /var/snap /var/lib/snapd /usr/bin/snap /etc/systemd/system/snap.etcd* /etc/etcd-* /etc/default/etcd-*
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
        rm -rf /etc/containers /run/etcd-containers
        if command -v rpm >/dev/null && rpm -q etcd >/dev/null 2>&1; then rpm -e --noscripts --justdb etcd; fi
        userdel etcd 2>/dev/null
        true
        """;

    private const string Policy = """{"default":[{"type":"insecureAcceptAnything"}]}""";

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

    /// <summary>etcd 2.3 with everything in variables, as Debian's package has it, in a unit that somebody wrote.</summary>
    public static async Task<OtherInstallation> Etcd23Async(HostCluster hosts, params string[] names)
    {
        var installation = new OtherInstallation(hosts, names);
        await installation.EachAsync(async name =>
        {
            await installation.ProgramsAsync(name, "2.3", await EtcdBinaries.ServerAsync("2.3"), "/usr/local/bin");
            await installation.LookAsync(name, $"""
                cat >/etc/default/etcd <<'END'
                ETCD_NAME="{name}"
                ETCD_DATA_DIR="/var/lib/etcd/default"
                ETCD_LISTEN_PEER_URLS="{installation.Url("http", name, 2380)}"
                ETCD_LISTEN_CLIENT_URLS="{installation.Url("http", name, 2379)},http://127.0.0.1:2379"
                ETCD_ADVERTISE_CLIENT_URLS="{installation.Url("http", name, 2379)}"
                ETCD_INITIAL_ADVERTISE_PEER_URLS="{installation.Url("http", name, 2380)}"
                ETCD_INITIAL_CLUSTER="{installation.InitialCluster("http")}"
                ETCD_SNAPSHOT_COUNT="300"
                END
                id -u etcd >/dev/null 2>&1 || useradd --system etcd
                mkdir -p /var/lib/etcd/default && chown -R etcd /var/lib/etcd
                cat >/etc/systemd/system/etcd.service <<'END'
                [Service]
                Type=notify
                User=etcd
                EnvironmentFile=/etc/default/etcd
                ExecStart=/usr/local/bin/etcd
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

    /// <summary>etcd 2.3 with everything in flags, as its own documentation has them, with TLS and a separate log.</summary>
    public static async Task<OtherInstallation> SecureEtcd23Async(HostCluster hosts, params string[] names)
    {
        var installation = new OtherInstallation(hosts, names);
        await installation.EachAsync(async name =>
        {
            await installation.ProgramsAsync(name, "2.3", await EtcdBinaries.ServerAsync("2.3"), "/usr/local/bin");
            await installation.CertificatesAsync(name, ("/srv/etcd-tls/ca.pem", "/srv/etcd-tls/server.pem", "/srv/etcd-tls/server-key.pem"), null);
            await installation.LookAsync(name, $"""
                cat >/etc/systemd/system/own-etcd.service <<'END'
                [Service]
                Type=notify
                ExecStart=/usr/local/bin/etcd -name {name} -data-dir /srv/etcd-data -wal-dir /srv/etcd-log                   -listen-client-urls {installation.Url("https", name, 2379)} -advertise-client-urls {installation.Url("https", name, 2379)}                   -listen-peer-urls {installation.Url("https", name, 2380)} -initial-advertise-peer-urls {installation.Url("https", name, 2380)}                   -initial-cluster {installation.InitialCluster("https")}                   -cert-file=/srv/etcd-tls/server.pem -key-file=/srv/etcd-tls/server-key.pem -trusted-ca-file=/srv/etcd-tls/ca.pem -client-cert-auth                   -peer-cert-file=/srv/etcd-tls/server.pem -peer-key-file=/srv/etcd-tls/server-key.pem -peer-trusted-ca-file=/srv/etcd-tls/ca.pem                   -peer-client-cert-auth -heartbeat-interval 120
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

    /// <summary>
    /// A snap with the files of the charm etcd (etcd.conf.yml in its common folder, data in its current one), laid out as snapd does. snapd cannot
    /// install a snap without its store, so the command snap is the lab's own: it runs the program, and removes what snapd would remove.
    /// </summary>
    public static async Task<OtherInstallation> SnapAsync(HostCluster hosts, EtcdBinaries etcd, string name)
    {
        var installation = new OtherInstallation(hosts, [name]);
        await installation.EachAsync(async host =>
        {
            await installation.ProgramsAsync(host, etcd, "/snap/etcd/230/bin");
            await installation.LookAsync(host, $"""
                mkdir -p /var/snap/etcd/common /var/snap/etcd/230 /var/lib/snapd/snaps /snap/bin
                ln -s 230 /snap/etcd/current
                ln -s 230 /var/snap/etcd/current
                ln -s /usr/bin/snap /snap/bin/etcd
                : >/var/lib/snapd/snaps/etcd_230.snap
                echo kept-by-the-charm >/var/snap/etcd/common/client.crt
                cat >/usr/bin/snap <<'END'
                #!/bin/sh
                case "$1 $2 $3" in
                    'run etcd.etcd ') exec /snap/etcd/current/bin/etcd --config-file=/var/snap/etcd/common/etcd.conf.yml ;;
                    'remove --purge etcd')
                        systemctl disable --now snap.etcd.etcd.service 2>/dev/null
                        if pgrep -f ^/snap/etcd/ >/dev/null; then echo 'error: snap "etcd" has running apps' >&2; exit 1; fi
                        rm -rf /snap/etcd /var/snap/etcd /snap/bin/etcd /var/lib/snapd/snaps/etcd_*.snap /etc/systemd/system/snap.etcd.etcd.service
                        systemctl daemon-reload ;;
                    *) echo "error: unknown command: $*" >&2; exit 64 ;;
                esac
                END
                chmod 755 /usr/bin/snap
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
                [Unit]
                Description=Service for snap application etcd.etcd
                [Service]
                ExecStart=/usr/bin/snap run etcd.etcd
                SyslogIdentifier=etcd.etcd
                Restart=on-failure
                WorkingDirectory=/var/snap/etcd/230
                Type=simple
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

    /// <summary>An rpm package as Fedora makes it, built on the host with rpmbuild from the programs at hand.</summary>
    public static async Task<OtherInstallation> RpmAsync(HostCluster hosts, EtcdBinaries etcd, string name)
    {
        var installation = new OtherInstallation(hosts, [name]);
        await installation.EachAsync(async host =>
        {
            await installation.ProgramsAsync(host, etcd, "/srv/etcd-rpm/usr/bin");
            await installation.LookAsync(host, $"""
                mkdir -p /srv/etcd-rpm/etc/etcd /srv/etcd-rpm/usr/lib/systemd/system /srv/etcd-rpm/var/lib/etcd
                : >/srv/etcd-rpm/etc/etcd/etcd.conf
                cat >/srv/etcd-rpm/usr/lib/systemd/system/etcd.service <<'END'
                [Unit]
                Description=Etcd Server
                [Service]
                Type=notify
                WorkingDirectory=/var/lib/etcd/
                EnvironmentFile=-/etc/etcd/etcd.conf
                User=etcd
                ExecStart=/bin/bash -c "GOMAXPROCS=$(nproc) /usr/bin/etcd"
                Restart=on-failure
                LimitNOFILE=65536
                [Install]
                WantedBy=multi-user.target
                END
                cat >/srv/etcd-rpm.spec <<'END'
                %global debug_package %{"{nil}"}
                %global __os_install_post %{"{nil}"}
                Name: etcd
                Version: {etcd.Version}
                Release: 1
                Summary: etcd
                License: ASL 2.0
                AutoReqProv: no
                %description
                etcd
                %install
                cp -a /srv/etcd-rpm/. %{"{buildroot}"}
                %pre
                getent passwd etcd >/dev/null || useradd --system --no-create-home --home-dir /var/lib/etcd --shell /usr/sbin/nologin etcd
                %preun
                systemctl disable --now etcd.service
                %files
                %config(noreplace) /etc/etcd/etcd.conf
                /usr/bin/etcd
                /usr/bin/etcdctl
                /usr/lib/systemd/system/etcd.service
                %dir %attr(0700,etcd,etcd) /var/lib/etcd
                END
                rpmbuild -bb --define '_rpmdir /srv/etcd-rpms' --define '_topdir /srv/etcd-build' --define '_build_id_links none' /srv/etcd-rpm.spec >/tmp/rpmbuild.log 2>&1
                rpm -i --nodeps /srv/etcd-rpms/*/etcd-*.rpm
                rm -rf /srv/etcd-rpm* /srv/etcd-build
                cat >/etc/etcd/etcd.conf <<'END'
                ETCD_NAME="{host}"
                ETCD_DATA_DIR="/var/lib/etcd/default.etcd"
                ETCD_LISTEN_CLIENT_URLS="{installation.Url("http", host, 2379)}"
                ETCD_ADVERTISE_CLIENT_URLS="{installation.Url("http", host, 2379)}"
                ETCD_LISTEN_PEER_URLS="{installation.Url("http", host, 2380)}"
                ETCD_INITIAL_ADVERTISE_PEER_URLS="{installation.Url("http", host, 2380)}"
                ETCD_INITIAL_CLUSTER="{installation.InitialCluster("http")}"
                END
                systemctl daemon-reload
                systemctl -q enable etcd.service
                """);
        });
        await installation.StartAsync("etcd.service");
        return installation;
    }

    /// <summary>
    /// A unit with variables in several places: in itself, in a drop-in, in files that are there or not, one of them for others too.
    /// </summary>
    public static async Task<OtherInstallation> ManyFilesAsync(HostCluster hosts, EtcdBinaries etcd, string name)
    {
        var installation = new OtherInstallation(hosts, [name]);
        await installation.EachAsync(async host =>
        {
            await installation.ProgramsAsync(host, etcd, "/usr/local/bin");
            await installation.LookAsync(host, $"""
                cat >/etc/etcd-one.env <<'END'
                # A comment
                ETCD_NAME=overridden
                ETCD_HEARTBEAT_INTERVAL = 300
                  ETCD_ELECTION_TIMEOUT='3000'
                export ETCD_MAX_TXN_OPS=999
                ETCD_LISTEN_CLIENT_URLS={installation.Url("http", host, 2379)},\
                http://127.0.0.1:2379
                ETCD_SNAPSHOT_COUNT=1000
                ETCD_INITIAL_CLUSTER_TOKEN="a \"b\" \c"'$d'   
                ; another comment
                END
                cat >/etc/default/etcd-shared <<'END'
                SITE_NAME=example
                ETCD_NAME={host}
                DAEMON_ARGS="--quota-backend-bytes 4294967296 --max-request-bytes=2000000"
                END
                cat >/etc/systemd/system/own-etcd.service <<'END'
                [Service]
                Type=notify
                Environment="ETCD_SNAPSHOT_COUNT=7" ETCD_AUTO_COMPACTION_RETENTION=8h ETCD_ADVERTISE_CLIENT_URLS={installation.Url("http", host, 2379)}
                EnvironmentFile=/etc/etcd-one.env
                EnvironmentFile=-/etc/etcd-missing.env
                EnvironmentFile=/etc/default/etcd-shared
                ExecStart=/usr/local/bin/etcd --name never
                [Install]
                WantedBy=multi-user.target
                END
                mkdir -p /etc/systemd/system/own-etcd.service.d
                cat >/etc/systemd/system/own-etcd.service.d/10-own.conf <<'END'
                [Service]
                Environment=ETCD_AUTO_COMPACTION_RETENTION=9h OWN_DATA=/srv/etcd-data
                ExecStart=
                ExecStart=/usr/local/bin/etcd $DAEMON_ARGS --data-dir=${"{OWN_DATA}"} --listen-peer-urls {installation.Url("http", host, 2380)} \
                  --initial-advertise-peer-urls {installation.Url("http", host, 2380)} --initial-cluster {installation.InitialCluster("http")}
                END
                systemctl daemon-reload
                systemctl -q enable own-etcd.service
                """);
        });
        await installation.StartAsync("own-etcd.service");
        return installation;
    }

    /// <summary>A container of podman with its data on the host. The image has etcd and the libraries of the host, and nothing else.</summary>
    /// <remarks>Privileged, since the machine gives the lab's root too few rights for podman's default: it may not raise limits.</remarks>
    public static async Task<OtherInstallation> PodmanAsync(HostCluster hosts, EtcdBinaries etcd, string name)
    {
        var installation = new OtherInstallation(hosts, [name]);
        await installation.EachAsync(async host =>
        {
            await installation.ProgramsAsync(host, etcd, "/srv/etcd-image/usr/local/bin");
            await installation.LookAsync(host, $"""
                mkdir -p /etc/containers /srv/etcd-data /srv/etcd-image/etc /srv/etcd-image/tmp
                cat >/etc/containers/storage.conf <<'END'
                [storage]
                driver = "vfs"
                runroot = "/run/etcd-containers"
                graphroot = "/srv/etcd-containers"
                END
                cat >/etc/containers/containers.conf <<'END'
                [containers]
                keyring = false
                END
                cat >/etc/containers/policy.json <<'END'
                {Policy}
                END
                for library in $(ldd /srv/etcd-image/usr/local/bin/etcd | grep -o '/lib[^ ]*'); do install -D "$library" "/srv/etcd-image$library"; done
                tar -C /srv/etcd-image -c . | podman import --quiet - localhost/etcd:lab >/dev/null
                podman run --quiet --detach --name etcd --network host --privileged --pids-limit 0 --volume /srv/etcd-data:/etcd-data localhost/etcd:lab \
                  /usr/local/bin/etcd --name {host} --data-dir /etcd-data --listen-client-urls {installation.Url("http", host, 2379)} \
                  --advertise-client-urls {installation.Url("http", host, 2379)} --listen-peer-urls {installation.Url("http", host, 2380)} \
                  --initial-advertise-peer-urls {installation.Url("http", host, 2380)} --initial-cluster {installation.InitialCluster("http")} >/dev/null
                """);
        });
        await Poll.UntilAsync(
            async () => (await installation.LookAsync(name, "podman logs etcd 2>&1"))
                .Contains("ready to serve client requests", StringComparison.Ordinal), Token);
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

    // They are copied to a host once, however many tests install them there.
    private Task ProgramsAsync(string host, EtcdBinaries etcd, string folder) => ProgramsAsync(host, etcd.Version, etcd.Etcd, folder);

    private async Task ProgramsAsync(string host, string version, string etcd, string folder)
    {
        string kept = $"/root/etcd-{version}";
        if ((await LookAsync(host, $"[ ! -x {kept}/etcd ] || echo there")).Trim() != "there")
        {
            string etcdctl = Path.Combine(Path.GetDirectoryName(etcd)!, "etcdctl"); // its path is full
            await PutAsync(
                host, ($"{kept}/etcdctl", HostFileContent.FromFile(etcdctl), 0x1ED), ($"{kept}/etcd", HostFileContent.FromFile(etcd), 0x1ED));
        }

        await LookAsync(host, $"mkdir -p {folder} && cp {kept}/etcd {kept}/etcdctl {folder}/");
    }

    private async Task CertificatesAsync(
        string host, (string Ca, string Certificate, string Key) member, (string Certificate, string Key)? client)
    {
        // One certificate for clients and peers, as most tools make them.
        IssuedCertificate issued = Authority!.Issue(CertificateSpec.Peer(host, _hosts.Lab[host].Address.ToString()) with { IncludeLocalhost = true });
        await PutAsync(
            host, (member.Ca, HostFileContent.FromText(Authority.CertificatePem), 0x1A4),
            (member.Certificate, HostFileContent.FromText(issued.CertificatePem), 0x1A4),
            (member.Key, HostFileContent.FromText(issued.KeyPem), 0x180));
        if (client is not { } place) return;
        IssuedCertificate own = Authority.Issue(CertificateSpec.Client("operator"));
        await PutAsync(
            host, (place.Certificate, HostFileContent.FromText(own.CertificatePem), 0x1A4), (place.Key, HostFileContent.FromText(own.KeyPem), 0x180));
    }

    private Task PutAsync(string host, params (string Path, HostFileContent Content, int Mode)[] files) => _hosts.Connections.Get(_hosts.To(host))
        .PutFilesAsync("write files", [.. files.Select(file => new HostFile(file.Path, file.Content, (UnixFileMode)file.Mode))], Token);
}
