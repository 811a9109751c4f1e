using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.Adoption;
using EtcdAdmin.Upgrades.Conversion;

namespace EtcdAdmin.Tests.Upgrades.Adoption;

/// <summary>Clusters that others installed, in the layouts of their tools: found, imported and used as they are.</summary>
[Collection(SharedHostLab.Name)]
public sealed class AdoptionOnHostsTests(HostLabFixture lab)
{
    // Everything on a host that an import could touch.
    private const string State = """
        systemctl show --property=MainPID,FragmentPath,UnitFileState,ActiveState,DropInPaths etcd.service own-etcd.service etcd-pod.service
        find /etc /opt /usr/local/bin /var/lib/etcd /srv -xdev \( -name '*.wal' -o -name '*.tmp' -o -name db \) -prune -o -type f -printf '%p %m %U %T@\n' 2>/dev/null | sort
        getent passwd etcd || true
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<AdoptedKind, string> Layouts => new()
    {
        { AdoptedKind.HandMadeUnit, "unit own-etcd.service" },
        { AdoptedKind.Kubespray, "kubespray, unit etcd.service" },
        { AdoptedKind.Etcdadm, "etcdadm, unit etcd.service" },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ImportAsync_ALayoutOfOthers_IsReadAndRunAsItIsThenConverted(AdoptedKind kind, string source)
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await MakeAsync(hosts, kind);
        string[] before = await StateAsync(hosts);

        IReadOnlyList<EtcdInstallation> found = await FindAsync(hosts, "n1");
        EtcdImport import = await ImportAsync(hosts, "n1", "n2", "n3");
        EtcdCluster cluster = await hosts.Context.Profiles.LoadAsync("theirs", Token);

        EtcdInstallation one = Assert.Single(found);
        Assert.Equal(kind, one.Kind);
        Assert.StartsWith(source, one.Source, StringComparison.Ordinal);
        Assert.Equal(("n1", one.Version), (one.Name, one.InstalledVersion));
        Assert.Equal(before, await StateAsync(hosts)); // nothing was changed by looking
        Assert.Equivalent(import.Cluster.Spec, cluster.Spec, strict: true);
        Assert.Equal(["n1", "n2", "n3"], cluster.Spec!.Members.Select(member => member.Name));
        ClusterHealth health = await hosts.HealthAsync(cluster);
        Assert.True(health.Healthy, string.Join("; ", health.Members.Select(member => member.Reason)));
        Assert.Equal($"Migration required: installed from {one.Source}", cluster.Migration); // what Get-EtcdCluster shows
        Assert.Contains($"Migration required: installed from {one.Source}", health.Warnings);
        IReadOnlyList<EtcdMember> members = await new MemberReader(hosts.Context).ReadAsync(cluster, Patience, Token);
        Assert.All(members, member => Assert.NotNull(member.ProcessId));
        await cluster.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);
        EtcdSnapshot snapshot = await new SnapshotSaver(hosts.Context).SaveAsync(
            cluster, new() { Destination = Path.Combine(hosts.Context.Home.Path, "snapshots") }, null, Token);
        Assert.True(snapshot.TotalKeys > 0);

        var run = new MemberOperator(hosts.Context);
        await run.StopAsync(cluster, "n2", Token);
        Assert.Contains((await hosts.HealthAsync(cluster)).Members, member => member.Member == "n2"
            && member.Reason!.Contains("not run", StringComparison.Ordinal));
        Assert.True((await run.StartAsync(cluster, "n2", Patience, Token)).Serves);
        Assert.True((await run.RestartAsync(cluster, "n3", Patience, Token)).Serves);
        await AssertRefusedAsync(hosts, cluster, source);
        Assert.Equal(Files(before), Files(await StateAsync(hosts)));
        if (kind == AdoptedKind.Kubespray) return; // AuthorityOnHostsTests converts that

        foreach (string name in new[] { "n1", "n2", "n3" })
        {
            EtcdConversion converted =
                await (await new MemberConverter(hosts.Context).PlanAsync(cluster, name, new ConversionRequest(), Token)).RunAsync(null, Token);
            Assert.NotNull(converted.ArchiveSha256);
        }

        EtcdCluster after = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        Assert.True((await hosts.HealthAsync(after)).Healthy);
        Assert.Null(after.Migration);
        Assert.Equal("precious", (await after.Client.Kv.GetAsync("mine", cancellationToken: Token))?.ValueText);
        Assert.Contains(theirs.Authority!.CertificatePem.Trim(), await hosts.LookAsync("n1", "cat /etc/etcd/pki/ca.crt"), StringComparison.Ordinal);
        Assert.Equal("etcd 600", (await hosts.LookAsync("n1", "stat -c '%U %a' /etc/etcd/pki/server.key")).Trim());
        Assert.DoesNotContain("own-etcd.service", await hosts.LookAsync("n1", "ls /etc/systemd/system"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportAsync_AYamlFileWithSrvDiscovery_NeedsAllHostsAndKnowsItsSettings()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.YamlAsync(hosts, await EtcdBinaries.GetAsync("3.5"), "n1", "n2");
        // A member that was born by DNS records has this in its file; once it has data, etcd asks for them no more.
        foreach (string host in new[] { "n1", "n2" })
            await hosts.LookAsync(
                host, "sed -i 's/^initial-cluster: .*/discovery-srv: etcd.example/' /etc/etcd/etcd.yml && systemctl restart etcd.service");

        EtcdException missing = await Assert.ThrowsAsync<EtcdException>(() => ImportAsync(hosts, "n1"));
        EtcdException empty = await Assert.ThrowsAsync<EtcdException>(() => ImportAsync(hosts, "n1", "n2", "n3"));
        Assert.Equal(EtcdErrorIds.SpecInvalid, missing.ErrorId);
        Assert.Contains($"Missing: n2 (http://{hosts.Lab["n2"].Address}:2380)", missing.Message, StringComparison.Ordinal);
        Assert.Contains("-HostName", missing.NextStep, StringComparison.Ordinal);
        Assert.Equal((EtcdErrorIds.EtcdNotFound, "n3"), (empty.ErrorId, empty.Target));
        Assert.False(hosts.Context.Profiles.Exists("theirs"));
        EtcdImport import = await ImportAsync(hosts, "n1", "n2");

        AdoptedMember adopted = import.Cluster.Spec!.Members[0].Adopted!;
        Assert.Equal(("/etc/etcd/etcd.yml", "/var/lib/etcd", "/var/lib/etcd/wal"), (adopted.ConfigFile, adopted.DataDirectory, adopted.WalDirectory));
        Assert.Equal(5000, import.Cluster.Spec.Tuning.SnapshotCount);
        Assert.Equal(["n1", "n2"], import.Cluster.Spec.Members.Select(member => member.Name));
        Assert.All(import.Installations, found => Assert.Equal("etcd.example", found.Settings["discovery-srv"]));
        Assert.False(import.Cluster.Spec.Tls);
        Assert.Contains(import.Capabilities, can => can is { Group: "Start and stop", Works: true });
        Assert.Contains(import.Capabilities, can => can is { Group: "Membership", Works: false }
            && can.Reason!.Contains("Convert-EtcdMember", StringComparison.Ordinal));
        Assert.True((await hosts.HealthAsync(import.Cluster)).Healthy);
    }

    [Fact]
    public async Task ImportAsync_AStaticPod_IsReadOnly()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.KubeadmAsync(hosts, await EtcdBinaries.GetAsync("3.5"), "n1", "n2", "n3");

        EtcdImport import = await ImportAsync(hosts, "n1", "n2", "n3");
        EtcdException stop = await Assert.ThrowsAsync<EtcdException>(() => new MemberOperator(hosts.Context).StopAsync(import.Cluster, "n1", Token));

        Assert.All(import.Cluster.Spec!.Members,
            member => Assert.Equal((AdoptedKind.KubeadmStaticPod, true), (member.Adopted!.Kind, member.Adopted.IsReadOnly)));
        Assert.EndsWith("/etc/kubernetes/pki/etcd/healthcheck-client.crt", import.ClientCertificate, StringComparison.Ordinal);
        Assert.Contains(import.Capabilities, can => can is { Group: "Start and stop", Works: false }
            && can.Reason!.Contains("manifest", StringComparison.Ordinal));
        Assert.Contains(import.Capabilities, can => can is { Group: "Conversion", Works: false });
        Assert.Equal(EtcdErrorIds.MemberNotConverted, stop.ErrorId);
        Assert.Contains("kubelet", stop.NextStep, StringComparison.Ordinal);
        ClusterHealth health = await hosts.HealthAsync(import.Cluster);
        Assert.True(health.Healthy);
        Assert.DoesNotContain(health.Warnings, warning => warning.StartsWith("Migration", StringComparison.Ordinal));
        Assert.All(await new MemberReader(hosts.Context).ReadAsync(import.Cluster, Patience, Token), member => Assert.NotNull(member.ProcessId));
    }

    [Fact]
    public async Task ReadAsync_VariablesInSeveralPlaces_AreThoseOfTheProcess()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using OtherInstallation theirs = await OtherInstallation.ManyFilesAsync(hosts, await EtcdBinaries.GetAsync("3.5"), "n1");

        EtcdInstallation running = Assert.Single(await FindAsync(hosts, "n1"));
        EtcdImport import = await ImportAsync(hosts, "n1");
        await hosts.LookAsync("n1", "systemctl stop own-etcd.service");
        EtcdInstallation stopped = Assert.Single(await FindAsync(hosts, "n1"));

        // What systemd gave to the process is the truth.
        Assert.Equal(running.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal),
            stopped.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal));
        Assert.Equal("n1", stopped.Name);
        Assert.Equal(("300", "3000", "1000"),
            (stopped.Settings["heartbeat-interval"], stopped.Settings["election-timeout"], stopped.Settings["snapshot-count"]));
        Assert.Equal("a \"b\" \\c$d", stopped.Settings["initial-cluster-token"]);
        Assert.Equal("4294967296", stopped.Settings["quota-backend-bytes"]);
        Assert.DoesNotContain("max-txn-ops", stopped.Settings.Keys); // "export" is not a part of systemd's files
        AdoptedMember adopted = import.Cluster.Spec!.Members[0].Adopted!;
        Assert.Equal("/etc/etcd-one.env", adopted.EnvironmentFile);
        Assert.Equal(["/etc/etcd-missing.env", "/etc/default/etcd-shared"], adopted.OtherEnvironmentFiles!);

        await hosts.LookAsync("n1", "systemctl start own-etcd.service");
        EtcdCluster saved = await hosts.Context.Profiles.LoadAsync("theirs", Token);
        Assert.Equal(adopted, saved.Spec!.Members[0].Adopted);
        EtcdConversion converted =
            await (await new MemberConverter(hosts.Context).PlanAsync(saved, "n1", new ConversionRequest(), Token)).RunAsync(null, Token);
        Assert.Contains(converted.OldFiles, file => file is { Path: "/etc/etcd-one.env", Removed: true });
        Assert.Contains(converted.OldFiles, file => file is { Path: "/etc/default/etcd-shared", Removed: false, Reason: "others use it too" });
        string archive = await hosts.LookAsync("n1", $"tar -tf {converted.Archive}; grep heartbeat /etc/etcd/etcd.conf.yml");
        Assert.Contains("etc/default/etcd-shared", archive, StringComparison.Ordinal);
        Assert.Contains("etc/etcd-one.env", archive, StringComparison.Ordinal);
        Assert.Contains("etc/systemd/system/own-etcd.service.d/10-own.conf", archive, StringComparison.Ordinal);
        Assert.Contains("heartbeat-interval: 300", archive, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportAsync_AContainer_IsReadOnly()
    {
        await using HostCluster hosts = await HostCluster.StartAsync(lab);
        await using HostPackages podman = await HostPackages.PodmanAsync(hosts, "n1");
        await using OtherInstallation theirs = await OtherInstallation.PodmanAsync(hosts, await EtcdBinaries.GetAsync("3.5"), "n1");
        const string Containers = "podman ps --format '{{.Names}} {{.ID}} {{.Status}}' | sed 's/ Up .*/ up/'";
        string before = await hosts.LookAsync("n1", Containers);

        EtcdInstallation found = Assert.Single(await FindAsync(hosts, "n1"));
        EtcdImport import = await ImportAsync(hosts, "n1");
        EtcdException stop = await Assert.ThrowsAsync<EtcdException>(() => new MemberOperator(hosts.Context).StopAsync(import.Cluster, "n1", Token));
        EtcdException convert = await Assert.ThrowsAsync<EtcdException>(
            () => new MemberConverter(hosts.Context).PlanAsync(import.Cluster, "n1", new ConversionRequest(), Token));

        Assert.Equal((AdoptedKind.Container, "n1", "/srv/etcd-data"), (found.Kind, found.Name, found.DataDirectory)); // the folder on the host
        Assert.True(import.Cluster.Spec!.Members[0].Adopted!.IsReadOnly);
        Assert.Equal((EtcdErrorIds.MemberNotConverted, "Use the container engine that runs it."), (stop.ErrorId, stop.NextStep));
        Assert.Equal(EtcdErrorIds.MemberNotConverted, convert.ErrorId);
        EtcdImportCapability start = Assert.Single(import.Capabilities, can => can.Group == "Start and stop");
        Assert.Equal((false, "a container: Use the container engine that runs it."), (start.Works, start.Reason));
        Assert.Contains(import.Capabilities, can => can is { Group: "Conversion", Works: false, Commands: ["Convert-EtcdMember"] });
        Assert.Contains(import.Capabilities, can => can is { Group: "Keys", Works: true });
        await import.Cluster.Client.Kv.PutAsync("mine", "precious", cancellationToken: Token);
        Assert.True((await hosts.HealthAsync(import.Cluster)).Healthy);
        Assert.Equal(before, await hosts.LookAsync("n1", Containers));
    }

    private static async Task AssertRefusedAsync(HostCluster hosts, EtcdCluster cluster, string source)
    {
        Dictionary<string, Func<Task>> plans = EveryPlan.Of(hosts, cluster, hosts.Request("n1", "n2", "n3") with { Name = "theirs" }, "n1", null!);
        foreach (string works in new[] { "start", "stop", "restart", "restore", "unschedule" }) plans.Remove(works);
        foreach ((string name, Func<Task> plan) in plans)
        {
            EtcdException refused = await Assert.ThrowsAsync<EtcdException>(plan);
            Assert.True(refused.ErrorId == EtcdErrorIds.MemberNotConverted, $"'{name}': {refused.ErrorId} {refused.Message}");
            Assert.Contains($"Members n1, n2, n3 run from {source}", refused.Message, StringComparison.Ordinal);
            Assert.Contains("Convert-EtcdMember", refused.NextStep, StringComparison.Ordinal);
        }
    }

    private static async Task<OtherInstallation> MakeAsync(HostCluster hosts, AdoptedKind kind)
    {
        string[] names = ["n1", "n2", "n3"];
        return kind switch
        {
            AdoptedKind.Kubespray => await OtherInstallation.KubesprayAsync(hosts, await EtcdBinaries.GetAsync("3.5"), names),
            AdoptedKind.Etcdadm => await OtherInstallation.EtcdadmAsync(hosts, await EtcdBinaries.GetAsync("3.5"), names),
            _ => await OtherInstallation.HandMadeAsync(hosts, await EtcdBinaries.GetAsync("3.5"), names),
        };
    }

    private static Task<IReadOnlyList<EtcdInstallation>> FindAsync(HostCluster hosts, string host) =>
        new InstallationReader(hosts.Context).ReadAsync(hosts.To(host), Token);

    private static Task<EtcdImport> ImportAsync(HostCluster hosts, params string[] names) => new ClusterImporter(hosts.Context).ImportAsync(
        new ImportRequest { Name = "theirs", Hosts = [.. names.Select(name => hosts.To(name))] }, Token);

    private static Task<string[]> StateAsync(HostCluster hosts) =>
        Task.WhenAll(new[] { "n1", "n2", "n3" }.Select(name => hosts.LookAsync(name, State)));

    private static string[] Files(string[] states) =>
        [.. states.Select(state => string.Join(
            '\n', state.Split('\n').Where(line => line.StartsWith('/') && !line.Contains(".snap ", StringComparison.Ordinal))))];
}
