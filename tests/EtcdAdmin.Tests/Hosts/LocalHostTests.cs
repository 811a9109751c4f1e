using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace EtcdAdmin.Tests.Hosts;

public sealed class LocalHostTests
{
    private readonly LocalHost _host = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain")]
    [InlineData("two words")]
    [InlineData("$(touch /tmp/x) `id` \"quoted\" 'single' \\ * ? ; & |")]
    [InlineData("line\nbreak\ttab")]
    [InlineData("")]
    [InlineData("-n")]
    [InlineData("ünïcode ✓")]
    public async Task RunAsync_AnyArgument_ArrivesUnchanged(string argument)
    {
        ScriptResult result = await _host.RunAsync(new HostScript("printf '%s' \"$1\"") { Arguments = [argument] }, Token);

        Assert.Equal(argument, result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task RunAsync_FailingScript_GivesExitCodeAndError()
    {
        ScriptResult result = await _host.RunAsync(new HostScript("echo out; echo err >&2; exit 7"), Token);

        Assert.Equal(new ScriptResult(7, "out\n", "err\n"), result);
    }

    [Fact]
    public async Task RunRequiredAsync_FailingScript_SaysWhatWhereAndWhy()
    {
        var error = await Assert.ThrowsAsync<HostCommandException>(() => _host.RunRequiredAsync(
            "do the thing", new HostScript("echo because >&2; exit 3"), Token));

        Assert.Equal("Could not do the thing on localhost: because (exit code 3).", error.Message);
        Assert.Equal(3, error.ExitCode);
        Assert.Equal(EtcdErrorIds.HostCommandFailed, error.ErrorId);
    }

    [Fact]
    public async Task RunRequiredAsync_ScriptSpeaksToATerminal_SaysItsWordsAlone()
    {
        var error = await Assert.ThrowsAsync<HostCommandException>(() => _host.RunRequiredAsync(
            "do the thing", new HostScript("printf '\\033[2Jfirst\\r\\n\\302\\233second\\007' >&2; exit 3"), Token));

        Assert.Equal("Could not do the thing on localhost: [2Jfirst\nsecond (exit code 3).", error.Message);
    }

    [Fact]
    public async Task RunAsync_Cancelled_KillsTheScriptAndItsChildren()
    {
        using var folder = new TempFolder();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var script = new HostScript("sleep 300 & echo $! >\"$1.part\"; mv \"$1.part\" \"$1\"; wait") { Arguments = [folder.File("pid")] };

        Task<ScriptResult> running = _host.RunAsync(script, stop.Token);
        await Poll.UntilAsync(() => File.Exists(folder.File("pid")), Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        string child = (await File.ReadAllTextAsync(folder.File("pid"), Token)).Trim();
        await Poll.UntilAsync(() => !File.Exists($"/proc/{child}/cmdline") || File.ReadAllText($"/proc/{child}/cmdline").Length == 0, Token);
    }

    [Fact]
    public async Task PutFilesAsync_SeveralFiles_HaveContentAndMode()
    {
        using var folder = new TempFolder();
        byte[] large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        await File.WriteAllTextAsync(folder.File("secret"), "old and much longer than the new one", Token);

        await _host.PutFilesAsync("write", [
            new HostFile(folder.File("secret"), HostFileContent.FromText("key\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite),
            new HostFile(folder.File("em pty"), HostFileContent.FromText(""), (UnixFileMode)0b110_100_100),
            new HostFile(folder.File("large's"), HostFileContent.FromBytes(large), (UnixFileMode)0b111_101_101),
        ], Token);

        Assert.Equal("key\n", await File.ReadAllTextAsync(folder.File("secret"), Token));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(folder.File("secret")));
        Assert.Empty(await File.ReadAllBytesAsync(folder.File("em pty"), Token));
        Assert.Equal(large, await File.ReadAllBytesAsync(folder.File("large's"), Token));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(folder.File("large's")));
        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public async Task PutFilesAsync_MissingFolder_IsMade()
    {
        using var folder = new TempFolder();

        await _host.PutFilesAsync("write", [new HostFile(folder.File("a/b/c"), HostFileContent.FromText("x"), (UnixFileMode)0b110_000_000)], Token);

        Assert.Equal("x", await File.ReadAllTextAsync(folder.File("a/b/c"), Token));
    }

    [Fact]
    public async Task PutFilesAsync_WrongChecksum_KeepsTheOldFile()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("a"), "old", Token);

        var error = await Assert.ThrowsAsync<HostCommandException>(() => _host.PutFilesAsync(
            "write", [new HostFile(folder.File("a"), HostFileContent.FromText("x"), (UnixFileMode)0b110_000_000) { Sha256 = new string('0', 64) }],
                Token));

        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(folder.File("a"), Token));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task PutFilesAsync_FullDisk_SaysSoKeepsTheOldFileAndLeavesNoPart()
    {
        using var folder = new TempFolder();
        await using SmallDisk disk = await SmallDisk.MountAsync(folder.File("disk"), kilobytes: 64);
        string first = Path.Combine(disk.Path, "a"), second = Path.Combine(disk.Path, "b");
        await File.WriteAllTextAsync(second, "old", Token);

        var error = await Assert.ThrowsAsync<HostCommandException>(() => _host.PutFilesAsync(
            "write",
                [.. new[] { first, second }.Select(path =>
                    new HostFile(path, HostFileContent.FromBytes(new byte[40_000]), (UnixFileMode)0b110_000_000))], Token));

        Assert.Equal(EtcdErrorIds.DiskFull, error.ErrorId);
        Assert.Contains("Free disk space on", error.NextStep, StringComparison.Ordinal);
        Assert.Equal([second], Directory.GetFileSystemEntries(disk.Path));
        Assert.Equal("old", await File.ReadAllTextAsync(second, Token));
    }

    [Fact]
    public async Task PutFilesAsync_FolderThatCannotBe_NamesTheHostAndLeavesNothing()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("no"), "a file", Token);

        var error = await Assert.ThrowsAsync<HostCommandException>(() => _host.PutFilesAsync(
            "write the file", [new HostFile(folder.File("no/such"), HostFileContent.FromText("x"), (UnixFileMode)0b110_000_000)], Token));

        Assert.Contains("write the file on localhost", error.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task GetFileAsync_BinaryFile_GivesTheSameBytes()
    {
        using var folder = new TempFolder();
        byte[] content = new byte[100_000];
        new Random(2).NextBytes(content);
        await File.WriteAllBytesAsync(folder.File("a b"), content, Token);
        using var got = new MemoryStream();

        await _host.GetFileAsync(folder.File("a b"), got, Token);

        Assert.Equal(content, got.ToArray());
    }

    [Theory]
    [InlineData("head -c 1000 >/dev/null")]
    [InlineData("cat /dev/zero")]
    public async Task RunAsync_OurOwnStreamFails_EndsTheScriptAndSaysWhy(string text)
    {
        var script = new HostScript(text) { StandardInput = new BrokenStream(), StandardOutput = new BrokenStream() };

        var error = await Assert.ThrowsAsync<IOException>(() => _host.RunAsync(script, Token).WaitAsync(TimeSpan.FromSeconds(30), Token));

        Assert.Equal(BrokenStream.Message, error.Message);
    }

    [Property(MaxTest = 60)]
    public Property Quote_AnyText_IsOneWordThatMeansItself()
    {
        return Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            string value = string.Concat(text.Get.Where(c => c != '\0' && !char.IsSurrogate(c)));
            ScriptResult result = _host.RunAsync(
                new HostScript($"set -- {PosixShell.Quote(value)}; printf '%s:%s' $# \"$1\""), CancellationToken.None)
                .GetAwaiter().GetResult();
            return result.Output == $"1:{value}";
        });
    }

    [Fact]
    public void Quote_Nul_IsRefused() => Assert.Throws<ArgumentException>(() => PosixShell.Quote("a\0b"));

    [Fact]
    public void FromText_Always_IsUtf8WithoutMark() => Assert.Equal(Encoding.UTF8.GetByteCount("ü"), HostFileContent.FromText("ü").Length);
}
