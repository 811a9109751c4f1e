using System.Text.Json;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Hosts.Ssh;
using EtcdAdmin.Hosts.SshNet;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>The choice between ssh and SSH.NET, and what SSH.NET refuses.</summary>
public sealed class SshTransportTests : SshTest
{
    private const string Nowhere = "/nowhere";

    [Theory]
    [InlineData(true, true, null, typeof(SshHost))]
    [InlineData(false, true, null, typeof(SshNetHost))]
    [InlineData(true, false, null, typeof(SshNetHost))]
    [InlineData(true, true, SshTransport.SshNet, typeof(SshNetHost))]
    [InlineData(false, true, SshTransport.OpenSsh, typeof(SshHost))]
    public async Task RunAsync_Default_IsSshWhereItSharesAConnection(bool multiplex, bool hasSsh, SshTransport? chosen, Type expected)
    {
        Assert.SkipWhen(TransportChoice.OfSession is not null, $"{TransportChoice.Variable} is set.");
        SshServer server = await StartAsync();
        await using var connections = new HostConnections(multiplex, hasSsh ? null : Nowhere);
        ChosenHost host = connections.GetSsh(server.Connection with { Transport = chosen });

        ScriptResult result = await host.RunAsync(Script("echo in"), Token);

        Assert.Equal("in\n", result.Output);
        Assert.IsType(expected, host.Chosen);
    }

    [Fact]
    public async Task RunAsync_ChoiceOfTheSession_GivesWayToTheConnections()
    {
        SshServer server = await StartAsync();
        await using var connections = new HostConnections(multiplex: true) { Transport = SshTransport.SshNet };
        ChosenHost session = connections.GetSsh(server.Connection),
            own = connections.GetSsh(server.Connection with { Transport = SshTransport.OpenSsh });

        await session.RunAsync(Script("true"), Token);
        await own.RunAsync(Script("true"), Token);

        Assert.IsType<SshNetHost>(session.Chosen);
        Assert.IsType<SshHost>(own.Chosen);
    }

