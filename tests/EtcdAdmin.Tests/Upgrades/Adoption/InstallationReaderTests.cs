using System.Text;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Upgrades.Adoption;

namespace EtcdAdmin.Tests.Upgrades.Adoption;

public sealed class InstallationReaderTests
{
    private static readonly HostConnection N1 = new() { HostName = "n1" };

    [Theory]
    [InlineData("etcd.service", "", "/usr/bin/etcd", "etcd-server", "3.4.23-4+b4", "/etc/default/etcd", AdoptedKind.DistroPackage,
        "package etcd-server 3.4.23")]
    [InlineData("etcd.service", "", "/usr/local/bin/etcd", "", "", "/etc/etcd.env", AdoptedKind.Kubespray, "kubespray, unit etcd.service")]
    [InlineData("etcd.service", "", "/opt/bin/etcd", "", "", "/etc/etcd/etcd.env", AdoptedKind.Etcdadm, "etcdadm, unit etcd.service")]
    [InlineData("my-etcd.service", "", "/usr/local/bin/etcd", "", "", "", AdoptedKind.HandMadeUnit, "unit my-etcd.service")]
    [InlineData("snap.etcd.etcd.service", "", "/snap/etcd/230/bin/etcd", "", "", "", AdoptedKind.Snap, "snap etcd 3.4.23")]
    [InlineData("", "", "/usr/local/bin/etcd", "", "", "", AdoptedKind.Process, "process /usr/local/bin/etcd, which no unit runs")]
    [InlineData("", "container", "/usr/local/bin/etcd", "", "", "", AdoptedKind.Container, "a container")]
    [InlineData(
        "", "kubernetes", "/usr/local/bin/etcd", "", "", "", AdoptedKind.KubeadmStaticPod, "kubeadm static pod /etc/kubernetes/manifests/etcd.yaml")]
    public void Parse_TheTracesOfATool_TellItsKind(
        string unit, string engine, string program, string package, string version, string environment, AdoptedKind kind, string source)
    {
        string process = Line(
            "process", "42", unit, engine, program, "etcd", "3.4.23", "3.4.23", package, version, Encode($"{program}\0"), Encode("ETCD_NAME=n1\0"),
            "", "/var/lib/etcd", "", "");
        string unitLine = unit.Length == 0 ? "" : Line(
            "unit", unit, $"/etc/systemd/system/{unit}", "enabled", "active", "etcd", program, "3.4.23", package, version,
            "", "", environment, "", "", "");

        EtcdInstallation found = Assert.Single(InstallationReader.Parse(N1, process + unitLine));

        Assert.Equal((kind, source), (found.Kind, found.Source));
        Assert.Equal((42, "n1", "/var/lib/etcd"), (found.ProcessId, found.Name, found.DataDirectory));
    }

    [Fact]
    public void Parse_AUnitThatDoesNotRun_IsInstalledOnly()
    {
        string output = Line("unit", "etcd.service", "/lib/systemd/system/etcd.service", "enabled", "inactive", "etcd", "/usr/bin/etcd", "3.4.23",
            "etcd-server", "3.4.23-4",
            "", "", "/etc/default/etcd", "", Encode("/usr/bin/etcd $DAEMON_ARGS"),
            Encode("DAEMON_ARGS= ETCD_NAME=host ETCD_DATA_DIR=/var/lib/etcd/default"))
            + Line("file", "/etc/default/etcd", Encode("ETCD_NAME=\"n1\"\nETCD_ADVERTISE_CLIENT_URLS='http://10.0.0.1:2379'\n"));

        EtcdInstallation found = Assert.Single(InstallationReader.Parse(N1, output));

        Assert.False(found.IsRunning);
        Assert.Equal(("n1", "/var/lib/etcd/default"), (found.Name, found.DataDirectory)); // the file is read after the unit's own variables
        Assert.Equal([new Uri("http://10.0.0.1:2379")], found.ClientUrls);
        Assert.Equal((null, new EtcdVersion(3, 4, 23)), (found.Version, found.InstalledVersion));
    }

    [Theory]
    [InlineData("", "/log")] // just started
    [InlineData("0000", null)] // the log is in the data folder, whatever the flag says
    public void Parse_AProcessOfEtcd23_HasItsFlagsAndItsLogs(string logStart, string? log)
    {
        EtcdInstallation found = Assert.Single(InstallationReader.Parse(N1, Line(
            "process", "7", "", "", "/usr/bin/etcd", "etcd", "2.3.8", "2.3.8", "", "",
            Encode("etcd\0-name\0n1\0-wal-dir=/log\0-cert-file=/c\0-data-dir\0/data\0"), "", "", "", "", logStart)));

        Assert.Equal(("n1", "/data", log), (found.Name, found.DataDirectory, found.WalDirectory));
        Assert.Equal("/c", found.Settings["client-transport-security.cert-file"]);
    }

    [Fact]
    public void Parse_EtcdAdminsOwn_HasItsClusterAndNoKind()
    {
        EtcdInstallation found = Assert.Single(InstallationReader.Parse(
            N1, Line("unit", "etcd.service", "/etc/systemd/system/etcd.service", "enabled", "active", "etcd", "/bin/sh", "", "", "", "prod", "n1", "",
                "", "", "")));

        Assert.Equal((null, "prod", "EtcdAdmin, cluster prod"), (found.Kind, found.Cluster, found.Source));
    }

    [Theory]
    [InlineData("etcd --name n1 --client-cert-auth --cert-file=/a",
        "name=n1 client-transport-security.client-cert-auth=true client-transport-security.cert-file=/a")]
    [InlineData("etcd -name=n1 -peer-cert-file /b -snapshot-count 5", "name=n1 peer-transport-security.cert-file=/b snapshot-count=5")]
    public void Read_FlagsBeforeVariables_AsEtcdDoes(string command, string expected)
    {
        var settings = RunningSettings.Read(
            command.Split(' '), ["ETCD_NAME=other", "ETCD_DATA_DIR=/d", "ETCD_NO_SUCH=1"], configuration: null, new EtcdVersion(3, 3, 25));

        Assert.Equal(
            expected.Split(' ').Append("data-dir=/d").Order(StringComparer.Ordinal),
            settings.Values.Select(setting => $"{setting.Key}={setting.Value}").Order(StringComparer.Ordinal));
        Assert.Contains(settings.Findings, finding => finding.Contains("ETCD_NO_SUCH", StringComparison.Ordinal));
        Assert.Contains(settings.Findings, finding => finding.Contains("ETCD_NAME", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_AConfigurationFile_FlagsAndVariablesAreIgnored()
    {
        var settings = RunningSettings.Read(
            ["etcd", "--config-file=/e.yml", "--name=flag"], ["ETCD_DATA_DIR=/variable"], "name: file\nclient-transport-security: {cert-file: /c}\n",
            version: null);

        Assert.Equal("client-transport-security.cert-file=/c name=file", string.Join(
            ' ', settings.Values.OrderBy(setting => setting.Key, StringComparer.Ordinal).Select(setting => $"{setting.Key}={setting.Value}")));
    }

    private static string Line(params string[] fields) => string.Join('\t', fields) + "\n";

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
