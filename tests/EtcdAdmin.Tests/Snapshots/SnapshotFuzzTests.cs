using System.Buffers.Binary;
using System.Diagnostics;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Bolt;
using Microsoft.Win32.SafeHandles;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>Whatever happened to a file, reading it ends soon, with a result or with the one error for it.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class SnapshotFuzzTests(SnapshotLab lab)
{
    private const int PageSize = 4096;

    private static readonly ulong[] Odd =
        [0, 1, 2, 3, 17, 0x7F, 0xFF, 0xFFFF, 0x10000, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>For each file; more by ETCDADMIN_FUZZ_SECONDS.</summary>
    private static TimeSpan Budget =>
        int.TryParse(Environment.GetEnvironmentVariable("ETCDADMIN_FUZZ_SECONDS"), out int seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("3.4", "mixed")]
    [InlineData("3.5", "mixed")]
    [InlineData("3.5", "many keys")]
    public async Task Read_MutatedDatabase_EndsWithResultOrSnapshotInvalid(string version, string stage)
    {
        byte[] sound = await File.ReadAllBytesAsync((await lab.GetAsync(version, stage, Stop)).Path, Stop);
        string path = Path.Combine(Path.GetTempPath(), $"etcdadmin-fuzz-{Guid.NewGuid():n}.db");
        using SafeFileHandle handle =
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, options: FileOptions.DeleteOnClose);
        RandomAccess.Write(handle, sound, 0);
        int mutations = 0;
        int readable = 0;

        for (var spent = Stopwatch.StartNew(); spent.Elapsed < Budget; mutations++)
        {
            var mutation = new Mutation(sound, new Random(mutations));
            mutation.Apply(handle);
            if (await EndsAsExpectedAsync(handle, path, mutations)) readable++;
            mutation.Undo(handle);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{mutations} mutations, {readable} of them still readable");
        Assert.InRange(readable, 1, mutations - 1);
    }

    private static async Task<bool> EndsAsExpectedAsync(SafeFileHandle handle, string path, int seed)
    {
        try
        {
            await Task
                .Run(() => SnapshotContents.Read(new BoltFile(handle, path, RandomAccess.GetLength(handle)), Stop), Stop)
                .WaitAsync(TimeSpan.FromSeconds(20), Stop);
            return true;
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.SnapshotInvalid)
        {
            return false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"Mutation {seed} of this file is not handled: {e.GetType().Name}", e);
        }
    }

    /// <summary>A few changes to some pages, the same for the same seed, made in the file and taken back.</summary>
    private sealed class Mutation
    {
        private readonly byte[] _sound;
        private readonly SortedDictionary<int, byte[]> _pages = [];
        private readonly long _length;

        public Mutation(byte[] sound, Random random)
        {
            _sound = sound;
            int pages = sound.Length / PageSize;
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                bool isMeta = random.Next(4) == 0;
                Change(PageOf(random.Next(isMeta ? 2 : pages)), pages, random);
            }

            if (random.Next(4) > 0) RepairMetaChecksums();
            _length = random.Next(20) == 0 ? random.Next(sound.Length) : sound.Length;
        }

        public void Apply(SafeFileHandle handle)
        {
            foreach ((int page, byte[] content) in _pages) RandomAccess.Write(handle, content, (long)page * PageSize);
            RandomAccess.SetLength(handle, _length);
        }

        public void Undo(SafeFileHandle handle)
        {
            foreach (int page in _pages.Keys)
                RandomAccess.Write(handle, _sound.AsSpan(page * PageSize, PageSize), (long)page * PageSize);
            RandomAccess.Write(handle, _sound.AsSpan((int)_length), _length);
        }

        private byte[] PageOf(int page)
        {
            if (!_pages.TryGetValue(page, out byte[]? content))
                _pages.Add(page, content = _sound.AsSpan(page * PageSize, PageSize).ToArray());
            return content;
        }

        private void Change(byte[] page, int pages, Random random)
        {
            int position = random.Next(2) == 0 ? random.Next(PageSize - 8) : random.Next(96); // headers and tables more often
            switch (random.Next(5))
            {
                case 0:
                    page[position] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(position), Odd[random.Next(Odd.Length)]);
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(position & ~3), (uint)random.Next(pages + 2));
                    break;
                case 3:
                    _sound.AsSpan(random.Next(pages) * PageSize, PageSize).CopyTo(page);
                    break;
                default:
                    page.AsSpan(position, Math.Min(random.Next(1, 64), PageSize - position)).Fill((byte)random.Next(256));
                    break;
            }
        }

        // Otherwise nothing behind a changed meta page would ever be looked at.
        private void RepairMetaChecksums()
        {
            for (int page = 0; page < 2; page++)
            {
                Span<byte> meta = PageOf(page).AsSpan(BoltFormat.PageHeaderSize, BoltFormat.MetaSize);
                BinaryPrimitives.WriteUInt64LittleEndian(meta[56..], BoltMeta.Checksum(meta));
            }
        }
    }
}
