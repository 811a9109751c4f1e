using System.Buffers.Binary;
using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Tests.Database.Fuzzing;

/// <summary>Changes a database file at random places; the same seed makes the same changes.</summary>
/// <param name="sound">The file, without a snapshot's checksum at its end.</param>
/// <param name="pageSize">Bytes of a page.</param>
/// <param name="inUse">The pages that a reader visits; they are changed more often than other pages.</param>
internal sealed class FileMutator(byte[] sound, int pageSize, IReadOnlyList<int> inUse)
{
    private readonly int _pages = sound.Length / pageSize;

    /// <summary>Returns the file with one to four changes.</summary>
    public byte[] Mutate(int seed)
    {
        var random = new Random(seed);
        byte[] file = [.. sound];
        for (int i = random.Next(1, 5); i > 0; i--) Change(file, random);
        file = Resize(file, random);
        // Otherwise no reader would ever look behind a changed meta page.
        if (random.Next(8) > 0) RepairMetaChecksums(file);
        return file;
    }

    private void Change(byte[] file, Random random)
    {
        Span<byte> page = Page(file, PickPage(random));
        switch (random.Next(16))
        {
            case 0 or 1:
                ByteMutation.Apply(page, _pages, random);
                break;
            case 2:
                CopyPage(file, random);
                break;
            case 3:
                SwapPages(file, random);
                break;
            case 4:
                ChangeMeta(file, random);
                break;
            case 5:
                MakeFreeList(file, random);
                break;
            default:
                PageMutation.Apply(page, _pages, random);
                break;
        }
    }

    private int PickPage(Random random) => inUse.Count > 0 && random.Next(16) > 0 ? inUse[random.Next(inUse.Count)] : random.Next(_pages);

    private Span<byte> Page(byte[] file, int page) => file.AsSpan(page * pageSize, pageSize);

    private void CopyPage(byte[] file, Random random)
    {
        int to = PickPage(random);
        Page(file, PickPage(random)).CopyTo(Page(file, to));
        if (random.Next(4) > 0) SetId(file, to);
    }

    private void SwapPages(byte[] file, Random random)
    {
        (int one, int other) = (PickPage(random), PickPage(random));
        byte[] kept = Page(file, one).ToArray();
        Page(file, other).CopyTo(Page(file, one));
        kept.CopyTo(Page(file, other));
        if (random.Next(4) == 0) return;
        SetId(file, one);
        SetId(file, other);
    }

    private void SetId(byte[] file, int page) => BinaryPrimitives.WriteUInt64LittleEndian(Page(file, page), (ulong)page);

    private void ChangeMeta(byte[] file, Random random)
    {
        Span<byte> meta = Meta(file, random.Next(2));
        int field = random.Next(2, 14) * sizeof(uint); // all fields after magic and version, up to the checksum
        uint old = BinaryPrimitives.ReadUInt32LittleEndian(meta[field..]);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[field..], OddNumbers.Near(old, _pages, random));
    }

    private void MakeFreeList(byte[] file, Random random)
    {
        int id = PickPage(random);
        Span<byte> page = Page(file, id);
        int count = random.Next(8);
        bool countFollows = random.Next(4) == 0;
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], 0x10);
        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], countFollows ? (ushort)0xFFFF : (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(page[12..], random.Next(4) == 0 ? (uint)random.Next(_pages) : 0);
        ulong free = 0;
        for (int i = 0; i <= count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(page[(16 + (i * 8))..], countFollows && i == 0 ? (ulong)count : free);
            free += (ulong)random.Next(1, Math.Max(2, _pages / 2));
        }

        for (int meta = 0; meta < 2; meta++) BinaryPrimitives.WriteUInt64LittleEndian(Meta(file, meta)[32..], (ulong)id);
    }

    private byte[] Resize(byte[] file, Random random)
    {
        switch (random.Next(40))
        {
            case 0:
                return file[..random.Next(file.Length)];
            case 1:
                return file[..(random.Next(_pages) * pageSize)];
            case 2:
                int more = random.Next(1, 4);
                int pages = _pages + random.Next(more + 2);
                for (int meta = 0; meta < 2; meta++) BinaryPrimitives.WriteUInt64LittleEndian(Meta(file, meta)[40..], (ulong)pages);
                return [.. file, .. file.AsSpan(
                    random.Next(_pages) * pageSize % Math.Max(1, file.Length - (more * pageSize)), Math.Min(more * pageSize, file.Length))];
            default:
                return file;
        }
    }

    private Span<byte> Meta(byte[] file, int page) => file.AsSpan((page * pageSize) + BoltFormat.PageHeaderSize, BoltFormat.MetaSize);

    private void RepairMetaChecksums(byte[] file)
    {
        for (int page = 0; page < 2 && (page + 1) * pageSize <= file.Length; page++)
        {
            Span<byte> meta = Meta(file, page);
            BinaryPrimitives.WriteUInt64LittleEndian(meta[56..], BoltMeta.Checksum(meta));
        }
    }
}
