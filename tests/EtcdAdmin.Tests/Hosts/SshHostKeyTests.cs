using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Is it the host that it should be?</summary>
public sealed class SshHostKeyTests : SshTest
{
    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_UnknownKey_ShowsItsFingerprint(SshWay way)
    {
        SshServer server = await StartAsync();
        server.ForgetHostKey();

        EtcdException error = await FailureAsync(server.Connection, way);

        Assert.Equal((EtcdErrorIds.HostKeyUnknown, EtcdErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Contains($"ssh-ed25519 {await server.FingerprintAsync()}", error.Message, StringComparison.Ordinal);
        Assert.Contains("-AcceptNewHostKey", error.NextStep, StringComparison.Ordinal);
        Assert.Empty(await File.ReadAllTextAsync(server.KnownHostsPath, Token));
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_UnknownKeyAccepted_IsKnownFromThenOn(SshWay way)
    {
        SshServer server = await StartAsync();
        server.ForgetHostKey();
        Connections(way).Accept(server.Connection);

        ScriptResult first = await Host(server.Connection, way).RunAsync(Script("echo in"), Token);
        ScriptResult later = await Host(server.Connection, way == SshWay.SshNet ? SshWay.Shared : SshWay.Separate).RunAsync(Script("echo in"), Token);

        Assert.Equal(new ScriptResult(0, "in\n", ""), first);
        Assert.Equal("in\n", later.Output);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_AllNewKeysAccepted_HoldsForEveryHost(SshWay way)
    {
        SshServer server = await StartAsync();
        server.ForgetHostKey();
        Connections(way).AcceptNewHostKeys = true;

        ScriptResult result = await Host(server.Connection, way).RunAsync(Script("echo in"), Token);

        Assert.Equal("in\n", result.Output);
    }

    [Theory]
    [InlineData(SshWay.Shared, false)]
    [InlineData(SshWay.Shared, true)]
    [InlineData(SshWay.Separate, true)]
    [InlineData(SshWay.SshNet, false)]
    [InlineData(SshWay.SshNet, true)]
    public async Task RunAsync_ChangedKey_IsRefusedWithBothFingerprints(SshWay way, bool accept)
    {
        SshServer server = await StartAsync();
        await server.ChangeHostKeyAsync();
        Connections(way).AcceptNewHostKeys = accept;

        EtcdException error = await FailureAsync(server.Connection, way);

        Assert.Equal((EtcdErrorIds.HostKeyChanged, EtcdErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Equal(
            $"The host key of 127.0.0.1 has changed: it shows the ED25519 key {await server.FingerprintAsync()}, "
            + $"but {server.KnownHostsPath}:1 has {await server.FingerprintAsync("old")}.",
            error.Message);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_ConfigurationThatChecksNoKeys_IsOverruled(SshWay way)
    {
        SshServer server = await StartAsync();
        server.ForgetHostKey();
        string config = server.Folder.File("config");
        await File.WriteAllTextAsync(config, "StrictHostKeyChecking no\n", Token);

        EtcdException error = await FailureAsync(server.Connection with { ConfigPath = config }, way);

        Assert.Equal(EtcdErrorIds.HostKeyUnknown, error.ErrorId);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_KeyOfAnotherTypeThanTheKnown_IsNotTakenForNew(SshWay way)
    {
        SshServer server = await StartAsync();
        await server.ShowKeyOfTypeAsync("ecdsa");
        Connections(way).AcceptNewHostKeys = true;

        EtcdException error = await FailureAsync(server.Connection, way);

        Assert.Equal(EtcdErrorIds.HostKeyChanged, error.ErrorId);
    }
}
