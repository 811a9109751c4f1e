using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

/// <summary>The scripts that bring the old data back, broken off before each of their deeds and run again; stand-ins count and break off.</summary>
public sealed class RollBackScriptTests : IDisposable
{
    private const string Stamp = "20260131-040000";

    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Count => _folder.File("count");

    private string Services => _folder.File("services");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "etcd.service", "")]
    [InlineData(false, null, "")]
    [InlineData(false, "etcd.service", ".2")]
    [InlineData(true, null, "")]
    public async Task Command_BrokenOffBeforeAnyOfItsDeeds_CanBeRunAgain(bool retired, string? unit, string behind)
    {
        await MakeToolsAsync();
        int broken = 0;
        while (true)
        {
            MemberSpec member = Member(broken, unit);
            RestoreArchive archive = new(member, Stamp) { Retired = retired };
            await FillAsync(archive, behind);
            string command = Command(archive, behind);

            ProcessResult first = await RunAsync(command, dieAt: broken + 1);
            ProcessResult again = await RunAsync(command, dieAt: 0);

            Assert.True(again.ExitCode == 0, $"{again.Error} after it was broken off at {broken + 1}: {command}");
            await AssertBackAsync(archive, behind);
            if (unit is not null)
                Assert.Equal(["stop", "start"], (await File.ReadAllLinesAsync(Services, Stop)).TakeLast(2).Select(line => line.Split(' ')[0]));
            if (first.ExitCode == 0) break;
            broken++;
        }

        Assert.True(broken >= 5, $"only {broken} deeds"); // of data, log, configuration
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Command_OldDataIsGone_RefusesBeforeItStopsAnything(bool retired)
    {
        await MakeToolsAsync();
        RestoreArchive archive = new(Member(0, "etcd.service"), Stamp) { Retired = retired };
        await FillAsync(archive, "");
        Directory.Delete(archive.Data, recursive: true);

        ProcessResult result = await RunAsync(Command(archive, ""), dieAt: 0);

        Assert.Equal((1, $"the old data of member n1 is no longer in {archive.Data}: it was rolled back already, moved or deleted\n"),
            (result.ExitCode, result.Error));
        Assert.False(File.Exists(Services));
    }

    private static string Command(RestoreArchive archive, string behind) =>
        Assert.Single(RestoreArchive.Parse([archive], $"0\t{behind}\t3\tabc\tyes\tyes\n")).RollBackCommand;

    private MemberSpec Member(int number, string? unit)
    {
        string place = _folder.File(number.ToString(CultureInfo.InvariantCulture));
        return new MemberSpec
        {
            Name = "n1",
            HostName = "n1",
            Address = "127.0.0.1",
            ClientPort = 1,
            PeerPort = 2,
            Directory = place + "/lib",
            ConfigDirectory = place + "/etc",
            WalDirectory = place + "/log",
            BinDirectory = "/b",
            Unit = unit,
        };
    }

    private static async Task FillAsync(RestoreArchive archive, string behind)
    {
        // It has one.
        string files = Path.GetDirectoryName(archive.Configuration)!.Replace(archive.Data, archive.Data + behind, StringComparison.Ordinal);
        await WriteAsync(archive.Data + behind + "/member/snap/db", "old");
        await WriteAsync(archive.Wal + behind + "/0.wal", "old");
        await WriteAsync(files + "/etcd.conf.yml", "old");
        if (archive.Retired)
        {
            await WriteAsync(files + "/pki/server.key", "old");
            return;
        }

        await WriteAsync(archive.Member.Layout.DataDirectory + "/member/snap/db", "restored");
        await WriteAsync(archive.Member.WalPath + "/0.wal", "restored");
        await WriteAsync(archive.Member.Layout.ConfigFile, "restored");
    }

    private static async Task AssertBackAsync(RestoreArchive archive, string behind)
    {
        MemberLayout layout = archive.Member.Layout;
        string[] files = [layout.DataDirectory + "/member/snap/db", archive.Member.WalPath + "/0.wal", layout.ConfigFile];
        foreach (string file in archive.Retired ? [.. files, layout.ServerKeyFile] : files)
            Assert.Equal("old", await File.ReadAllTextAsync(file, Stop));
        Assert.Equal([layout.DataDirectory + "/member"], Directory.GetFileSystemEntries(layout.DataDirectory));
        if (archive.Retired) return;
        Assert.Equal("restored", await File.ReadAllTextAsync($"{layout.DataDirectory}.restored-{Stamp}{behind}/member/snap/db", Stop));
        Assert.Equal("restored", await File.ReadAllTextAsync($"{archive.Member.WalPath}.restored-{Stamp}{behind}/0.wal", Stop));
    }

    private static async Task WriteAsync(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // within the test's folder
        await File.WriteAllTextAsync(path, text, Stop);
    }

    private async Task MakeToolsAsync()
    {
        string bin = Directory.CreateDirectory(_folder.File("bin")).FullName;
        foreach (string name in new[] { "mv", "mkdir", "install", "systemctl" })
        {
            string deed = name == "systemctl" ? $"echo \"$*\" >>'{Services}'" : $"exec '{ProgramPath.Find(name)}' \"$@\"";
            string path = Path.Combine(bin, name);
            await File.WriteAllTextAsync(path, $"#!/bin/sh\necho >>'{Count}'\n[ \"$(wc -l <'{Count}')\" -ne \"$DIE_AT\" ] || exit 9\n{deed}\n", Stop);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task<ProcessResult> RunAsync(string command, int dieAt)
    {
        File.Delete(Count);
        return await ProcessRunner.RunAsync(
            new ProcessCommand("sh", ["-c", command])
            {
                Environment = new Dictionary<string, string?>
                {
                    ["PATH"] = $"{_folder.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
                    ["DIE_AT"] = dieAt.ToString(CultureInfo.InvariantCulture),
                },
            },
            Stop);
    }
}
