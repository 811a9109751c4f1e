using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Maintenance;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Maintenance;

/// <summary>What one host has: the script, its settings, an etcdctl that notes defragmentations; and one member of a cluster.</summary>
internal sealed class MaintenanceHost
{
    private readonly string _folder;
    private readonly string _script;

    public MaintenanceHost(string folder, EtcdServer server, int index, MaintenanceSchedule schedule, long quotaBytes)
    {
        _folder = Path.Combine(folder, $"m{index}");
        var member = new MemberSpec
        {
            Name = $"m{index}",
            HostName = $"m{index}",
            Address = "127.0.0.1",
            ClientPort = server.Endpoints[index].Port,
            PeerPort = 1,
            Directory = _folder,
            BinDirectory = Path.Combine(_folder, "bin"),
        };
        string bin = Path.Combine(_folder, "bin", "current");
        Directory.CreateDirectory(bin);
        Directory.CreateDirectory(member.Layout.DataDirectory);
        Directory.CreateDirectory(Path.Combine(_folder, "state"));
        string control = Path.Combine(bin, "etcdctl");
        File.WriteAllText(control, $"""
            #!/bin/sh
            case " $* " in
                *" defrag "*)
                    echo "begin m{index}" >>'{folder}/defragmentations'
                    sleep 0.3
                    '{server.Binaries.Etcdctl}' "$@"
                    code=$?
                    echo "end m{index}" >>'{folder}/defragmentations'
                    exit $code
                    ;;
            esac
            exec '{server.Binaries.Etcdctl}' "$@"
            """);
        File.SetUnixFileMode(control, File.GetUnixFileMode(control) | UnixFileMode.UserExecute);
        var places = new MemberPlaces("prod", member, ScheduleKind.Maintenance);
        foreach (HostFile file in new MaintenanceScheduleFiles(places, schedule, TimeSpan.FromHours(1), quotaBytes, tls: false).All.Take(2))
        {
            using var content = new StreamReader(file.Content.Open());
            File.WriteAllText(Path.Combine(_folder, Path.GetFileName(file.Path)),
                content.ReadToEnd().Replace(places.State, Path.Combine(_folder, "state"), StringComparison.Ordinal));
        }

        _script = Path.Combine(_folder, "maintenance-schedule.sh");
    }

    public string Settings => Path.Combine(_folder, "maintenance-schedule.conf");

    public string? State(string name) => File.ReadAllLines(Path.Combine(_folder, "state", "state"))
        .FirstOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>Changes a setting, also to what the product would not write.</summary>
    public void Set(string name, long value) => File.AppendAllText(Settings, string.Create(CultureInfo.InvariantCulture, $"{name}='{value}'\n"));

    public Task<ProcessResult> RunAsync(string[]? shell = null)
    {
        shell ??= [File.Exists("/bin/dash") ? "/bin/dash" : "/bin/sh"];
        // Under the lock, etcdctl starts sh: here that is the same shell.
        string tools = Path.Combine(_folder, "tools");
        Directory.CreateDirectory(tools);
        string path = Path.Combine(tools, "sh");
        File.WriteAllText(path, $"#!/bin/sh\nexec {string.Join(' ', shell)} \"$@\"\n");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
        var command = new ProcessCommand(shell[0], [.. shell[1..], _script, Settings])
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}" },
        };
        return ProcessRunner.RunAsync(command, TestContext.Current.CancellationToken);
    }
}
