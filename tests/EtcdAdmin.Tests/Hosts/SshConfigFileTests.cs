using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Where there is no ssh program, the configuration means the same as to one.</summary>
public sealed class SshConfigFileTests : IDisposable
{
    private static readonly string[] Compared =
        ["hostname", "user", "port", "proxyjump", "proxycommand", "hostkeyalias", "userknownhostsfile", "hashknownhosts", "serveraliveinterval"];

    private readonly TempFolder _temp = new();

    public static TheoryData<string> Configurations =>
    [
        "",
        "User ops\nPort 2222\n",
        "Host db\n  User first\nHost *\n  User second\n  Port 7\n",
        "Host other\n  User first\nHost d?\n  User second\n",
        "Host * !db\n  User first\nHost *\n  User second\n",
        "Host=db\n\tHostName = %h.example\n",
        "host DB\n  hostname 10.0.0.1\n",
        "Match host db\n  User matched\nMatch all\n  Port 9\n",
        "Match originalhost other,db user nobody\n  Port 8\nMatch !host db\n  Port 9\n",
        "Host db\n  ProxyJump a,b\n  UserKnownHostsFile /x/known /y/known\n  HostKeyAlias alias\n  HashKnownHosts yes\n  ServerAliveInterval 7\n",
        "Include more\nHost db\n  User late\n",
        "# comment\n\n  User   \"ops\"  \n",
        "Host db\n  ProxyCommand nc %h 22\n",
    ];

    public void Dispose() => _temp.Dispose();

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task Read_AnyConfiguration_SaysWhatSshSays(string text)
    {
        await File.WriteAllTextAsync(_temp.File("more"), "Host db\n  User included\n", TestContext.Current.CancellationToken);
        string config = text.Replace("Include more", $"Include {_temp.File("more")}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_temp.File("config"), config, TestContext.Current.CancellationToken);
        var connection = new HostConnection { HostName = "db", ConfigPath = _temp.File("config") };
        using var folder = new SshFolder();

        SshSettings ours = SshConfigFile.Read(connection);
        SshSettings theirs = await SshResolver.SettingsAsync(new SshClient(folder), connection, TestContext.Current.CancellationToken);

        foreach (string name in Compared.Where(name => ours[name] is not null || (theirs.Has(name) && name is "proxyjump" or "proxycommand")))
            Assert.Equal($"{name} {theirs[name]}", $"{name} {Named(name, ours[name])}");
    }

    [Fact]
    public async Task Read_SetForTheConnection_ComesFirst()
    {
        const string Config = "User file\nPort 9\nIdentityFile /file\nHostKeyAlias file\n";
        await File.WriteAllTextAsync(_temp.File("config"), Config, TestContext.Current.CancellationToken);
        var connection = new HostConnection
        {
            HostName = "db",
            UserName = "ops",
            Port = 22,
            KeyFilePath = "/ours",
            ConfigPath = _temp.File("config"),
            Options = new Dictionary<string, string> { ["HostKeyAlias"] = "ours" },
        };

        SshSettings settings = SshConfigFile.Read(connection);

        Assert.Equal(("ops", "22", "ours"), (settings["user"], settings["port"], settings["hostkeyalias"]));
        Assert.Equal(["/ours"], settings.All("identityfile"));
    }

    [Fact]
    public void Read_NoConfiguration_HasSshsDefaults()
    {
        SshSettings settings = SshConfigFile.Read(new HostConnection { HostName = "db", ConfigPath = "none" });

        Assert.Equal(("db", Environment.UserName, "22"), (settings["hostname"], settings["user"], settings["port"]));
        Assert.Contains(settings.All("identityfile"), file => file.EndsWith("/.ssh/id_ed25519", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_ConditionThatNeedsAProgram_IsRefusedWithItsPlace()
    {
        await File.WriteAllTextAsync(_temp.File("config"), "User ops\nMatch exec \"true\"\n  Port 9\n", TestContext.Current.CancellationToken);

        var error = Assert.Throws<EtcdException>(() => SshConfigFile.Read(new HostConnection { HostName = "db", ConfigPath = _temp.File("config") }));

        Assert.Equal(EtcdErrorIds.NotSupported, error.ErrorId);
        Assert.Contains($"Match exec ({_temp.File("config")}:2)", error.Message, StringComparison.Ordinal);
    }

    // ssh shows paths expanded, and no value as it stands in quotes.
    private static string? Named(string name, string? value) => name == "userknownhostsfile" && value is not null
        ? string.Join(' ', value.Split(' ').Select(HomeFolder.Expand))
        : value;
}
