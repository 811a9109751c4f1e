using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>The operator's ssh configuration says how a host is reached.</summary>
public sealed class SshRoutingTests : SshTest
{
    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_AliasOfTheConfiguration_LeadsToTheHost(SshWay way)
    {
        SshServer server = await StartAsync();
        HostConnection alias = await AliasAsync(server);

        ScriptResult result = await Host(alias, way).RunAsync(Script("echo here"), Token);

        Assert.Equal("here\n", result.Output);
        Assert.Equal("prod-1", Host(alias, way).Name);
    }

    [Fact]
    public async Task ResolveAsync_AliasOfTheConfiguration_SaysWhatItStandsFor()
    {
        SshServer server = await StartAsync();

        ResolvedHost resolved = await Connections(SshWay.Shared).ResolveAsync(await AliasAsync(server), Token);

        Assert.Equal(new ResolvedHost("127.0.0.1", Environment.UserName, server.Port), resolved);
    }

    [Fact]
    public async Task ResolveAsync_SaidWithTheConnection_WinsOverTheConfiguration()
    {
        SshServer server = await StartAsync();

        ResolvedHost resolved = await Connections(SshWay.Shared).ResolveAsync(await AliasAsync(server) with { UserName = "other", Port = 99 }, Token);

        Assert.Equal(new ResolvedHost("127.0.0.1", "other", 99), resolved);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_ConfigurationForTheOperatorsOwnSessions_DoesNotDisturb(SshWay way)
    {
        SshServer server = await StartAsync();
        HostConnection alias = await AliasAsync(server, $"""
            RequestTTY force
            RemoteCommand echo theirs
            ControlMaster auto
            ControlPath {server.Folder.File("theirs")}
            LogLevel QUIET
            PermitLocalCommand yes
            LocalCommand echo theirs
            LocalForward {FreePorts.Take(1)[0]} 127.0.0.1:1
            """);

        ScriptResult result = await Host(alias, way).RunAsync(Script("echo ours; echo err >&2"), Token);

        Assert.Equal(new ScriptResult(0, "ours\n", "err\n"), result);
        Assert.False(File.Exists(server.Folder.File("theirs")));
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_ThroughAJumpHost_LeadsToTheHost(SshWay way)
    {
        (SshServer jump, _, HostConnection behind) = await BehindJumpAsync();

        ScriptResult result = await Host(behind, way).RunAsync(Script("echo behind"), Token);

        Assert.Equal("behind\n", result.Output);
        Assert.Contains("Accepted publickey", jump.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_JumpHostIsDown_SaysThatItIsTheJumpHost(SshWay way)
    {
        (SshServer jump, _, HostConnection behind) = await BehindJumpAsync();
        await jump.StopAsync();

        EtcdException error = await FailureAsync(behind, way);

        Assert.Equal(EtcdErrorIds.HostUnreachable, error.ErrorId);
        Assert.Contains($"port {jump.Port}: Connection refused", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_JumpHostDoesNotLetUsIn_NamesIt(SshWay way)
    {
        (SshServer jump, _, HostConnection behind) = await BehindJumpAsync();
        await File.WriteAllTextAsync(jump.Folder.File("authorized_keys"), "", Token);

        EtcdException error = await FailureAsync(behind, way);

        Assert.Equal(EtcdErrorIds.HostAuthFailed, error.ErrorId);
        Assert.StartsWith("127.0.0.1 refused the login of user", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_JumpHostOfUnknownKey_IsNotAskedAboutOnTheTerminal(SshWay way)
    {
        (SshServer jump, _, HostConnection behind) = await BehindJumpAsync();
        jump.ForgetHostKey();
        Connections(way).AcceptNewHostKeys = true;

        EtcdException error = await FailureAsync(behind, way);

        Assert.Equal(EtcdErrorIds.HostKeyUnknown, error.ErrorId);
        Assert.Contains($"a jump host shows the key ssh-ed25519 {await jump.FingerprintAsync()}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_UnknownKeyBehindAJumpHost_ShowsTheHostsFingerprintAndNotTheJumpHosts(SshWay way)
    {
        (_, SshServer server, HostConnection behind) = await BehindJumpAsync();
        server.ForgetHostKey();

        EtcdException error = await FailureAsync(behind, way);

        Assert.Equal(EtcdErrorIds.HostKeyUnknown, error.ErrorId);
        Assert.Contains($"it shows the key ssh-ed25519 {await server.FingerprintAsync()}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_JumpHostOfChangedKey_IsSaidOfTheJumpHost(SshWay way)
    {
        (SshServer jump, _, HostConnection behind) = await BehindJumpAsync();
        await jump.ChangeHostKeyAsync();

        EtcdException error = await FailureAsync(behind, way);

        Assert.Equal(EtcdErrorIds.HostKeyChanged, error.ErrorId);
        Assert.StartsWith($"The host key of a jump host for prod-1 has changed: it shows the ED25519 key {await jump.FingerprintAsync()}",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_NameForTheKey_IsWhatSshAsksThePasswordFor()
    {
        SshServer server = await StartAsync();

        ResolvedHost resolved = await Connections(SshWay.Shared).ResolveAsync(
            await AliasAsync(server) with { Options = With(server.Connection, "HostKeyAlias", "db") }, Token);

        Assert.Equal("db", resolved.HostKeyAlias);
    }

    private async Task<(SshServer Jump, SshServer Server, HostConnection Behind)> BehindJumpAsync()
    {
        SshServer jump = await StartAsync();
        SshServer server = await StartAsync();
        return (jump, server, await AliasAsync(server, $"""
            ProxyJump jump
            Host jump
                HostName 127.0.0.1
                Port {jump.Port}
                IdentityFile {jump.KeyPath}
                IdentitiesOnly yes
                UserKnownHostsFile {jump.KnownHostsPath}
            """));
    }

    private static async Task<HostConnection> AliasAsync(SshServer server, string more = "")
    {
        string config = server.Folder.File("config");
        await File.WriteAllTextAsync(config, $"""
            Host prod-1
                HostName 127.0.0.1
                Port {server.Port}
                User {Environment.UserName}
                IdentityFile {server.KeyPath}
                IdentitiesOnly yes
                UserKnownHostsFile {server.KnownHostsPath}
            {more}

            """, Token);
        return new HostConnection { HostName = "prod-1", ConfigPath = config };
    }
}
