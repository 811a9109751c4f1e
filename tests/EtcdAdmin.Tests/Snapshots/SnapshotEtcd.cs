using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdAdmin.Database;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>One real etcd member, operated with the tools of its version.</summary>
internal sealed class SnapshotEtcd(EtcdServer server)
{
    /// <summary>Passed to every call after authentication is enabled.</summary>
    public string? User { get; set; }

    public string Folder => server.Folder;

    public string Database => Path.Combine(server.DataDirectory(0), "member", "snap", "db");

    public string WriteAheadLogs => Path.Combine(server.DataDirectory(0), "member", "wal");

    /// <summary>Runs etcdctl against the member; fails the test if etcdctl fails.</summary>
    public async Task<string> ControlAsync(string[] arguments, Stream? input, CancellationToken cancellationToken)
    {
        string[] user = User is null ? [] : ["--user", User];
        string[] all = ["--endpoints", server.Url(0), .. user, .. arguments];
        ProcessResult result = await EtcdBinaries.RunAsync(server.Binaries.Etcdctl, all, input, cancellationToken);
        Assert.True(result.ExitCode == 0, $"etcdctl {arguments[0]}: {result.Error}");
        return result.Output;
    }

    public Task<string> ControlAsync(string[] arguments, CancellationToken cancellationToken) =>
        ControlAsync(arguments, input: null, cancellationToken);

    /// <summary>Many puts in one transaction.</summary>
    public async Task PutAllAsync(IEnumerable<(string Key, string Value)> pairs, CancellationToken cancellationToken)
    {
        var script = new StringBuilder("\n");
        foreach ((string key, string value) in pairs) script.Append(CultureInfo.InvariantCulture, $"put {key} {value}\n");
        using var input = new MemoryStream(Encoding.ASCII.GetBytes(script.Append("\n\n").ToString()));
        await ControlAsync(["txn"], input, cancellationToken);
    }

    public async Task<string> SaveAsync(string name, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Folder, name + ".db");
        await ControlAsync(["snapshot", "save", path], cancellationToken);
        return path;
    }

    /// <summary>The number of keys and the revision that a client reads.</summary>
    public async Task<(long Keys, long Revision)> CountAsync(CancellationToken cancellationToken)
    {
        string fields = await ControlAsync(["get", "", "--prefix", "--limit", "1", "-w", "fields"], cancellationToken);
        return (Field("Count"), Field("Revision"));

        long Field(string name)
        {
            Match match = Regex.Match(fields, $"^\"{name}\" : (\\d+)$", RegexOptions.Multiline);
            return long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>All keys and values, as etcdctl prints them as JSON.</summary>
    public Task<string> GetAllAsync(CancellationToken cancellationToken) => ControlAsync(["get", "", "--prefix", "-w", "json"], cancellationToken);

    /// <summary>The member's hash of its keys and values, from <c>endpoint hashkv</c>.</summary>
    public async Task<uint> HashKvAsync(CancellationToken cancellationToken)
    {
        using JsonDocument answer = JsonDocument.Parse(await ControlAsync(["endpoint", "hashkv", "-w", "json"], cancellationToken));
        return answer.RootElement[0].GetProperty("HashKV").GetProperty("hash").GetUInt32();
    }

    /// <summary>The output of the version's own tool for a file.</summary>
    public async Task<ToolStatus> StatusAsync(string path, CancellationToken cancellationToken)
    {
        ProcessResult result = await SnapshotAsync(["status", path, "-w", "json"], cancellationToken);
        Assert.True(result.ExitCode == 0, $"snapshot status: {result.Error}");
        return JsonSerializer.Deserialize<ToolStatus>(result.Output, JsonSerializerOptions.Web)!; // the tool never prints null
    }

    /// <summary>Makes a backup in the style of etcd v2 of the stopped member's data, with the tool of its version.</summary>
    public async Task BackupAsync(string folder, bool withV3, CancellationToken cancellationToken)
    {
        string[] arguments = ["backup", "--data-dir", server.DataDirectory(0), "--backup-dir", folder, .. withV3 ? new[] { "--with-v3" } : []];
        var backup = new ProcessCommand(server.Binaries.SnapshotTool, arguments)
        {
            Environment = new Dictionary<string, string?> { ["ETCDCTL_API"] = "2" },
        };
        ProcessResult result = await ProcessRunner.RunAsync(backup, cancellationToken);
        Assert.True(result.ExitCode == 0, $"backup: {result.Error}");
    }

    /// <summary>Runs the version's own tool for snapshot files.</summary>
    public Task<ProcessResult> SnapshotAsync(string[] arguments, CancellationToken cancellationToken) =>
        EtcdBinaries.RunAsync(server.Binaries.SnapshotTool, ["snapshot", .. arguments], null, cancellationToken);
}

/// <summary>The result of <c>snapshot status -w json</c>; it has the storage version from 3.6 on.</summary>
internal sealed record ToolStatus(uint Hash, long Revision, long TotalKey, long TotalSize, string? Version = null)
{
    /// <summary>The tool's expected result for a file: up to 3.5 it counts all records, later the existing keys.</summary>
    public static ToolStatus Of(string version, SnapshotInfo info) => EtcdBinaries.IsAtLeast(version, "3.6")
        ? new ToolStatus(info.Hash, info.Revision, info.TotalKeys, info.DatabaseSize, info.StorageVersion ?? "")
        : new ToolStatus(info.Hash, info.Revision, info.TotalRecords, info.DatabaseSize);
}
