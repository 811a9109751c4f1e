using System.Text.Json;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Hosts.Reaching;

namespace EtcdAdmin.Tests.Hosts;

public sealed class HostConnectionTests
{
    [Theory]
    [InlineData("n1", null, "n1", null)]
    [InlineData("n1.example.com", null, "n1.example.com", null)]
    [InlineData("ops@n1", "ops", "n1", null)]
    [InlineData("n1:2222", null, "n1", 2222)]
    [InlineData("ops@n1:2222", "ops", "n1", 2222)]
    [InlineData("ops@example.com@n1", "ops@example.com", "n1", null)]
    [InlineData("10.0.0.1:22", null, "10.0.0.1", 22)]
    [InlineData("::1", null, "::1", null)]
    [InlineData("fe80::1%eth0", null, "fe80::1%eth0", null)]
    [InlineData("ops@2001:db8::5", "ops", "2001:db8::5", null)]
    [InlineData("[2001:db8::5]", null, "2001:db8::5", null)]
    [InlineData("ops@[2001:db8::5]:2222", "ops", "2001:db8::5", 2222)]
    [InlineData("ssh://ops@n1:2222", "ops", "n1", 2222)]
    [InlineData("ssh://n1/", null, "n1", null)]
    [InlineData("SSH://[::1]:2222", null, "::1", 2222)]
    public void Parse_WaysToWriteAHost_GiveItsParts(string text, string? user, string host, int? port)
    {
        HostConnection connection = HostConnection.Parse(text);

        Assert.Equal(new HostConnection { HostName = host, UserName = user, Port = port }, connection);
        Assert.Equal(connection, HostConnection.Parse(connection.ToString()));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("ops@", "host name is empty")]
    [InlineData("@n1", "user name is empty")]
    [InlineData("-oProxyCommand=id", "dash")]
    [InlineData("-l@n1", "dash")]
    [InlineData("n 1", "white space")]
    [InlineData("n1\n", "white space")]
    [InlineData("n1\u0007", "control character")]
    [InlineData("$(id)", "'$'")]
    [InlineData("n1;id", "';'")]
    [InlineData("`id`@n1", "'`'")]
    [InlineData("o'ps@n1", "'''")]
    [InlineData("n1|id", "'|'")]
    [InlineData("a\\b@n1", "'\\'")]
    [InlineData("n1:", "1 to 65535")]
    [InlineData("n1:0", "1 to 65535")]
    [InlineData("n1:65536", "1 to 65535")]
    [InlineData("n1:ssh", "1 to 65535")]
    [InlineData("n1:+22", "1 to 65535")]
    [InlineData("n1:22:23", "several colons")]
    [InlineData("[n1]:22", "brackets")]
    [InlineData("[::1", "brackets")]
    [InlineData("[::1]22", "may follow the bracket")]
    [InlineData("http://n1", "1 to 65535")]
    [InlineData("n1/x", "'/'")]
    public void Parse_NoHost_SaysWhy(string text, string why)
    {
        var error = Assert.Throws<EtcdException>(() => HostConnection.Parse(text));

        Assert.Equal((EtcdErrorIds.SpecInvalid, EtcdErrorKind.InvalidInput), (error.ErrorId, error.Kind));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain('\u0007', error.Message);
    }

