using System.Collections;
using System.Text;
using EtcdAdmin.Deployment.Files;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.Files;

public sealed class ClusterFileErrorTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("name: a\nhosts: [n1]\nverison: 3.5", "line 3, column 1: 'verison' is unknown; did you mean 'version'?")]
    [InlineData("name: a\nhosts: [n1]\nzzzzzzzz: 1", "line 3, column 1: 'zzzzzzzz' is unknown; known keys: name, version")]
    [InlineData("name: a\nhosts:\n- hostName: n1\n  dataDevise: /dev/x", "line 4, column 3: 'dataDevise' is unknown; did you mean 'dataDevice'?")]
    [InlineData("name: a\nhosts: [n1]\ntuning: {quota: 1}", "line 3, column 10: 'quota' is unknown")]
    [InlineData("hosts: [n1]", "line 1, column 1: 'name' is missing")]
    [InlineData("name: ''\nhosts: [n1]", "line 1, column 7: 'name' is missing")]
    [InlineData("name:\nhosts: [n1]", "'name' is missing")]
    [InlineData("name: a", "line 1, column 1: 'hosts' is missing")]
    [InlineData("name: a\nhosts: []", "line 2, column 8: 'hosts' is missing")]
    [InlineData("name: a\nhosts: [{name: x}]", "line 2, column 9: 'hostName' is missing")]
    [InlineData("name: a\nhosts: [n1, [n2]]", "line 2, column 13: a host must be a name")]
    [InlineData("name: a\nhosts: [n1, 5]", "line 2, column 13: a host must be a name")]
    [InlineData("name: a\nhosts: [n1, ops@N1]", "line 2, column 13: the host 'N1' is given twice")]
    [InlineData("name: a\nhosts: [{hostName: n1, name: x}, {hostName: n2, name: x}]", "line 2, column 34: the member name 'x' is given twice")]
    [InlineData("name: a\nNAME: b\nhosts: [n1]", "line 2, column 1: 'NAME' is given twice")]
    [InlineData("name: a\nhosts: [n1]\ntuning: {extra: {x: 1, x: 2}}", "line 3, column 24: 'x' is given twice")]
    [InlineData("name: a\nhosts: [n1]\ntls: yes", "line 3, column 6: 'tls' must be true or false, not 'yes'")]
    [InlineData("name: a\nhosts: [n1]\nport: ssh", "line 3, column 7: 'port' must be a port number from 1 to 65535, not 'ssh'")]
    [InlineData("name: a\nhosts: [n1]\nport: 65536", "'port' must be a port number")]
    [InlineData("name: a\nhosts: [n1]\nport: [22]", "line 3, column 7: 'port' must be a port number from 1 to 65535.")]
    [InlineData("name: true\nhosts: [n1]", "line 1, column 7: 'name' must be text; put it in quotes")]
    [InlineData("name: [a]\nhosts: [n1]", "line 1, column 7: 'name' must be text.")]
    [InlineData("name: a\nhosts: [n1]\nversion: newest", "line 3, column 10: 'version' must be a version such as 3.5.16")]
    [InlineData("name: a\nhosts: [n1]\nkeyAlgorithm: 1", "'keyAlgorithm' must be one of EcdsaP256, EcdsaP384")]
    [InlineData("name: a\nhosts: [n1]\ncertificateAuthorityKey: k", "line 3, column 26: 'certificateAuthorityKey' is the key of a")]
    [InlineData("name: a\nhosts: [n1]\ntls: false\ncertificateAuthority: c", "line 4, column 23: 'certificateAuthority' is for a cluster with TLS")]
    [InlineData("name: a\nhosts: [n1]\npeerCertificateAuthorityKey: k", "'peerCertificateAuthorityKey' is the key of a 'peerCertificateAuthority'")]
    [InlineData("name: a\nhosts: [n1]\ntls: false\nseparatePeerAuthority: true", "'separatePeerAuthority' is for a cluster with TLS")]
    [InlineData("name: a\nhosts: [n1]\nseparatePeerAuthority: false\npeerCertificateAuthority: c", "but 'separatePeerAuthority' is false")]
    [InlineData("name: a\nhosts: [n1]\ncertificatePath: d", "line 3, column 18: 'certificatePath' is for certificates that were signed elsewhere")]
    [InlineData("name: a\nhosts: [n1]\nconnectingTimeout: 5", "'connectingTimeout' must be a duration such as 500ms")]
    [InlineData("name: a\nhosts: [n1]\nconnectingTimeout: 0s", "'connectingTimeout' must be a duration")]
    [InlineData("name: a\nhosts: [n1]\noptions: x", "line 3, column 10: 'options' must be a map")]
    [InlineData("name: a\nhosts: [n1]\ntuning: [x]", "line 3, column 9: 'tuning' must be a map")]
    [InlineData("name: a\nhosts: [n1]\ntuning: {quotaBytes: 2 apples}", "'quotaBytes' must be a size such as 2GB")]
    [InlineData("name: a\nhosts: [n1]\ntuning: {quotaBytes: 99999999TB}", "'quotaBytes' must be a size")]
    [InlineData("name: a\nhosts: [n1]\ntuning: {snapshotCount: 1.5}", "'snapshotCount' must be a whole number")]
    [InlineData("name: a\nhosts: [n1]\ntuning: {autoCompactionMode: often}", "'autoCompactionMode' must be periodic or revision, not 'often'")]
    [InlineData("name: a\nhosts: [n1]\ntuning: {metricsUrls: [ftp://x]}", "'metricsUrls' must be URLs")]
    [InlineData("name: a\nhosts: [{hostName: n1, fileSystem: btrfs}]", "'fileSystem' must be ext4 or xfs, not 'btrfs'")]
    [InlineData("name: a: b", "line 1, column 8: not valid YAML")]
    [InlineData("name: [a", "not valid YAML")]
    [InlineData("- n1", "line 1, column 1: the file must contain names and values")]
    [InlineData("", "the file is empty")]
    [InlineData("name: a\n---\nname: b", "the file has more than one document")]
    [InlineData("name: !System.Diagnostics.Process a", "line 1, column 7: tags (!name) are not allowed")]
    [InlineData("name: *a", "line 1, column 7: there is no complete anchor '&a'")]
    [InlineData("name: &a [*a]", "there is no complete anchor '&a'")]
    [InlineData("[a]: b", "a key must be a single word")]
    public async Task ReadAsync_BadYaml_SaysWhatIsWrongAndWhere(string text, string expected)
    {
        EtcdException error = await RefusedAsync("c.yaml", Encoding.UTF8.GetBytes(text));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"name\": \"a\", \"hosts\": [\"n1\"],\n  \"nmae\": 1 }", "line 3, column 3: 'nmae' is unknown; did you mean 'name'?")]
    [InlineData("{ \"name\": \"a\", \"Name\": \"b\", \"hosts\": [\"n1\"] }", "line 1, column 16: 'Name' is given twice")]
    [InlineData("{ \"name\": \"a\",\n \"hosts\": [\"n1\"],\n \"port\": true }", "line 3, column 10: 'port' must be a port number")]
    [InlineData("{ \"name\":\n nope }", "line 2, column 3: not valid JSON")]
    [InlineData("{ \"name\": \"a\"", "not valid JSON")]
    [InlineData("{} {}", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "the file must contain names and values")]
    [InlineData("{ \"name\": \"\\ud800\", \"hosts\": [\"n1\"] }", "this text is not Unicode")]
    public async Task ReadAsync_BadJson_SaysWhatIsWrongAndWhere(string text, string expected)
    {
        EtcdException error = await RefusedAsync("c.json", Encoding.UTF8.GetBytes(text));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_SeveralProblems_TellsAllInTheOrderOfTheFile()
    {
        EtcdException error = await RefusedAsync("c.yaml", "tls: x\nport: y\nhosts: [n1, n1]"u8.ToArray());

        Assert.Equal(
            [$"The cluster file '{_temp.File("c.yaml")}' cannot be used:", "line 1, column 1: 'name' is missing.",
                "line 1, column 6: 'tls' must be true or false, not 'x'.",
                "line 2, column 7: 'port' must be a port number from 1 to 65535, not 'y'.",
                "line 3, column 13: the host 'n1' is given twice."],
            error.Message.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task ReadAsync_AliasBomb_IsRefusedAtOnce()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 40; i++)
            bomb.Append(
                System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        EtcdException error = await RefusedAsync("c.yaml", Encoding.UTF8.GetBytes(bomb.ToString()));

        Assert.Contains("more than 20000 values", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c.yaml", 33)]
    [InlineData("c.yaml", 100_000)]
    [InlineData("c.json", 33)]
    [InlineData("c.json", 100_000)]
    public async Task ReadAsync_TooDeep_IsRefused(string name, int depth)
    {
        string text = name == "c.json" ? $"{{\"x\": {new string('[', depth)}" : $"x: {new string('[', depth)}";

        EtcdException error = await RefusedAsync(name, Encoding.UTF8.GetBytes(text));

        Assert.Matches("levels deep|not valid JSON|not valid YAML", error.Message);
    }

    [Fact]
    public async Task ReadAsync_TooLargeOrNotTextOrNotThere_IsRefused()
    {
        EtcdException large = await RefusedAsync("large.yaml", new byte[(1 << 20) + 1]);
        EtcdException binary = await RefusedAsync("binary.yaml", [0x6e, 0xff, 0xfe]);
        EtcdException missing = await RefusedAsync("missing.yaml", null);
        EtcdException other = await RefusedAsync("cluster.toml", []);

        Assert.Contains("larger than 1 MiB", large.Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", binary.Message, StringComparison.Ordinal);
        Assert.Contains("no such file", missing.Message, StringComparison.Ordinal);
        Assert.Contains("ends in .yaml", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_NumberThatLostItsText_MustBeQuoted()
    {
        var tree = new Hashtable { ["name"] = "a", ["hosts"] = "n1", ["version"] = 3.1 };

        EtcdException error = Assert.Throws<EtcdException>(() => ClusterFile.From(tree, _temp.File("c.psd1")));

        Assert.Equal($"The cluster file '{_temp.File("c.psd1")}' cannot be used: 'version' must be text; put it in quotes.", error.Message);
    }

    [Fact]
    public void From_TreeThatHoldsItselfOrForeignThings_IsRefused()
    {
        var circle = new Hashtable { ["name"] = "a" };
        circle["tuning"] = circle;
        var foreign = new Hashtable { ["name"] = new Version(3, 5) };

        string first = Assert.Throws<EtcdException>(() => ClusterFile.From(circle, "c.psd1")).Message;
        string second = Assert.Throws<EtcdException>(() => ClusterFile.From(foreign, "c.psd1")).Message;

        Assert.Contains("levels deep", first, StringComparison.Ordinal);
        Assert.Contains("'name' has a type (Version)", second, StringComparison.Ordinal);
    }

    private async Task<EtcdException> RefusedAsync(string name, byte[]? content)
    {
        if (content is not null) await File.WriteAllBytesAsync(_temp.File(name), content, Cancel);
        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => ClusterFile.ReadAsync(_temp.File(name), Cancel));
        Assert.Equal((EtcdErrorIds.SpecInvalid, _temp.File(name)), (error.ErrorId, error.Target));
        Assert.Contains($"'{_temp.File(name)}'", error.Message, StringComparison.Ordinal);
        return error;
    }
}
