using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Schedules;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Security;
using EtcdAdmin.Snapshots.Remote;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>What one host has: the script, its settings, programs, folders; and etcd of one for all.</summary>
internal sealed class ScheduleHost
{
    private readonly string _folder;
    private readonly string _control;

    public ScheduleHost(
        string folder, string name, EtcdServer server, RetentionRules rules, EtcdCredential? credential = null,
            CertificateAuthority? authority = null, S3Location? store = null, S3Options? options = null)
    {
        _folder = folder;
        Name = name;
        _control = server.Binaries.Etcdctl;
        var member = new MemberSpec
        {
            Name = name,
            HostName = name,
            Address = "127.0.0.1",
            ClientPort = server.Endpoints[0].Port,
            PeerPort = 1,
            Directory = folder,
            BinDirectory = Path.Combine(folder, "bin"),
        };
        Directory.CreateDirectory(Bin);
        foreach (string program in new[] { "etcdctl", "etcdutl" })
        {
            string path = Path.Combine(server.Binaries.Folder, program);
            if (File.Exists(path) && !File.Exists(Path.Combine(Bin, program))) File.CreateSymbolicLink(Path.Combine(Bin, program), path);
        }

        if (authority is not null)
        {
            MemberCertificates(member, authority);
        }

        if (store is not null) WatchTools();
        Directory.CreateDirectory(Path.Combine(folder, "state"));
        Directory.CreateDirectory(Path.Combine(folder, "snapshots"));
        var schedule = new SnapshotSchedule
        {
            Times = ScheduleTimes.Every(TimeSpan.FromHours(1)),
            Destination = Path.Combine(folder, "snapshots"),
            Rules = rules,
            Credential = credential,
            Store = store,
            StoreOptions = options ?? new S3Options(),
        };
        var places = new MemberPlaces("prod", member, ScheduleKind.Snapshot);
        var files = new SnapshotScheduleFiles(
            places, schedule, schedule.Destination, ScheduleStore.Of(schedule), TimeSpan.FromHours(1), authority is not null);
        foreach (HostFile file in files.All.Where(file => file.Path.StartsWith(places.Folder, StringComparison.Ordinal)))
        {
            using var content = new StreamReader(file.Content.Open());
            string path = Path.Combine(folder, Path.GetFileName(file.Path));
            File.WriteAllText(path, content.ReadToEnd().Replace(places.State, StateFolder, StringComparison.Ordinal)
                .Replace(places.Folder, folder, StringComparison.Ordinal));
            File.SetUnixFileMode(path, file.Mode);
        }
    }

    public string Name { get; }

    public string Bin => Path.Combine(_folder, "bin", "current");

    public string StateFolder => Path.Combine(_folder, "state");

    public string Folder => Path.Combine(_folder, "snapshots");

    public string[] Snapshots => [.. Directory.GetFiles(Folder, "*.db").Order(StringComparer.Ordinal)];

    public string? State(string name) => File.ReadAllLines(Path.Combine(_folder, "state", "state"))
        .FirstOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>What the script is told.</summary>
    public string Settings => Path.Combine(_folder, "snapshot-schedule.conf");

    /// <summary>The file that the store's keys are in.</summary>
    public string Keys => Path.Combine(_folder, "snapshot-schedule.keys");

    /// <summary>Programs that come before the system's, where there is a store.</summary>
    public string Tools => Path.Combine(_folder, "tools");

    /// <summary>The command line of every program that what speaks to a store has used.</summary>
    public string CommandLines => File.ReadAllText(Path.Combine(_folder, "command-lines"));

    public void ReplaceControl(string script)
    {
        string path = Path.Combine(Bin, "etcdctl");
        File.Delete(path);
        File.WriteAllText(path, script.Replace("{0}", _control, StringComparison.Ordinal));
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
    }

    public async Task<ProcessResult> RunAsync(CancellationToken? stop = null, string? request = null, string[]? shell = null)
    {
        if (request is not null)
            await File.WriteAllTextAsync(Path.Combine(_folder, "state", "request"), request + "\n", TestContext.Current.CancellationToken);
        shell ??= [Shell];
        LockWith(shell);
        var command = new ProcessCommand(shell[0], [.. shell[1..], Path.Combine(_folder, "snapshot-schedule.sh"), Settings])
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = $"{Tools}:{Environment.GetEnvironmentVariable("PATH")}" },
        };
        return await ProcessRunner.RunAsync(command, stop ?? TestContext.Current.CancellationToken);
    }

    /// <summary>Under the lock, etcdctl starts <c>sh</c>: here that is the same shell.</summary>
    private void LockWith(string[] shell)
    {
        Directory.CreateDirectory(Tools);
        string path = Path.Combine(Tools, "sh");
        File.WriteAllText(path, $"#!/bin/sh\nexec {string.Join(' ', shell)} \"$@\"\n");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
    }

    private void WatchTools()
    {
        Assert.SkipUnless(ProgramPath.Find("curl") is not null, "curl is not on PATH, which hosts copy to stores with; install it.");
        Directory.CreateDirectory(Tools);
        foreach (string tool in new[] { "base64", "curl", "date", "md5sum", "od", "printf", "sed", "sha256sum", "sort", "tr" })
        {
            string path = Path.Combine(Tools, tool);
            File.WriteAllText(path, $"""
                #!/bin/sh
                printf '%s\n' "{tool} $*" >>'{_folder}/command-lines'
                exec '{ProgramPath.Find(tool)}' "$@"
                """);
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
        }
    }

    // The strictest shell that there is.
    private static string Shell => File.Exists("/bin/dash") ? "/bin/dash" : "/bin/sh";

    private static void MemberCertificates(MemberSpec member, CertificateAuthority authority)
    {
        IssuedCertificate server = authority.Issue(CertificateSpec.Server(member.Name, "127.0.0.1"));
        Directory.CreateDirectory(member.Layout.PkiDirectory);
        File.WriteAllText(member.Layout.CaFile, authority.CertificatePem);
        File.WriteAllText(member.Layout.ServerCertificateFile, server.CertificatePem);
        File.WriteAllText(member.Layout.ServerKeyFile, server.KeyPem);
    }
}