    [Fact]
    public void Equals_SameOptionsInAnotherOrder_AreOneConnection()
    {
        var one = new HostConnection { HostName = "n1", Options = new Dictionary<string, string> { ["ProxyJump"] = "j", ["Ciphers"] = "c" } };
        var same = new HostConnection { HostName = "n1", Options = new Dictionary<string, string> { ["ciphers"] = "c", ["proxyjump"] = "j" } };
        var other = new HostConnection { HostName = "n1", Options = new Dictionary<string, string> { ["ciphers"] = "c", ["proxyjump"] = "k" } };

        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, other);
        Assert.NotEqual(one, one with { Options = null });
        Assert.NotEqual(one, one with { Port = 22 });
    }

    [Fact]
    public void Equals_NoOptionsAndEmptyOnes_AreOneConnection() =>
        Assert.Equal(new HostConnection { HostName = "n1" }, new HostConnection { HostName = "n1", Options = new Dictionary<string, string>() });

    [Fact]
    public void Json_WrittenAndRead_IsTheSame()
    {
        var connection = new HostConnection
        {
            HostName = "n1",
            UserName = "ops",
            Port = 2222,
            KeyFilePath = "/home/ops/.ssh/key",
            ConfigPath = "/etc/ssh/other",
            ConnectingTimeout = TimeSpan.FromSeconds(3),
            Options = new Dictionary<string, string> { ["ProxyJump"] = "jump" },
        };

        string json = JsonSerializer.Serialize(connection);

        Assert.Equal(connection, JsonSerializer.Deserialize<HostConnection>(json));
        Assert.DoesNotContain("IsLocal", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ControlPath")]
    [InlineData("controlmaster")]
    [InlineData("ControlPersist")]
    [InlineData("BatchMode")]
    [InlineData("RequestTTY")]
    [InlineData("RemoteCommand")]
    [InlineData("StdinNull")]
    [InlineData("ForkAfterAuthentication")]
    [InlineData("SessionType")]
    [InlineData("Proxy Command")]
    [InlineData("-v")]
    [InlineData("")]
    public void Options_NameThatIsOursOrNone_IsRefused(string name)
    {
        var error = Assert.Throws<EtcdException>(() =>
            new HostConnection { HostName = "n1", Options = new Dictionary<string, string> { [name] = "x" } });

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nProxyCommand id")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void Options_ValueWithALineBreakOrNone_IsRefused(string value)
    {
        var error = Assert.Throws<EtcdException>(() =>
            new HostConnection { HostName = "n1", Options = new Dictionary<string, string> { ["Ciphers"] = value } });

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("off")]
    [InlineData("accept-new")]
    [InlineData("No")]
    public void Options_HostKeysUnchecked_PointsToAcceptNewHostKey(string value)
    {
        var error = Assert.Throws<EtcdException>(() =>
            new HostConnection { HostName = "n1", Options = new Dictionary<string, string> { ["stricthostkeychecking"] = value } });

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.Contains("-AcceptNewHostKey", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void IsLocal_Localhost_IsThisMachine()
    {
        Assert.True(HostConnection.Parse("localhost").IsLocal);
        Assert.Equal(HostConnection.Local, HostConnection.Parse("localhost"));
        Assert.False(HostConnection.Parse("127.0.0.1").IsLocal);
    }

    [Theory]
    [InlineData("ops@localhost")]
    [InlineData("localhost:22")]
    public async Task Get_LocalhostWithSshSettings_IsRefused(string text)
    {
        await using var hosts = new HostConnections();

        var error = Assert.Throws<EtcdException>(() => hosts.Get(HostConnection.Parse(text)));

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.Contains("127.0.0.1", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_SameConnection_IsTheSameHost()
    {
        await using var hosts = new HostConnections();

        Assert.Same(hosts.Get(HostConnection.Parse("ops@n1")), hosts.Get(HostConnection.Parse("ssh://ops@n1")));
        Assert.NotSame(hosts.Get(HostConnection.Parse("ops@n1")), hosts.Get(HostConnection.Parse("n1")));
        Assert.IsType<LocalHost>(hosts.Get(HostConnection.Local));
    }

    [Fact]
    public void HostSecrets_Shown_RevealNothing()
    {
        var secrets = new HostSecrets("hush", "hush-sudo");

        Assert.DoesNotContain("hush", secrets.ToString(), StringComparison.Ordinal);
        Assert.Empty(typeof(HostSecrets).GetProperties());
    }

    [Fact]
    public void HostSecrets_LineBreak_IsRefused() => Assert.Throws<ArgumentException>(() => new HostSecrets("a\nb"));
}
