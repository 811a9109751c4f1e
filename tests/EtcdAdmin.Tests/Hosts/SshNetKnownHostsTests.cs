using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>SSH.NET trusts every key, so EtcdAdmin checks known_hosts as ssh does.</summary>
public sealed class SshNetKnownHostsTests : SshTest
{
    [Theory]
    [InlineData("[127.0.0.1]:{0} {1}")]
    [InlineData("# a comment\n\nother ssh-ed25519 AAAA\n[127.0.0.1]:{0}\t{1}")]
    [InlineData("other,[127.0.0.*]:{0} {1}")]
    [InlineData("127.0.0.1 {1}")]
    [InlineData("* {1}")]
    public async Task RunAsync_KnownKey_IsTrusted(string lines)
    {
        SshServer server = await StartAsync();
        await WriteAsync(server, lines);

        Assert.Equal("in\n", (await Host(server.Connection, SshWay.SshNet).RunAsync(Script("echo in"), Token)).Output);
        Assert.Equal("in\n", (await Host(server.Connection, SshWay.Shared).RunAsync(Script("echo in"), Token)).Output);
    }

    [Theory]
    [InlineData("*,!*127.0.0.1* {1}")]
    [InlineData("[127.0.0.1]:1 {1}")]
    [InlineData("[127.0.0.1]:{0} ssh-ed25519 not-base64!")]
    public async Task RunAsync_KeyOfOthers_IsUnknown(string lines)
    {
        SshServer server = await StartAsync();
        await WriteAsync(server, lines);

        Assert.Equal(EtcdErrorIds.HostKeyUnknown, (await FailureAsync(server.Connection, SshWay.SshNet)).ErrorId);
    }

    [Fact]
    public async Task RunAsync_HashedEntry_IsTrustedAndAnotherKeyHasChanged()
    {
        SshServer server = await StartAsync();
        await RunToolAsync("ssh-keygen", "-H", "-f", server.KnownHostsPath);
        Assert.StartsWith("|1|", await File.ReadAllTextAsync(server.KnownHostsPath, Token), StringComparison.Ordinal);

        ScriptResult result = await Host(server.Connection, SshWay.SshNet).RunAsync(Script("echo in"), Token);
        await server.ChangeHostKeyAsync();
        EtcdException error = await Assert.ThrowsAsync<EtcdException>(() => Host(server.Connection, SshWay.SshNet).RunAsync(Script("true"), Token));

        Assert.Equal("in\n", result.Output);
        Assert.Equal(EtcdErrorIds.HostKeyChanged, error.ErrorId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunAsync_RevokedKey_IsRefusedWhateverElseIsThere(bool accept)
    {
        SshServer server = await StartAsync();
        await WriteAsync(server, "[127.0.0.1]:{0} {1}\n@revoked * {1}");
        Connections(SshWay.SshNet).AcceptNewHostKeys = accept;

        EtcdException error = await FailureAsync(server.Connection, SshWay.SshNet);

        Assert.Equal((EtcdErrorIds.HostKeyChanged, EtcdErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Contains($"{server.KnownHostsPath}:2 marks this key as revoked", error.Message, StringComparison.Ordinal);
        Assert.Equal(EtcdErrorIds.HostKeyChanged, (await FailureAsync(server.Connection, SshWay.Shared)).ErrorId);
    }

    [Fact]
    public async Task RunAsync_AuthorityOfHostKeys_IsLeftToSsh()
    {
        SshServer server = await StartAsync();
        await WriteAsync(server, "@cert-authority [127.0.0.1]:{0} {1}");
        Connections(SshWay.SshNet).AcceptNewHostKeys = true;

        EtcdException error = await FailureAsync(server.Connection, SshWay.SshNet);

        Assert.Equal((EtcdErrorIds.NotSupported, EtcdErrorKind.NotSupported), (error.ErrorId, error.Kind));
        Assert.Contains("-SshTransport OpenSsh", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_SeveralKeysOfTheHost_AsksForTheKnownOne()
    {
        SshServer server = await StartAsync();
        string other = await server.NewKeyAsync("rsa", "rsa");
        SshServer both = await StartAsync($"HostKey {other}");
        string rsa = await File.ReadAllTextAsync(other + ".pub", Token);
        await File.WriteAllTextAsync(both.KnownHostsPath, $"[127.0.0.1]:{both.Port} {rsa}", Token);

        Assert.Equal("in\n", (await Host(both.Connection, SshWay.SshNet).RunAsync(Script("echo in"), Token)).Output);
    }

    [Theory]
    [InlineData("no", "")]
    [InlineData("yes", "")]
    [InlineData("no", "other ssh-ed25519 AAAA")]
    public async Task RunAsync_AcceptedKey_IsWrittenAsSshReadsIt(string hashed, string before)
    {
        SshServer server = await StartAsync();
        await File.WriteAllTextAsync(server.KnownHostsPath, before, Token);
        HostConnection connection = server.Connection with { Options = With(server.Connection, "HashKnownHosts", hashed) };
        Connections(SshWay.SshNet).Accept(connection);

        await Host(connection, SshWay.SshNet).RunAsync(Script("true"), Token);

        string[] lines = await File.ReadAllLinesAsync(server.KnownHostsPath, Token);
        Assert.Equal(before.Length > 0 ? 2 : 1, lines.Length);
        Assert.StartsWith(hashed == "yes" ? "|1|" : $"[127.0.0.1]:{server.Port} ssh-ed25519 ", lines[^1], StringComparison.Ordinal);
        await RunToolAsync("ssh-keygen", "-F", $"[127.0.0.1]:{server.Port}", "-f", server.KnownHostsPath);
        Assert.Equal("in\n", (await Host(connection, SshWay.Shared).RunAsync(Script("echo in"), Token)).Output);
    }

    [Fact]
    public async Task RunAsync_AcceptedKeyButNoFolder_MakesItForTheOperatorOnly()
    {
        SshServer server = await StartAsync();
        string file = Path.Combine(server.Folder.File("new"), "known_hosts");
        HostConnection connection = server.Connection with { Options = With(server.Connection, "UserKnownHostsFile", file) };
        Connections(SshWay.SshNet).Accept(connection);

        await Host(connection, SshWay.SshNet).RunAsync(Script("true"), Token);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.GetDirectoryName(file)!) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead));
    }

    private static async Task WriteAsync(SshServer server, string lines)
    {
        string key = string.Join(' ', (await File.ReadAllTextAsync(server.Folder.File("host.pub"), Token)).Split(' ')[..2]);
        string text = string.Format(CultureInfo.InvariantCulture, lines, server.Port, key);
        await File.WriteAllTextAsync(server.KnownHostsPath, text + "\n", Token);
    }

    private static async Task RunToolAsync(string program, params string[] arguments)
    {
        ProcessResult result = await ProcessRunner.RunAsync(new ProcessCommand(program, arguments), Token);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
