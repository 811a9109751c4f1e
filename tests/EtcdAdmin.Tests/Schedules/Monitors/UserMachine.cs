using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Schedules.Monitors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Monitors;

/// <summary>
/// This machine as a user sees it who has a home folder of his own, with a difficult name, and a systemd of his own: a stand-in that starts services
/// from their units. The scripts and the monitor are real.
/// </summary>
internal sealed class UserMachine : IHostProvider, IHost, IDisposable
{
    private readonly TempFolder _folder = new();

    public UserMachine(bool hasSystemd = true)
    {
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(Bin);
        Tool("id", """case "$1" in -un) echo ops ;; *) echo 1000 ;; esac""");
        Tool("systemctl", hasSystemd ? $$"""
            [ "$1" = --user ] || exit 9
            shift
            [ "$1" != --quiet ] || shift
            echo "$*" >>'{{_folder.Path}}/calls'
            case $1 in
                start) eval "$(sed -n 's/^ExecStart=//p' "$HOME/.config/systemd/user/$2" | sed 's/%%/%/g')" ;;
                enable) : >'{{_folder.Path}}/enabled' ;;
                restart) : >'{{_folder.Path}}/active' ;;
                disable) rm -f '{{_folder.Path}}/enabled' '{{_folder.Path}}/active' ;;
                is-enabled) [ ! -e '{{_folder.Path}}/enabled' ] || echo enabled ;;
                is-active) case $2 in *.timer) [ ! -e '{{_folder.Path}}/active' ] || echo active ;; *) echo inactive ;; esac ;;
            esac
            """ : "exit 1");
        Context = new AdminContext(new EtcdAdminHome(_folder.File("it's the home"))) { Hosts = this };
    }

    public AdminContext Context { get; }

    public string Name => LocalHost.LocalName;

    public string Home => _folder.File("100% of us");

    /// <summary>The files in the home folder, below it.</summary>
    public IReadOnlyList<string> Files =>
        [.. Directory.GetFiles(Home, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Home, file)).Order(StringComparer.Ordinal)];

    private string Bin => _folder.File("bin");

    /// <summary>A saved cluster without members.</summary>
    public async Task<EtcdCluster> SaveAsync(string name = "prod")
    {
        var cluster = new EtcdCluster(name, [new Uri("http://127.0.0.1:9")]);
        await Context.Profiles.SaveAsync(cluster, TestContext.Current.CancellationToken);
        return cluster;
    }

    /// <summary>A monitor whose check is a shell script.</summary>
    public HealthMonitor Monitor(string check)
    {
        string module = _folder.File("EtcdAdmin.psd1");
        File.WriteAllText(module, "");
        return new HealthMonitor { Command = ["/bin/sh", "-c", check, "it's $HOME"], Module = module };
    }

    public string PathOf(string name) => _folder.File(name);

    public IHost Get(HostConnection connection)
    {
        Assert.True(connection.IsLocal);
        return this;
    }

    public Task<ScriptResult> RunAsync(HostScript script, CancellationToken cancellationToken) => new LocalHost().RunAsync(
        script with { Text = $"PATH='{Bin}':$PATH HOME='{Home}' XDG_RUNTIME_DIR=/nowhere\nexport PATH HOME XDG_RUNTIME_DIR\n{script.Text}" },
        cancellationToken);

    public void Dispose() => _folder.Dispose();

    private void Tool(string name, string text)
    {
        string path = Path.Combine(Bin, name);
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
