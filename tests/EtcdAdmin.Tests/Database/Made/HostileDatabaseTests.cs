using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.Database.Space;
using EtcdAdmin.Tests.Database.Fuzzing;
using EtcdAdmin.Tests.Snapshots;
using EtcdAdmin.Tests.Support;
using Google.Protobuf;
using Mvccpb;

namespace EtcdAdmin.Tests.Database.Made;

/// <summary>Hostile databases: expensive to read, or read differently by different readers.</summary>
[Collection(SharedSnapshotLab.Name)]
public sealed class HostileDatabaseTests(SnapshotLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_ManyTinyBuckets_IsRefusedBeforeItCostsMuch()
    {
        MadeDatabase made = await SmallAsync();
        IEnumerable<MadeBucket> tiny = Enumerable.Range(0, 5000).Select(i =>
            new MadeBucket(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"z{i:d5}")), []));
        made = made with { Buckets = [.. made.Buckets, .. tiny], PageSize = 1 << 18 };

        Assert.Equal(SnapshotPart.Records, Read(made.ToBytes()));
    }

    [Fact]
    public async Task Read_MessagesOfUnknownFields_CostsAFewTimesTheirSize()
    {
        MadeDatabase made = await SmallAsync();
        for (byte i = 1; i < 20; i++)
        {
            byte[] name = [0x0A, 1, i]; // the first field of users and roles
            made = made.With("alarm", [0x08, i, .. UnknownFields()], []).With("authUsers", [i], [.. name, .. UnknownFields()]).With(
                "authRoles", [i], [.. name, .. UnknownFields()]);
        }

        Assert.Null(Read(made.ToBytes()));
    }

    [Fact]
    public async Task Read_RoleOfAMillionPermissions_IsRefusedBeforeItCostsMuch()
    {
        byte[] role = [0x0A, 1, (byte)'r', .. Enumerable.Repeat<byte[]>([0x12, 0], 1_000_000).SelectMany(permission => permission)];

        Assert.Equal(SnapshotPart.Records, Read((await SmallAsync()).With("authRoles", "r"u8.ToArray(), role).ToBytes()));
    }

    [Fact]
    public async Task Read_MembersOfManyUrls_CostsAFewTimesTheirSize()
    {
        MadeDatabase made = await SmallAsync();
        byte[] member = Encoding.ASCII.GetBytes($$"""{"clientURLs":[{{string.Join(',', Enumerable.Repeat("\"a\"", 15_000))}}]}""");
        for (int i = 0; i < 20; i++)
            made = made.With("members", Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{i:x}")), member);

        Assert.Null(Read(made.ToBytes()));
    }

    [Fact]
    public async Task Read_KeysOfManyMegabytes_CostsAFewTimesTheirSize()
    {
        MadeDatabase made = await SmallAsync();
        for (int i = 0; i < 3; i++)
        {
            byte[] key = [.. Enumerable.Repeat((byte)('a' + i), 8 << 20)];
            made =
                made.With("key", MadeSamples.Revision(1000 + i),
                new KeyValue { Key = ByteString.CopyFrom(key), CreateRevision = 1000 + i, ModRevision = 1000 + i, Version = 1 }.ToByteArray());
        }

        Assert.Null(Read(made.ToBytes()));
    }

    [Fact]
    public async Task Read_KeyThatIsMarkedAsBucket_IsRefusedByAll()
    {
        byte[] content = (await SmallAsync()).ToBytes();
        MarkRevisionsAsBuckets(content, 4096);
        string path = await WriteAsync(content);

        Assert.Equal(SnapshotPart.Records, await PartAsync(() => SnapshotInspector.InspectAsync(path, null, Stop)));
        Assert.Equal(SnapshotPart.Records, await PartAsync(() => SnapshotMeasurer.MeasureAsync(path, new SpaceRequest(), Stop)));
        Assert.Equal(SnapshotPart.Records,
            await PartAsync(async () => await SnapshotKeyReader.ReadAsync(path, new SnapshotKeyQuery(), Stop).ToListAsync(Stop)));
    }

    [Fact]
    public async Task MeasureAsync_PageThatIsUsedAndFree_IsRefused()
    {
        MadeDatabase made = await SmallAsync() with { FreeEvery = 2, FreeList = MadeFreeList.Saved, FreesUsedPage = true };
        string path = await made.WriteAsync(_folder, Stop);

        Assert.Equal(SnapshotPart.Structure, await PartAsync(() => SnapshotMeasurer.MeasureAsync(path, new SpaceRequest(), Stop)));
    }

    [Fact]
    public async Task Read_MetaPagesThatDisagreeOnThePageSize_IsRefused()
    {
        byte[] content = (await SmallAsync()).ToBytes();
        Span<byte> second = content.AsSpan(4096 + BoltFormat.PageHeaderSize, BoltFormat.MetaSize);
        BinaryPrimitives.WriteUInt32LittleEndian(second[8..], 1024);
        BinaryPrimitives.WriteUInt64LittleEndian(second[56..], BoltMeta.Checksum(second));

        Assert.Equal(SnapshotPart.Entry, Read(content));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<MadeDatabase> SmallAsync() => MadeDatabase.Of((await lab.GetAsync("3.5", "mixed", Stop)).Path, Stop);

    private SnapshotPart? Read(byte[] content)
    {
        using var reading = new FuzzedReading(_folder.Path);
        return reading.Read(content, seed: 0, Stop);
    }

    private async Task<string> WriteAsync(byte[] content)
    {
        string path = _folder.File("hostile.db");
        await File.WriteAllBytesAsync(path, content, Stop);
        return path;
    }

    private static async Task<SnapshotPart> PartAsync(Func<Task> read) => (await Assert.ThrowsAsync<SnapshotDamageException>(read)).Part;

    // As many different records as a key has room for: each becomes an object.
    private static byte[] UnknownFields()
    {
        var fields = new List<byte>();
        for (int field = 16; fields.Count < BoltFormat.MaxKeySize - 8; field++)
        {
            for (uint tag = (uint)field << 3; ; tag >>= 7)
            {
                fields.Add((byte)(tag < 0x80 ? tag : tag | 0x80));
                if (tag < 0x80) break;
            }

            fields.Add(1);
        }

        return [.. fields];
    }

    private static void MarkRevisionsAsBuckets(byte[] content, int pageSize)
    {
        for (int start = 2 * pageSize; start < content.Length; start += pageSize)
        {
            Span<byte> page = content.AsSpan(start, pageSize);
            int count = BinaryPrimitives.ReadUInt16LittleEndian(page[10..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(page[8..]) != BoltFormat.LeafPage || count < 10) continue;
            Span<byte> element = page[(BoltFormat.PageHeaderSize + (count / 2 * BoltFormat.ElementSize))..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(element[8..]) == 17)
                BinaryPrimitives.WriteUInt32LittleEndian(element, BoltFormat.BucketElement);
        }
    }
}
