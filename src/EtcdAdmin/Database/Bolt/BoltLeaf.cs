using System.Buffers.Binary;

namespace EtcdAdmin.Database.Bolt;

/// <summary>One key with its value.</summary>
/// <param name="IsBucket">True if the value is a bucket.</param>
/// <param name="Offset">Position of the key from the start of the file; the value follows the key.</param>
/// <param name="Key">Valid until the cursor moves.</param>
/// <param name="Value">Valid until the cursor moves.</param>
internal readonly record struct BoltRecord(bool IsBucket, long Offset, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>The leaf page of a cursor's current position.</summary>
/// <remarks>Elements are read one at a time, so a page with large values needs memory only for one value.</remarks>
internal sealed class BoltLeaf(BoltFile file, FileWindow window)
{
    private BoltPage _page;
    private byte[] _table = [];
    private int _index;
    private long _dataEnd;

    /// <summary>Starts reading a page.</summary>
    public void Open(BoltPage page)
    {
        int size = page.Count * BoltFormat.ElementSize;
        if (_table.Length < size) _table = new byte[size];
        window.Read(page.Region.Offset + BoltFormat.PageHeaderSize, size).CopyTo(_table);
        _page = page;
        _index = 0;
        _dataEnd = page.DataStart;
    }

    /// <summary>Reads the next element; false after the last element.</summary>
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

        // bbolt stores the data in the order of the table. Requiring this order ensures that a walk reads no byte twice, even if
        // a hostile table refers to the same large value many times.
        bool fits = keySize is > 0 and <= BoltFormat.MaxKeySize && data >= _dataEnd && data + size <= _page.Region.Length;
        if (!fits || flags > BoltFormat.BucketElement)
        {
            throw file.Damaged(_page.Region.Offset + elementStart,
                $"the element of type {flags} ({size} bytes at offset {data} of the page, {keySize} of them for the key) does not fit into its page");
        }

        if (size > BoltFormat.MaxRecordSize)
            throw file.Damaged(_page.Region.Offset + data, $"the record has {size} bytes; the limit is 256 MB");
        long offset = _page.Region.Offset + data;
        ReadOnlyMemory<byte> bytes = window.Read(offset, (int)size);
        record = new BoltRecord(flags == BoltFormat.BucketElement, offset, bytes[..(int)keySize], bytes[(int)keySize..]);
        _dataEnd = data + size;
        _index++;
        return true;
    }
}
