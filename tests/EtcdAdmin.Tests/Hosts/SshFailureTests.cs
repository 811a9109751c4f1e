using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Everything that can keep a script from beginning, each with an error of its own.</summary>
public sealed class SshFailureTests : SshTest
{
    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_NobodyListens_SaysRefused(SshWay way)
    {
        int port = FreePorts.Take(1)[0];

        EtcdException error = await FailureAsync(new HostConnection { HostName = "127.0.0.1", Port = port, ConfigPath = "none" }, way);

        Assert.Equal(EtcdErrorIds.HostUnreachable, error.ErrorId);
        Assert.Equal(EtcdErrorKind.Connection, error.Kind);
        Assert.Equal("127.0.0.1", error.Target);
        Assert.Equal($"Cannot reach 127.0.0.1:{port}: connect to host 127.0.0.1 port {port}: Connection refused.", error.Message);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_UnknownName_SaysSo(SshWay way)
    {
        EtcdException error = await FailureAsync(new HostConnection { HostName = "no-such-host.invalid", ConfigPath = "none" }, way);

        Assert.Equal(EtcdErrorIds.HostUnreachable, error.ErrorId);
        Assert.Equal("Cannot reach no-such-host.invalid: the name no-such-host.invalid cannot be resolved.", error.Message);
    }

    [Theory]
    [InlineData("", SshWay.Shared)]
    [InlineData("", SshWay.Separate)]
    [InlineData("", SshWay.SshNet)]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n", SshWay.Shared)]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n", SshWay.Separate)]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n", SshWay.SshNet)]
    public async Task RunAsync_HostThatHangsAfterConnecting_EndsInTime(string greeting, SshWay way)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Task greeted = GreetAsync(silent, greeting);
        var connection = new HostConnection
        {
            HostName = "127.0.0.1",
            Port = ((IPEndPoint)silent.LocalEndpoint).Port,
            ConfigPath = "none",
            ConnectingTimeout = TimeSpan.FromSeconds(1),
        };
        long began = Stopwatch.GetTimestamp();

        EtcdException error = await FailureAsync(connection, way);

        Assert.Equal((EtcdErrorIds.HostUnreachable, EtcdErrorKind.Connection), (error.ErrorId, error.Kind));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
        await greeted;
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_WrongKey_SaysWhoAndWhatTheHostOffers(SshWay way)
    {
        SshServer server = await StartAsync();
        string other = await server.NewKeyAsync("other");

        EtcdException error = await FailureAsync(server.Connection with { KeyFilePath = other }, way);

        Assert.Equal(EtcdErrorIds.HostAuthFailed, error.ErrorId);
        Assert.Equal(EtcdErrorKind.Authentication, error.Kind);
        Assert.Equal(
            $"127.0.0.1 refused the login of user {Environment.UserName}: it accepted none of the keys (it offers: publickey).",
            error.Message);
        Assert.Contains("ssh-add", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_MissingKeyFile_NamesIt(SshWay way)
    {
        SshServer server = await StartAsync();

        EtcdException error = await FailureAsync(server.Connection with { KeyFilePath = server.Folder.File("missing") }, way);

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.Contains(server.Folder.File("missing"), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_LoginWithoutAShell_QuotesIt(SshWay way)
    {
        SshServer server = await StartAsync("ForceCommand echo This account is currently not available. >&2; exit 1");

        EtcdException error = await FailureAsync(server.Connection, way);

        Assert.Equal(EtcdErrorIds.HostShellFailed, error.ErrorId);
        Assert.Contains("(exit code 1): This account is currently not available.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NoSuchOption", "yes", SshWay.Shared)]
    [InlineData("Ciphers", "nonsense", SshWay.Shared)]
    [InlineData("NoSuchOption", "yes", SshWay.SshNet)]
    [InlineData("Ciphers", "nonsense", SshWay.SshNet)]
    public async Task RunAsync_OptionThatSshDoesNotTake_IsASpecError(string name, string value, SshWay way)
    {
        SshServer server = await StartAsync();

        EtcdException error = await FailureAsync(server.Connection with { Options = With(server.Connection, name, value) }, way);

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.Contains(value == "yes" ? "nosuchoption" : value, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_MissingConfigurationFile_IsASpecError(SshWay way)
    {
        SshServer server = await StartAsync();

        EtcdException error = await FailureAsync(server.Connection with { ConfigPath = server.Folder.File("nothing") }, way);

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_AfterAFailure_ConnectsWhenTheHostIsBack(SshWay way)
    {
        SshServer server = await StartAsync();
        await server.StopAsync();
        EtcdException error = await FailureAsync(server.Connection, way);
        await server.RunAsync();

        ScriptResult result = await Host(server.Connection, way).RunAsync(Script("echo back"), Token);

        Assert.Equal(EtcdErrorIds.HostUnreachable, error.ErrorId);
        Assert.Equal("back\n", result.Output);
    }

    private static async Task GreetAsync(TcpListener listener, string greeting)
    {
        using Socket client = await listener.AcceptSocketAsync(Token);
        await client.SendAsync(Encoding.ASCII.GetBytes(greeting), Token);
        byte[] rest = new byte[4096];
        try
        {
            while (await client.ReceiveAsync(rest, Token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // the client has given up
        }
    }
}
