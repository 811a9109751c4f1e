using EtcdAdmin.Clusters;
using EtcdAdmin.Diagnosis.Bundles;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Diagnosis;

/// <summary>Support bundles of hosts with systemd, with secrets planted on them, and with a host that does not answer.</summary>
[Collection(SharedHostLab.Name)]
public sealed class SupportBundleOnHostsTests(HostLabFixture fixture)
{
    // In each place that a bundle reads, secrets as operators and programs put them there. The names tell where one was missed.
    private const string Plant = """
        set -e
        printf '# etcd-root-password: SECRETconfiguration1 and more\ndiscovery-proxy: http://ops:SECRETconfiguration2@proxy:3128\n' >>/etc/etcd/etcd.conf.yml
        printf 'ETCDCTL_PASSWORD=SECRETenvironment10\nETCD_ADMIN_TOKEN="SECRETenvironment11 and SECRETenvironment12"\n' >/etc/etcd/secret.env
        chmod 0600 /etc/etcd/secret.env
        cat >/run/planted <<'END'
        login with password SECRETjournal5 failed
        {"level":"warn","msg":"request","token":"SECRETjournal6","error":"to https://admin:SECRETjournal7@10.0.0.1:2379"}
        Authorization: Bearer SECRETjournal8.abcdef
        etcdctl --user root:SECRETjournal9 get /
        END
        cat /etc/etcd/pki/server.key >>/run/planted
        chmod 0644 /run/planted
        mkdir -p /etc/systemd/system/etcd.service.d
        cat >/etc/systemd/system/etcd.service.d/secret.conf <<'END'
        [Service]
        Environment="ETCD_ROOT_PASSWORD=two SECRETunit2 words" BACKUP_TOKEN=SECRETunit3
        Environment=ETCDCTL_ENDPOINTS=https://root:SECRETunit4@127.0.0.1:2379
        EnvironmentFile=/etc/etcd/secret.env
        ExecStartPre=/bin/cat /run/planted
        END
        systemctl daemon-reload
        systemctl restart etcd.service
        rm /run/planted
        journalctl --sync
        journalctl --unit=etcd.service --no-pager --output=cat | grep -e SECRET -e 'PRIVATE KEY'
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_HostsWithSecrets_HasNoneOfThem()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        string written = await hosts.LookAsync("n1", Plant);
        Assert.True(written.Trim().Split('\n').Length > 6, written); // the four texts, both ends of the key, and the setting
        await Poll.UntilAsync(async () => (await hosts.HealthAsync(cluster)).Healthy, Token);
        string key = await hosts.LookAsync("n1", "grep -v -e ----- /etc/etcd/pki/server.key");
        using var folder = new TempFolder();

        EtcdSupportBundle bundle = await new SupportBundleExporter(hosts.Context)
            .ExportAsync(cluster, new SupportBundleRequest { Destination = folder.Path }, null, Token);

        Assert.Empty(bundle.Missing);
        Assert.True(bundle.SecretsRemoved > 8, $"Only {bundle.SecretsRemoved}.");
        IReadOnlyDictionary<string, string> files = await BundleContents.ReadAsync(bundle.Path, Token);
        string journal = files["hosts/n1/members/n1/journal.log"];
        Assert.Contains("login with password", journal, StringComparison.Ordinal);
        Assert.Contains(SecretFilter.Mark, journal, StringComparison.Ordinal);
        Assert.Contains("ETCD_ROOT_PASSWORD=", files["hosts/n1/members/n1/unit.txt"], StringComparison.Ordinal);
        Assert.Contains("ETCD_ADMIN_TOKEN=", files["hosts/n1/members/n1/process.txt"], StringComparison.Ordinal);
        Assert.Contains("proxy:3128", files["hosts/n1/members/n1/configuration.txt"], StringComparison.Ordinal);
        Assert.Contains("discovery-proxy", files["cluster/differences.txt"], StringComparison.Ordinal);
        foreach ((string name, string text) in files)
        {
            Assert.False(text.Contains("SECRET", StringComparison.Ordinal),
                $"{name}: {text.Split('\n').FirstOrDefault(line => line.Contains("SECRET", StringComparison.Ordinal))}");
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
            Assert.All(key.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                line => Assert.DoesNotContain(line, text, StringComparison.Ordinal));
        }

        Assert.Matches(@"(?m) db$", files["hosts/n2/members/n2/data.txt"]);
        Assert.Contains("Max open files", files["hosts/n1/members/n1/process.txt"], StringComparison.Ordinal);
        Assert.Contains("2379", files["hosts/n1/host/network.txt"], StringComparison.Ordinal);
        Assert.Contains("drop-ins of the unit", files["cluster/differences.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OneHostIsDown_HasTheOthersAndTheReason()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(fixture);
        EtcdCluster cluster = await hosts.InstallAsync("n1", "n2", "n3");
        await hosts.LookAsync("n2", "systemctl stop etcd.service");
        await hosts.Lab["n3"].KillAsync();
        await hosts.LookAsync("n1", "until journalctl --unit=etcd.service --no-pager | grep -q 'connection refused'; do sleep 0.2; done");
        using var folder = new TempFolder();
        var events = new EventRecorder();

        EtcdSupportBundle bundle = await new SupportBundleExporter(hosts.Context)
            .ExportAsync(cluster, new SupportBundleRequest { Destination = folder.Path }, events, Token);

        Assert.Equal(["n1", "n2"], bundle.Hosts.Where(host => host.Collected).Select(host => host.HostName));
        SupportBundleHost down = Assert.Single(bundle.Hosts, host => !host.Collected);
        Assert.Contains("n3", down.Reason, StringComparison.Ordinal);
        Assert.Contains(bundle.Missing, reason => reason.Contains("n3", StringComparison.Ordinal));
        IReadOnlyDictionary<string, string> files = await BundleContents.ReadAsync(bundle.Path, Token);
        Assert.Contains("NOT COLLECTED", files["index.txt"], StringComparison.Ordinal);
        Assert.Contains("ActiveState=inactive", files["hosts/n2/members/n2/unit.txt"], StringComparison.Ordinal);
        Assert.Contains("etcd", files["hosts/n2/members/n2/journal.log"], StringComparison.Ordinal);
        Assert.Contains(bundle.Errors, error => error.Signature is "peer-refused" or "peer-unreachable" or "no-leader");
        Assert.DoesNotContain(files.Keys, path => path.StartsWith("hosts/n3/", StringComparison.Ordinal));
    }
}
