using EtcdAdmin.Provisioning.Settings.Effective;

namespace EtcdAdmin.Tests.Provisioning.Settings.Effective;

public sealed class EffectiveConfigurationTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public void Read_FileBesideFlagsAndVariables_IsAllThatCounts()
    {
        EffectiveConfiguration found = EffectiveConfiguration.Read(
            "name: a\nSnapshot-Count: 66\nsnapshot-count: 67\nmax-txn-ops:\ngrpc-keepalive-min-time: 5000000000\nclient-transport-security:\n"
                + "  cert-file: /c\n  client-cert-auth: yes\n",
            new Dictionary<string, string> { ["ETCD_MAX_WALS"] = "7", ["PATH"] = "/bin", ["ETCD_DATA_DIR"] = "/env" },
            ["--config-file=/etc/etcd.yml", "--snapshot-count", "55"], EtcdVersion.Parse("3.5.30"));

        Assert.Equal("/etc/etcd.yml", found.ConfigFile);
        Assert.Equal(
            ["client-transport-security.cert-file=/c", "client-transport-security.client-cert-auth=true", "grpc-keepalive-min-time=5s", "name=a",
                "snapshot-count=67"],
            found.Settings.Select(setting => $"{setting.Name}={setting.Value}"));
        Assert.Equal(["--snapshot-count", "ETCD_DATA_DIR", "ETCD_MAX_WALS"], found.Findings.Select(finding => finding.Given));
        Assert.All(found.Findings, finding => Assert.Equal(ConfigurationFindingKind.Ignored, finding.Kind));
        Assert.Equal("67", found["snapshot-count"]);
        Assert.Null(found["max-txn-ops"]);
    }

    [Theory]
    [InlineData("3.3.25")]
    [InlineData("3.7.1")]
    public void Read_FieldThatEtcdsFileReachesByItsGoName_IsTheSettingOfTheFlag(string version)
    {
        EffectiveConfiguration found = EffectiveConfiguration.Read(
            "ClientTLSInfo:\n  CRLFile: /r\npeertlsinfo:\n  crlfile: /s\n  Other: 1\n", new Dictionary<string, string>(), ["--config-file=/x"],
            EtcdVersion.Parse(version));

        Assert.Equal(["client-crl-file=/r", "peer-crl-file=/s"], found.Settings.Select(setting => $"{setting.Name}={setting.Value}"));
        Assert.Equal("peertlsinfo.Other", Assert.Single(found.Findings).Given);
    }

    [Theory]
    [InlineData("3.3.25", null)]
    [InlineData("3.4.23", "/etc/etcd.yml")]
    [InlineData("3.7.1", "/etc/etcd.yml")]
    public void FileOf_Variable_IsReadFrom34On(string version, string? path)
    {
        var environment = new Dictionary<string, string> { ["ETCD_CONFIG_FILE"] = "/etc/etcd.yml" };

        Assert.Equal(path, EffectiveConfiguration.FileOf(environment, [], EtcdVersion.Parse(version)));
        Assert.Equal("/b", EffectiveConfiguration.FileOf(environment, ["-config-file", "/b"], EtcdVersion.Parse(version)));
        Assert.Equal(path is null, EffectiveConfiguration.Read(path is null ? null : "name: a", environment, [], EtcdVersion.Parse(version))
            .Findings.Any(finding => finding is { Kind: ConfigurationFindingKind.Ignored, Given: "ETCD_CONFIG_FILE" }));
    }

    [Theory]
    [InlineData("3.3.25", ConfigurationFindingKind.Ignored)]
    [InlineData("3.4.23", ConfigurationFindingKind.Refused)]
    [InlineData("3.6.14", ConfigurationFindingKind.Refused)]
    public void Read_FlagAndItsVariable_FlagCounts(string version, ConfigurationFindingKind kind)
    {
        EffectiveConfiguration found = EffectiveConfiguration.Read(
            null, new Dictionary<string, string> { ["ETCD_MAX_WALS"] = "7", ["ETCD_CERT_FILE"] = "/c", ["ETCD_NAME"] = "" }, ["--max-wals=8"],
            EtcdVersion.Parse(version));

        Assert.Equal(
            [new("client-transport-security.cert-file", "/c", ConfigurationSource.Environment, "ETCD_CERT_FILE"),
                new("max-wals", "8", ConfigurationSource.Argument, "--max-wals")],
            found.Settings);
        ConfigurationFinding finding = Assert.Single(found.Findings);
        Assert.Equal((kind, "ETCD_MAX_WALS"), (finding.Kind, finding.Given));
    }

    [Theory]
    [InlineData("3.5.30", "--socket-reuse-port", "socket-options.reuse-port=true")]
    [InlineData("3.5.30", "--peer-client-cert-auth=T", "peer-transport-security.client-cert-auth=true")]
    [InlineData("3.5.30", "-experimental-snapshot-catchup-entries=5", "experimental-snapshot-catch-up-entries=5")]
    [InlineData("3.5.30", "--experimental-corrupt-check-time=90m", "experimental-corrupt-check-time=1h30m")]
    [InlineData("3.6.14", "--discovery-endpoints=a,b", "discovery-config.client.endpoints=a,b")]
    public void Read_Flag_HasTheNameOfTheFile(string version, string argument, string setting) =>
        Assert.Equal(setting, string.Join(' ', Read(null, version, argument).Settings.Select(found => $"{found.Name}={found.Value}")));

    [Theory]
    [InlineData("3.7.1", "--enable-v2=true", "it is a flag of etcd 3.2 to 3.5")]
    [InlineData("3.5.30", "--nonsense", "does not have it")]
    [InlineData("3.5.30", "--snapshot-count=many", "a whole number")]
    [InlineData("3.5.30", "--pre-vote=maybe", "true or false")]
    [InlineData("3.5.30", "--grpc-keepalive-timeout=20", "a duration")]
    [InlineData("3.5.30", "word", "not a flag")]
    [InlineData("3.5.30", "--snapshot-count", "no value")]
    public void Read_FlagThatEtcdRefuses_IsReported(string version, string argument, string why)
    {
        ConfigurationFinding finding = Assert.Single(Read(null, version, argument).Findings);

        Assert.Equal((ConfigurationFindingKind.Refused, ConfigurationSource.Argument), (finding.Kind, finding.Source));
        Assert.Contains(why, finding.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.7.1", "experimental-corrupt-check-time: 5", ConfigurationFindingKind.Unknown, "Use 'corrupt-check-time'.")]
    [InlineData("3.5.30", "cert-file: /c", ConfigurationFindingKind.Unknown, "Use 'client-transport-security.cert-file' in the file.")]
    [InlineData("3.5.30", "socket-reuse-port: true", ConfigurationFindingKind.Unknown, "Use 'socket-options.reuse-port' in the file.")]
    [InlineData("3.5.30", "snapshot_count: 5", ConfigurationFindingKind.Unknown, "Use 'snapshot-count'.")]
    [InlineData("3.4.23", "client-transport-security: {allowed-cn: [a]}", ConfigurationFindingKind.Unknown, null)]
    [InlineData("3.5.30", "max-wals: '7'", ConfigurationFindingKind.Refused, null)]
    [InlineData("3.5.30", "pre-vote: 'true'", ConfigurationFindingKind.Refused, null)]
    [InlineData("3.5.30", "pre-vote: 1", ConfigurationFindingKind.Refused, null)]
    [InlineData("3.5.30", "grpc-keepalive-timeout: 20s", ConfigurationFindingKind.Refused, null)]
    [InlineData("3.5.30", "log-outputs: stderr", ConfigurationFindingKind.Refused, null)]
    [InlineData("3.5.30", "name: [a]", ConfigurationFindingKind.Refused, null)]
    [InlineData("3.5.30", "- name", ConfigurationFindingKind.Refused, null)]
    [InlineData("3.5.30", "name: 'a", ConfigurationFindingKind.Refused, null)]
    [InlineData("3.6.14", "v2-deprecation: gone", ConfigurationFindingKind.Ignored, null)]
    public void Read_FileWithSomethingWrong_IsReported(string version, string yaml, ConfigurationFindingKind kind, string? nextStep)
    {
        ConfigurationFinding finding = Assert.Single(Read(yaml, version, "--config-file=/f").Findings);

        Assert.Equal((kind, ConfigurationSource.File, nextStep), (finding.Kind, finding.Source, finding.NextStep));
    }

    [Theory]
    [InlineData("name: 1", "name=1")]
    [InlineData("name: &x a\ninitial-cluster-token: *x", "initial-cluster-token=a name=a")]
    [InlineData("log-outputs: [stderr, /l]", "log-outputs=stderr,/l")]
    [InlineData("pre-vote: on", "pre-vote=true")]
    [InlineData("quota-backend-bytes: 8589934592", "quota-backend-bytes=8589934592")]
    [InlineData("# nothing", "")]
    public void Read_ValuesOfAFile_AreThoseThatEtcdReads(string yaml, string settings)
    {
        EffectiveConfiguration found = Read(yaml, "3.5.30", "--config-file=/f");

        Assert.Empty(found.Findings);
        Assert.Equal(settings, string.Join(' ', found.Settings.Select(setting => $"{setting.Name}={setting.Value}")));
    }

    [Fact]
    public void Read_FileThatIsNotReadable_IsReported() =>
        Assert.Contains(
            "/f is missing or cannot be read", Assert.Single(Read(null, "3.5.30", "--config-file=/f").Findings).Text, StringComparison.Ordinal);

    [Fact]
    public void Read_FileThatNobodyNames_IsReported() =>
        Assert.Contains("no --config-file", Assert.Single(Read("name: a", "3.5.30").Findings).Text, StringComparison.Ordinal);

    private static EffectiveConfiguration Read(string? yaml, string version, params string[] arguments) =>
        EffectiveConfiguration.Read(yaml, None, arguments, EtcdVersion.Parse(version));
}
