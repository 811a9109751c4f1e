using System.Globalization;
using System.Text;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Tests.Support;

/// <summary>A real sshd of this test's own on 127.0.0.1, with keys of its own; it lets in the user who runs the tests.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";
    private const string PrivilegeSeparationFolder = "/run/sshd";

    private readonly TempFolder _folder = new();
    private readonly StringBuilder _log = new();
    private readonly string _extra;
    private RunningProcess? _process;

    private SshServer(string extra) => _extra = extra;

    public int Port { get; } = FreePorts.Take(1)[0];

    /// <summary>A private key that it knows.</summary>
    public string KeyPath => _folder.File("client");

    /// <summary>Where the client keeps the host's key; it stands there already.</summary>
    public string KnownHostsPath => _folder.File("known_hosts");

    /// <summary>For more files of a test.</summary>
    public TempFolder Folder => _folder;

    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>A way in that works, whatever the configuration of the user who runs the tests.</summary>
    public HostConnection Connection => new()
    {
        HostName = "127.0.0.1",
        Port = Port,
        UserName = Environment.UserName,
        KeyFilePath = KeyPath,
        ConfigPath = "none",
        Options = new Dictionary<string, string> { ["UserKnownHostsFile"] = KnownHostsPath, ["GlobalKnownHostsFile"] = "none" },
    };

    /// <summary>Starts one; skips the test where there is no sshd.</summary>
    /// <param name="extra">More lines of sshd_config.</param>
    public static async Task<SshServer> StartAsync(string extra = "")
    {
        Assert.SkipUnless(File.Exists(Program), $"No {Program} on this machine (Debian: openssh-server).");
        if (Environment.IsPrivilegedProcess) Directory.CreateDirectory(PrivilegeSeparationFolder);
        var server = new SshServer(extra);
        await server.NewKeyAsync("host");
        await server.NewKeyAsync("client");
        File.Copy(server.Folder.File("client.pub"), server.Folder.File("authorized_keys"));
        await server.TrustHostKeyAsync();
        await server.RunAsync();
        return server;
    }

    /// <summary>The fingerprint of the key that it shows.</summary>
    public async Task<string> FingerprintAsync(string key = "host")
    {
        string line = await OutputAsync("ssh-keygen", "-lf", _folder.File(key + ".pub"));
        return line.Split(' ')[1];
    }

    /// <summary>Takes the client's note of the host key.</summary>
    public void ForgetHostKey() => File.WriteAllText(KnownHostsPath, "");

    /// <summary>Stops, makes a new host key, and starts again; the client still knows the old one.</summary>
    public Task ChangeHostKeyAsync() => ShowKeyOfTypeAsync("ed25519");

    /// <summary>As <see cref="ChangeHostKeyAsync"/>, with a key of another type.</summary>
    public async Task ShowKeyOfTypeAsync(string type)
    {
        await StopAsync();
        File.Move(_folder.File("host"), _folder.File("old"), overwrite: true);
        File.Move(_folder.File("host.pub"), _folder.File("old.pub"), overwrite: true);
        await NewKeyAsync("host", type);
        await RunAsync();
    }

    /// <summary>Another key pair beside its own.</summary>
    public async Task<string> NewKeyAsync(string name, string type = "ed25519")
    {
        await OutputAsync("ssh-keygen", "-q", "-t", type, "-N", "", "-C", name, "-f", _folder.File(name));
        return _folder.File(name);
    }

    /// <summary>Kills it with all its connections.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is { } process) await process.DisposeAsync();
    }

    public async Task RunAsync()
    {
        string config = _folder.File("sshd_config");
        await File.WriteAllTextAsync(config, Config());
        _process = RunningProcess.Start(new ProcessCommand(Program, ["-D", "-e", "-f", config]));
        Task listening = ReadLogAsync(_process.Error);
        await Poll.UntilAsync(() => Log.Contains("Server listening", StringComparison.Ordinal) || listening.IsCompleted, CancellationToken.None);
        Assert.False(listening.IsCompleted, Log);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    // A bash that sshd starts reads the user's .bashrc, whatever that takes, unless it believes to run inside another shell.
    private string Config() => string.Create(CultureInfo.InvariantCulture, $"""
        {_extra}
        Port {Port}
        ListenAddress 127.0.0.1
        HostKey {_folder.File("host")}
        AuthorizedKeysFile {_folder.File("authorized_keys")}
        StrictModes no
        PidFile none
        UsePAM no
        KexAlgorithms curve25519-sha256
        PermitRootLogin yes
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        SetEnv SHLVL=2
        LogLevel VERBOSE
        """) + "\n";

    private async Task TrustHostKeyAsync()
    {
        string key = await File.ReadAllTextAsync(_folder.File("host.pub"));
        await File.WriteAllTextAsync(KnownHostsPath, string.Create(CultureInfo.InvariantCulture, $"[127.0.0.1]:{Port} {key}"));
    }

    private async Task ReadLogAsync(Stream stream)
    {
        lock (_log) _log.Clear();
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_log) _log.AppendLine(line);
        }
    }

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        ProcessResult result = await ProcessRunner.RunAsync(new ProcessCommand(program, arguments), TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
