using System.Buffers.Binary;
using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Tests.Database.Fuzzing;

/// <summary>A change to the header, to an element, or to a record of a branch or leaf page, at the places where these usually are.</summary>
internal static class PageMutation
{
    private static readonly ushort[] Types = [0, BoltFormat.BranchPage, BoltFormat.LeafPage, 3, 4, 0x10, 0xFFFF];

    public static void Apply(Span<byte> page, int pages, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                ChangeHeader(page, pages, random);
                break;
            case 1 or 2 or 3:
                ChangeElement(page, pages, random);
                break;
            case 4:
                MoveBorder(page, random);
                break;
            case 5:
                SwapElements(page, random);
                break;
            case 6:
                RemoveElement(page, random);
                break;
            case 7:
                PointElsewhere(page, pages, random);
                break;
            case 8 or 9:
                ChangeName(page, random);
                break;
            default:
                ChangeValue(page, random);
                break;
        }
    }

    private static void ChangeHeader(Span<byte> page, int pages, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                BinaryPrimitives.WriteUInt64LittleEndian(page, (ulong)random.Next(pages + 2));
                break;
            case 1:
                BinaryPrimitives.WriteUInt16LittleEndian(page[8..], Types[random.Next(Types.Length)]);
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(
                    page[10..], (ushort)OddNumbers.Near(BinaryPrimitives.ReadUInt16LittleEndian(page[10..]), pages, random));
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(
                    page[12..], OddNumbers.Near(BinaryPrimitives.ReadUInt32LittleEndian(page[12..]), pages, random));
                break;
        }
    }

    private static void ChangeElement(Span<byte> page, int pages, Random random)
    {
        Span<byte> field = page[(PickElement(page, random) + (random.Next(4) * 4))..];
        BinaryPrimitives.WriteUInt32LittleEndian(field, OddNumbers.Near(BinaryPrimitives.ReadUInt32LittleEndian(field), pages, random));
    }

    // The name becomes longer and the value shorter, or the opposite.
    private static void MoveBorder(Span<byte> page, Random random)
    {
        Span<byte> element = page[PickElement(page, random)..];
        int by = random.Next(-20, 21);
        BinaryPrimitives.WriteInt32LittleEndian(element[8..], BinaryPrimitives.ReadInt32LittleEndian(element[8..]) + by);
        BinaryPrimitives.WriteInt32LittleEndian(element[12..], BinaryPrimitives.ReadInt32LittleEndian(element[12..]) - by);
    }

    private static void SwapElements(Span<byte> page, Random random)
    {
        Span<byte> one = page.Slice(PickElement(page, random), BoltFormat.ElementSize);
        Span<byte> other = page.Slice(PickElement(page, random), BoltFormat.ElementSize);
        UInt128 kept = BinaryPrimitives.ReadUInt128LittleEndian(one);
        if (random.Next(2) == 0) other.CopyTo(one);
        BinaryPrimitives.WriteUInt128LittleEndian(other, kept);
    }

    // Later elements move up but still refer to their own data.
    private static void RemoveElement(Span<byte> page, Random random)
    {
        int count = Count(page);
        int removed = PickElement(page, random);
        int end = BoltFormat.PageHeaderSize + (count * BoltFormat.ElementSize);
        int position = BinaryPrimitives.ReadUInt16LittleEndian(page[8..]) == BoltFormat.BranchPage ? 0 : 4;
        for (int at = removed; at + BoltFormat.ElementSize < end; at += BoltFormat.ElementSize)
        {
            page.Slice(at + BoltFormat.ElementSize, BoltFormat.ElementSize).CopyTo(page[at..]);
            Span<byte> field = page[(at + position)..];
            BinaryPrimitives.WriteUInt32LittleEndian(field, BinaryPrimitives.ReadUInt32LittleEndian(field) + BoltFormat.ElementSize);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], (ushort)(count - 1));
    }

    // A child of a branch, or the root of a bucket; may be the page itself or a page above it.
    private static void PointElsewhere(Span<byte> page, int pages, Random random)
    {
        int element = PickElement(page, random);
        ulong id = random.Next(4) == 0 ? BinaryPrimitives.ReadUInt64LittleEndian(page) : (ulong)random.Next(pages + 1);
        bool isBranch = BinaryPrimitives.ReadUInt16LittleEndian(page[8..]) == BoltFormat.BranchPage;
        Span<byte> target = isBranch ? page[(element + 8)..] : Data(page, element)[NameLength(page, element)..];
        if (target.Length >= sizeof(ulong)) BinaryPrimitives.WriteUInt64LittleEndian(target, id);
    }

    // A revision is 8 bytes, '_', 8 bytes, and an optional 't'.
    private static void ChangeName(Span<byte> page, Random random)
    {
        int element = PickElement(page, random);
        Span<byte> name = Data(page, element)[..NameLength(page, element)];
        if (name.Length == 0) return;
        switch (random.Next(3))
        {
            case 0:
                name[^1] = random.Next(2) == 0 ? (byte)'t' : (byte)random.Next(256);
                break;
            case 1 when name.Length >= sizeof(ulong):
                BinaryPrimitives.WriteUInt64BigEndian(name, OddNumbers.Any(random));
                break;
            default:
                name[random.Next(name.Length)] += (byte)random.Next(1, 256);
                break;
        }
    }

    private static void ChangeValue(Span<byte> page, Random random)
    {
        int element = PickElement(page, random);
        Span<byte> value = Data(page, element)[NameLength(page, element)..];
        if (value.Length == 0) return;
        int position = random.Next(Math.Min(value.Length, 64)); // tags, lengths, JSON and headers of buckets are at the start
        if (random.Next(2) == 0) value[position] = (byte)OddNumbers.Any(random);
        else value[position] ^= (byte)(1 << random.Next(8));
    }

    private static int Count(Span<byte> page) =>
        Math.Clamp((int)BinaryPrimitives.ReadUInt16LittleEndian(page[10..]), 1, (page.Length / BoltFormat.ElementSize) - 1);

    private static int PickElement(Span<byte> page, Random random) => BoltFormat.PageHeaderSize + (random.Next(Count(page)) * BoltFormat.ElementSize);

    // The name and the following bytes, if the element is correct; for a page with overflow pages, of the first page.
    private static Span<byte> Data(Span<byte> page, int element)
    {
        bool isBranch = BinaryPrimitives.ReadUInt16LittleEndian(page[8..]) == BoltFormat.BranchPage;
        long start = element + (long)BinaryPrimitives.ReadUInt32LittleEndian(page[(element + (isBranch ? 0 : 4))..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(page[(element + (isBranch ? 4 : 8))..]);
        if (!isBranch) size += BinaryPrimitives.ReadUInt32LittleEndian(page[(element + 12)..]);
        return start >= page.Length ? [] : page[(int)start..(int)Math.Min(start + size, page.Length)];
    }

    private static int NameLength(Span<byte> page, int element)
    {
        bool isBranch = BinaryPrimitives.ReadUInt16LittleEndian(page[8..]) == BoltFormat.BranchPage;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(page[(element + (isBranch ? 4 : 8))..]);
        return (int)Math.Min(length, (uint)Data(page, element).Length);
    }
}
