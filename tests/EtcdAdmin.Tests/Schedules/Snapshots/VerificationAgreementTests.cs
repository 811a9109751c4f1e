using System.Security.Cryptography;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Tests.Database;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>What verifies a snapshot on a host, with etcd's own tool, and what verifies it here say the same of the same files.</summary>
/// <remarks>Of a file that was saved through etcd, so one without a SHA-256 at its end is not complete.</remarks>
[Collection(SharedSnapshotLab.Name)]
public sealed class VerificationAgreementTests(SnapshotLab lab) : IDisposable
{
    private const int PageSize = 4096;
    private const int Trailer = SHA256.HashSizeInBytes;

    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("3.4", "dash")]
    [InlineData("3.5", "dash")]
    [InlineData("3.5", "bash --posix")]
    [InlineData("3.5", "busybox ash")]
    [Etcd36Data("3.6", "dash")]
    [Etcd37Data("3.7", "dash")]
    public async Task Verify_GoodFilesOfEveryStage_PassOnBothSides(string version, string shell)
    {
        foreach (string stage in SnapshotLab.Stages)
        {
            string path = (await lab.GetAsync(version, stage, Stop)).Path;

            Assert.Equal((stage, null, "good"), (stage, await OursAsync(path), await ShellAsync(version, shell, path)));
        }
    }

    [Theory]
    [InlineData("3.4", "dash")]
    [InlineData("3.5", "dash")]
    [InlineData("3.5", "bash --posix")]
    [InlineData("3.5", "busybox ash")]
    [Etcd36Data("3.6", "dash")]
    public async Task Verify_DamagedFiles_FailOnBothSides(string version, string shell)
    {
        byte[] whole = await File.ReadAllBytesAsync((await lab.GetAsync(version, "many keys", Stop)).Path, Stop);
        byte[] other = await File.ReadAllBytesAsync((await lab.GetAsync(version, "mixed", Stop)).Path, Stop);
        (string Name, byte[] Content)[] files =
        [
            ("empty", []),
            ("nothing but a right SHA-256", SHA256.HashData([])),
            ("text with a right SHA-256", WithSum([.. Enumerable.Repeat((byte)'x', 2 * PageSize)])),
            ("zeros with a right SHA-256", WithSum(new byte[8 * PageSize])),
            .. new[] { 1, 8, 31, 32, 33, 32 + 512, PageSize, 32 + PageSize, whole.Length / 2, whole.Length - 512 }.Select(missing =>
                ($"{missing} bytes cut off", whole[..^missing])),
            .. new[] { 1, 5, 32, 512, PageSize }.Select(more => ($"{more} bytes added", whole.Concat(new byte[more]).ToArray())),
            ("without the first page", whole[PageSize..]),
            ("the SHA-256 of another", [.. whole[..^Trailer], .. other[^Trailer..]]),
            .. new[] { 30, PageSize + 30, 5 * PageSize, whole.Length / 2, whole.Length - Trailer - 1, whole.Length - Trailer, whole.Length - 1 }
                .Select(at => ($"a bit turned at {at}", Changed(whole, bytes => bytes[at] ^= 1))),
            ("a page of zeros", Changed(whole, bytes => bytes.AsSpan(whole.Length / 2 / PageSize * PageSize, PageSize).Clear())),
            ("both meta pages lost, SHA-256 computed again", WithSum(Changed(whole[..^Trailer], bytes => bytes.AsSpan(0, 2 * PageSize).Clear()))),
            // To where pages in use are certainly missing: what is cut off further behind may all be free, which etcd's tool does not look at.
            ("cut off, SHA-256 computed again", WithSum(whole[..(3 * PageSize)])),
            ("all but the meta pages lost, SHA-256 computed again", WithSum(Changed(whole[..^Trailer], bytes => bytes.AsSpan(2 * PageSize).Clear()))),
        ];

        foreach ((string name, byte[] content) in files)
        {
            string path = _folder.File("file.db");
            await File.WriteAllBytesAsync(path, content, Stop);
            (string? ours, string theirs) = (await OursAsync(path), await ShellAsync(version, shell, path));

            Assert.True(ours is not null, $"{name}: the shell says {theirs}, and here it passes");
            Assert.True(theirs.StartsWith("bad: ", StringComparison.Ordinal), $"{name}: the shell says {theirs}, and here it is {ours}");
        }
    }

    private static byte[] WithSum(byte[] database) => [.. database, .. SHA256.HashData(database)];

    private static byte[] Changed(byte[] whole, Action<byte[]> change)
    {
        byte[] bytes = [.. whole];
        change(bytes);
        return bytes;
    }

    /// <summary>What is wrong with a file, for whoever may restore it; null for nothing.</summary>
    private static Task<string?> OursAsync(string path) => new SoundSnapshots(TimeProvider.System).ProblemAsync(path, restorable: true, null, Stop);

    private async Task<string> ShellAsync(string version, string shell, string path)
    {
        string[] words = StoreSignatureTests.Installed(shell);
        EtcdBinaries etcd = await EtcdBinaries.GetAsync(version);
        string script = "set -u\nLC_ALL=C\nexport LC_ALL\n" + ShellScript.Load("Hosts/Scripts/verify_snapshot.sh")
            + "if verify_snapshot \"$1\" \"$2\" \"$3\"; then echo good; else echo \"bad: $why\"; fi";
        var command = new ProcessCommand(words[0], [.. words[1..], "-c", script, "sh", path, etcd.SnapshotTool, _folder.File("complaints")])
        {
            Environment = new Dictionary<string, string?> { ["ETCDCTL_API"] = "3" },
        };
        ProcessResult result = await ProcessRunner.RunAsync(command, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output.TrimEnd('\n');
    }
}
