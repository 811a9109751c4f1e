using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Is it the host that it should be?</summary>
public sealed class SshHostKeyTests : SshTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_UnknownKey_ShowsItsFingerprint(bool multiplex)
    {
        SshServer server = await StartAsync();
        server.ForgetHostKey();

        EtcdException error = await FailureAsync(server.Connection, multiplex);

        Assert.Equal((EtcdErrorIds.HostKeyUnknown, EtcdErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Contains($"ssh-ed25519 {await server.FingerprintAsync()}", error.Message, StringComparison.Ordinal);
        Assert.Contains("-AcceptNewHostKey", error.NextStep, StringComparison.Ordinal);
        Assert.Empty(await File.ReadAllTextAsync(server.KnownHostsPath, Token));
    }

    [Fact]
    public async Task RunAsync_UnknownKeyAccepted_IsKnownFromThenOn()
    {
        SshServer server = await StartAsync();
        server.ForgetHostKey();
        Shared.Accept(server.Connection);

        ScriptResult first = await Host(server.Connection).RunAsync(Script("echo in"), Token);
        ScriptResult later = await Host(server.Connection, multiplex: false).RunAsync(Script("echo in"), Token);

        Assert.Equal(new ScriptResult(0, "in\n", ""), first);
        Assert.Equal("in\n", later.Output);
    }

    [Fact]
    public async Task RunAsync_AllNewKeysAccepted_HoldsForEveryHost()
    {
        SshServer server = await StartAsync();
        server.ForgetHostKey();
        Shared.AcceptNewHostKeys = true;

        ScriptResult result = await Host(server.Connection).RunAsync(Script("echo in"), Token);

        Assert.Equal("in\n", result.Output);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task RunAsync_ChangedKey_IsRefusedWithBothFingerprints(bool multiplex, bool accept)
    {
        SshServer server = await StartAsync();
        await server.ChangeHostKeyAsync();
        Shared.AcceptNewHostKeys = Single.AcceptNewHostKeys = accept;

        EtcdException error = await FailureAsync(server.Connection, multiplex);

        Assert.Equal((EtcdErrorIds.HostKeyChanged, EtcdErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Equal(
            $"The host key of 127.0.0.1 has changed: it shows the ED25519 key {await server.FingerprintAsync()}, "
            + $"but {server.KnownHostsPath}:1 has {await server.FingerprintAsync("old")}.",
            error.Message);
    }

    [Fact]
    public async Task RunAsync_ConfigurationThatChecksNoKeys_IsOverruled()
    {
        SshServer server = await StartAsync();
        server.ForgetHostKey();
        string config = server.Folder.File("config");
        await File.WriteAllTextAsync(config, "StrictHostKeyChecking no\n", Token);

        EtcdException error = await FailureAsync(server.Connection with { ConfigPath = config });

        Assert.Equal(EtcdErrorIds.HostKeyUnknown, error.ErrorId);
    }

    [Fact]
    public async Task RunAsync_KeyOfAnotherTypeThanTheKnown_IsNotTakenForNew()
    {
        SshServer server = await StartAsync();
        await server.ShowKeyOfTypeAsync("ecdsa");
        Shared.AcceptNewHostKeys = true;

        EtcdException error = await FailureAsync(server.Connection);

        Assert.Equal(EtcdErrorIds.HostKeyChanged, error.ErrorId);
    }
}
