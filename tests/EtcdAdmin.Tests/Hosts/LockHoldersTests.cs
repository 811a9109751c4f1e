using System.Globalization;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>The process that has a file locked, by what the kernel says.</summary>
public sealed class LockHoldersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ShellScriptTests.Shells), MemberType = typeof(ShellScriptTests))]
    public async Task LockHolders_OtherLocksComeAndGo_FindsTheHolderEachTime(string shell)
    {
        Assert.SkipUnless(File.Exists("/proc/locks"), "Only Linux lists its locks.");
        using var folder = new TempFolder();
        string database = Path.Combine(folder.Path, "db");
        await using FileStream held = Locked(database);
        using var churn = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] others = [.. Enumerable.Range(0, 2)
            .Select(one => Task.Run(() => LockAndRelease(Path.Combine(folder.Path, $"other-{one}"), churn.Token), Token))];
        try
        {
            string found = await RunAsync(
                shell, "for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do lock_holders \"$1\" WRITE; echo; done", database);

            string here = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(Enumerable.Repeat(here, 20), found.TrimEnd('\n').Split("\n\n"));
        }
        finally
        {
            await churn.CancelAsync();
            await Task.WhenAll(others);
        }
    }

    [Theory]
    [MemberData(nameof(ShellScriptTests.Shells), MemberType = typeof(ShellScriptTests))]
    public async Task LockHolders_FileThatNobodyLocks_FindsNothing(string shell)
    {
        Assert.SkipUnless(File.Exists("/proc/locks"), "Only Linux lists its locks.");
        using var folder = new TempFolder();
        string database = Path.Combine(folder.Path, "db");
        await File.WriteAllTextAsync(database, "", Token);
        await using FileStream other = Locked(Path.Combine(folder.Path, "other"));

        Assert.Equal("", await RunAsync(shell, "lock_holders \"$1\"; lock_holders \"$1.missing\"", database));
    }

    private static async Task<string> RunAsync(string shell, string script, string file)
    {
        string[] words = shell.Split(' ');
        Assert.SkipUnless(ProgramPath.Find(words[0]) is not null, $"{words[0]} is not on PATH; install it.");
        string text = ShellScript.Load("Hosts/Scripts/lock_holders.sh") + "\n" + script;
        ProcessResult result = await ProcessRunner.RunAsync(
            new ProcessCommand(ProgramPath.Find(words[0])!, [.. words[1..], "-u", "-c", text, "sh", file]), Token); // it has just been found
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    // .NET locks a file that is not shared with flock(2), as bbolt does.
    private static FileStream Locked(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static void LockAndRelease(string path, CancellationToken cancellationToken)
    {
        var locks = new FileStream?[20];
        var random = new Random(path.Length);
        while (!cancellationToken.IsCancellationRequested)
        {
            int next = random.Next(locks.Length);
            locks[next]?.Dispose();
            locks[next] = locks[next] is null ? Locked($"{path}-{next}") : null;
        }

        foreach (FileStream? one in locks) one?.Dispose();
    }
}
