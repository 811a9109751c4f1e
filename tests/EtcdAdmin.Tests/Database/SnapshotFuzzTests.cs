using System.Diagnostics;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Tests.Database.Fuzzing;
using EtcdAdmin.Tests.Database.Made;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Database;

/// <summary>Whatever is changed in a file, reading it ends soon and cheaply, with a result or with the one error for damaged files.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotFuzzTests(SnapshotLab lab) : IDisposable
{
    // If it exists: files in memory are read and written many times faster.
    private const string MemoryFolder = "/dev/shm";

    // The number of files even on a slow machine.
    private const int LeastMutations = 40;

    private readonly TempFolder _folder = new(Directory.Exists(MemoryFolder) ? MemoryFolder : null);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The time for each file; ETCDADMIN_FUZZ_SECONDS raises it.</summary>
    private static TimeSpan Budget => TimeSpan.FromSeconds(Setting("ETCDADMIN_FUZZ_SECONDS") ?? 1);

    /// <summary>The first seed; ETCDADMIN_FUZZ_SEED continues the run of another process.</summary>
    private static int FirstSeed => Setting("ETCDADMIN_FUZZ_SEED") ?? 0;

    [Theory]
    [InlineData("3.3")]
    [InlineData("3.4")]
    [InlineData("3.5")]
    [Etcd36Data("3.6")]
    public async Task Read_MutatedSnapshot_EndsWithResultOrSnapshotInvalid(string version) =>
        await FuzzAsync((await lab.GetAsync(version, "mixed", Stop)).Path);

    [Fact]
    public async Task Read_MutatedDatabaseOfManyKeys_EndsWithResultOrSnapshotInvalid()
    {
        MadeDatabase made = MadeDatabase.Of((await lab.GetAsync("3.5", "defragmented", Stop)).Path, Stop).WithoutLargeValues();
        await FuzzAsync(await made.WriteAsync(_folder, Stop));
    }

    [Theory]
    [InlineData(1024, 3)]
    [InlineData(4096, 0xFFFF)]
    [InlineData(16384, 0xFFFF)]
    [InlineData(65536, 0xFFFF)]
    public async Task Read_MutatedMadeDatabase_EndsWithResultOrSnapshotInvalid(int pageSize, int maxElements)
    {
        MadeDatabase made = await MadeSamples.RichAsync(lab, Stop) with
        {
            PageSize = pageSize,
            MaxElements = maxElements,
            FreeEvery = 9,
            FreeList = pageSize == 1024 ? MadeFreeList.CountFollows : MadeFreeList.Saved,
            InlinesSmallBuckets = pageSize != 4096,
        };
        await FuzzAsync(await made.WriteAsync(_folder, Stop));
    }

    [Theory]
    [InlineData("3.4")]
    [InlineData("3.5")]
    public async Task Read_MutatedSnapshotThatIsStillRead_IsTheSameToEtcdsTool(string version)
    {
        SnapshotEtcd etcd = await lab.StoppedAsync(version, Stop);
        FuzzFixture fixture = FuzzFixture.Of((await lab.GetAsync(version, "mixed", Stop)).Path, Stop);
        var mutator = new FileMutator(fixture.Content, fixture.PageSize, fixture.InUse);
        int same = 0;
        for (int seed = FirstSeed; same < 20; seed++)
        {
            byte[] content = mutator.Mutate(seed);
            // etcd accepts a file with one sound meta page; its tool does not.
            if (!content.AsSpan().StartsWith(fixture.Content.AsSpan(0, 2 * fixture.PageSize))) continue;
            string path = _folder.File("mutated.db");
            await File.WriteAllBytesAsync(path, content, Stop);
            if (TryRead(path) is not { } contents) continue;
            Assert.Equal(
                new ToolStatus(contents.Hash, contents.Revision, contents.TotalRecords, fixture.Content.Length), await etcd.StatusAsync(path, Stop));
            same++;
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task FuzzAsync(string path)
    {
        FuzzFixture fixture = FuzzFixture.Of(path, Stop);
        var mutator = new FileMutator(fixture.Content, fixture.PageSize, fixture.InUse);
        using var reading = new FuzzedReading(_folder.Path);
        var parts = new Dictionary<SnapshotPart, int>();
        int mutations = 0;
        int readable = 0;

        Assert.Null(reading.Read(fixture.Content, seed: 0, Stop));
        for (var spent = Stopwatch.StartNew(); spent.Elapsed < Budget || mutations < LeastMutations; mutations++)
        {
            SnapshotPart? damaged = await ReadAsync(reading, mutator, FirstSeed + mutations);
            if (damaged is null) readable++;
            else parts[damaged.Value] = parts.GetValueOrDefault(damaged.Value) + 1;
        }

        string found = string.Join(", ", parts.OrderBy(part => part.Key).Select(part => $"{part.Key} {part.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{fixture.Content.Length} bytes: {mutations} mutations, of which {readable} are still readable; damaged: {found}; " +
            $"the longest reading took {reading.Longest.TotalMilliseconds:f0} ms, the greediest allocated {reading.MostAllocated >> 10} KB; " +
            $"at most {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB resident");
        Assert.InRange(readable, 1, mutations - 1);
    }

    private static SnapshotContents? TryRead(string path)
    {
        try
        {
            using SnapshotFile file = SnapshotFile.Open(path);
            return SnapshotContents.Read(file.Database, Stop);
        }
        catch (SnapshotDamageException)
        {
            return null;
        }
    }

    private static async Task<SnapshotPart?> ReadAsync(FuzzedReading reading, FileMutator mutator, int seed)
    {
        try
        {
            return await Task.Run(() => reading.Read(mutator.Mutate(seed), seed, Stop), Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop);
        }
        catch (Exception e) when (e is not OperationCanceledException || !Stop.IsCancellationRequested)
        {
            throw new InvalidOperationException($"Mutation {seed} of this file is not handled: {e.Message}", e);
        }
    }

    private static int? Setting(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int value) ? value : null;
}
