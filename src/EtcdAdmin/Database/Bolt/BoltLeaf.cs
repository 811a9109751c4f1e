using System.Buffers.Binary;

namespace EtcdAdmin.Database.Bolt;

/// <summary>One key with its value.</summary>
/// <param name="IsBucket">True where the value is a bucket.</param>
/// <param name="Offset">Of the key, from the start of the file; the value follows it.</param>
/// <param name="Key">Valid until the cursor moves on.</param>
/// <param name="Value">Valid until the cursor moves on.</param>
internal readonly record struct BoltRecord(bool IsBucket, long Offset, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>The leaf page where a cursor is.</summary>
/// <remarks>Elements are read one by one, so a page of large values costs the memory of one.</remarks>
internal sealed class BoltLeaf(BoltFile file, FileWindow window)
{
    private BoltPage _page;
    private byte[] _table = [];
    private int _index;
    private long _dataEnd;

    /// <summary>Begins with a page, forgetting the last one.</summary>
    public void Open(BoltPage page)
    {
        int size = page.Count * BoltFormat.ElementSize;
        if (_table.Length < size) _table = new byte[size];
        window.Read(page.Region.Offset + BoltFormat.PageHeaderSize, size).CopyTo(_table);
        _page = page;
        _index = 0;
        _dataEnd = page.DataStart;
    }

    /// <summary>The next element; false behind the last.</summary>
    public bool TryRead(out BoltRecord record)
    {
        record = default;
        if (_index >= _page.Count) return false;
        ReadOnlySpan<byte> element = _table.AsSpan(_index * BoltFormat.ElementSize, BoltFormat.ElementSize);
        long elementStart = BoltFormat.PageHeaderSize + (_index * BoltFormat.ElementSize);
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(element);
        long data = elementStart + BinaryPrimitives.ReadUInt32LittleEndian(element[4..]);
        uint keySize = BinaryPrimitives.ReadUInt32LittleEndian(element[8..]);
        long size = (long)keySize + BinaryPrimitives.ReadUInt32LittleEndian(element[12..]);

        // bbolt lays the data out in the order of the table. Insisting on it means that a walk reads no byte twice, however
        // often a hostile table points at the same large value.
        bool fits = keySize is > 0 and <= BoltFormat.MaxKeySize && data >= _dataEnd && data + size <= _page.Region.Length;
        if (!fits || flags > BoltFormat.BucketElement)
        {
            throw file.Damaged(_page.Region.Offset + elementStart,
                $"an element of type {flags} with {size} bytes at {data}, {keySize} of them its key, does not fit its page");
        }

        if (size > BoltFormat.MaxRecordSize)
            throw file.Damaged(_page.Region.Offset + data, $"a record of {size} bytes is more than the 256 MB that are read");
        long offset = _page.Region.Offset + data;
        ReadOnlyMemory<byte> bytes = window.Read(offset, (int)size);
        record = new BoltRecord(flags == BoltFormat.BucketElement, offset, bytes[..(int)keySize], bytes[(int)keySize..]);
        _dataEnd = data + size;
        _index++;
        return true;
    }
}