    [Fact]
    public async Task RunAsync_ConfigurationThatOnlySshCanFollow_TakesSshUnlessItIsMissingOrNotWanted()
    {
        Assert.SkipWhen(TransportChoice.OfSession is not null, $"{TransportChoice.Variable} is set.");
        SshServer server = await StartAsync();
        string config = server.Folder.File("config");
        await File.WriteAllTextAsync(config, $"Host db\n  ProxyCommand nc 127.0.0.1 {server.Port}\n", Token);
        HostConnection connection = server.Connection with { HostName = "db", ConfigPath = config };
        await using var windows = new HostConnections(multiplex: false);
        await using var bare = new HostConnections(multiplex: true, Nowhere);
        ChosenHost withSsh = windows.GetSsh(connection);

        await Assert.ThrowsAsync<EtcdException>(() => withSsh.RunAsync(Script("true"), Token)); // its name is not in known_hosts
        var without = await Assert.ThrowsAsync<EtcdException>(() => bare.GetSsh(connection).RunAsync(Script("true"), Token));
        EtcdException unwanted = await FailureAsync(connection, SshWay.SshNet);

        Assert.IsType<SshHost>(withSsh.Chosen);
        Assert.Equal((EtcdErrorIds.NotSupported, EtcdErrorKind.NotSupported, "db"), (without.ErrorId, without.Kind, without.Target));
        Assert.Equal(
            $"SSH.NET cannot connect to db as configured: its ssh configuration has ProxyCommand nc 127.0.0.1 {server.Port}.", without.Message);
        Assert.Equal(without.Message, unwanted.Message);
        Assert.Contains("-SshTransport OpenSsh", unwanted.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BindAddress", "127.0.0.1", "BindAddress 127.0.0.1")]
    [InlineData("AddressFamily", "inet", "AddressFamily inet")]
    [InlineData("PKCS11Provider", "/usr/lib/token.so", "PKCS11Provider /usr/lib/token.so")]
    [InlineData("KnownHostsCommand", "/bin/true", "KnownHostsCommand /bin/true")]
    [InlineData("Ciphers", "aes256-ctr", "the option Ciphers was given")]
    public async Task RunAsync_OptionThatOnlySshHas_IsRefusedAndNotIgnored(string name, string value, string why)
    {
        SshServer server = await StartAsync();

        EtcdException error = await FailureAsync(server.Connection with { Options = With(server.Connection, name, value) }, SshWay.SshNet);

        Assert.Equal(EtcdErrorIds.NotSupported, error.ErrorId);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_JumpHostThatOnlySshCanReach_IsNamed()
    {
        SshServer server = await StartAsync();
        string config = server.Folder.File("config");
        await File.WriteAllTextAsync(config, "Host jump\n  ProxyCommand nc %h %p\nHost db\n  ProxyJump jump\n", Token);

        EtcdException error = await FailureAsync(server.Connection with { HostName = "db", ConfigPath = config }, SshWay.SshNet);

        Assert.Equal(EtcdErrorIds.NotSupported, error.ErrorId);
        Assert.Contains("the jump host jump's ssh configuration has ProxyCommand", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_KeyWithAPassphrase_IsRefusedWithTheReason()
    {
        SshServer server = await StartAsync();
        await RunToolAsync("ssh-keygen", "-q", "-p", "-P", "", "-N", "passphrase", "-f", server.KeyPath);

        EtcdException error = await FailureAsync(server.Connection, SshWay.SshNet);

        Assert.Equal(EtcdErrorIds.NotSupported, error.ErrorId);
        Assert.Contains($"the key {server.KeyPath} has a passphrase", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_KeyOfHardware_IsRefusedWithTheReason()
    {
        SshServer server = await StartAsync();
        string key = server.Folder.File("token");
        await File.WriteAllTextAsync(key, HardwareKey, Token);
        await File.WriteAllTextAsync(key + ".pub", "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t token\n", Token);

        EtcdException error = await FailureAsync(server.Connection with { KeyFilePath = key }, SshWay.SshNet);

        Assert.Equal(EtcdErrorIds.NotSupported, error.ErrorId);
        Assert.Contains($"the key {key} is kept in hardware", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_KeysOfTheAgentOnly_IsRefusedWithTheReason()
    {
        SshServer server = await StartAsync();
        string config = server.Folder.File("config");
        await File.WriteAllTextAsync(config, $"IdentityAgent {server.Folder.File("agent")}\nIdentityFile {server.Folder.File("none")}\n", Token);

        EtcdException error = await FailureAsync(server.Connection with { KeyFilePath = null, ConfigPath = config }, SshWay.SshNet);

        Assert.Equal(EtcdErrorIds.NotSupported, error.ErrorId);
        Assert.Contains("only in the ssh agent", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa")]
    public async Task RunAsync_CertificateOfTheUser_LogsIn(string type)
    {
        SshServer server = await StartAsync();
        string authority = await server.NewKeyAsync("authority");
        string key = await server.NewKeyAsync("certified", type);
        await RunToolAsync("ssh-keygen", "-q", "-s", authority, "-I", "test", "-n", Environment.UserName, key + ".pub");
        SshServer strict = await StartAsync($"TrustedUserCAKeys {authority}.pub");

        ScriptResult result = await Host(strict.Connection with { KeyFilePath = key }, SshWay.SshNet).RunAsync(Script("echo in"), Token);

        Assert.Equal("in\n", result.Output);
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("ecdsa")]
    public async Task RunAsync_KeysOfOtherTypes_LogIn(string type)
    {
        SshServer server = await StartAsync();
        string key = await server.NewKeyAsync("other", type);
        File.AppendAllText(server.Folder.File("authorized_keys"), await File.ReadAllTextAsync(key + ".pub", Token));

        ScriptResult result = await Host(server.Connection with { KeyFilePath = key }, SshWay.SshNet).RunAsync(Script("echo in"), Token);

        Assert.Equal("in\n", result.Output);
    }

    [Fact]
    public void Choice_IsSavedByItsName()
    {
        var connection = new HostConnection { HostName = "n1", Transport = SshTransport.SshNet };

        string json = JsonSerializer.Serialize(connection);

        Assert.Contains("\"SshNet\"", json, StringComparison.Ordinal);
        Assert.Equal(connection, JsonSerializer.Deserialize<HostConnection>(json));
        Assert.NotEqual(connection, connection with { Transport = null });
    }

    // Not a key: only the start of such a file.
    private const string HardwareKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----\n";

    private static async Task RunToolAsync(string program, params string[] arguments)
    {
        ProcessResult result = await ProcessRunner.RunAsync(new ProcessCommand(program, arguments), Token);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
