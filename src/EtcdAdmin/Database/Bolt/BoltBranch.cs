using System.Buffers.Binary;

namespace EtcdAdmin.Database.Bolt;

/// <summary>A branch page on the path from the root to a cursor's current leaf.</summary>
internal sealed class BoltBranch
{
    private readonly BoltFile _file;
    private readonly BoltPage _page;
    private readonly byte[] _bytes;
    private int _index = -1;

    public BoltBranch(BoltFile file, FileWindow window, BoltPage page)
    {
        _file = file;
        _page = page;
        if (page.Count == 0)
            throw file.Damaged(page.Region.Offset, "the branch page has no children");
        if (page.Region.Length > Math.Max(BoltFormat.MaxBranchSize, file.Meta.PageSize))
            throw file.Damaged(page.Region.Offset, $"the branch page has {page.Region.Length} bytes, more than bbolt ever writes");
        _bytes = window.Read(page.Region.Offset, (int)page.Region.Length).ToArray();
    }

    /// <summary>Position of the current element, for messages.</summary>
    public long Offset => _page.Region.Offset + ElementStart(_index);

    /// <summary>The page of the current child, not yet checked.</summary>
    public ulong Child => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(ElementStart(_index) + 8));

    /// <summary>The lower limit of the keys in the current child.</summary>
    public ReadOnlySpan<byte> Key => KeyAt(_index);

    /// <summary>Moves to the next child; false after the last child.</summary>
    public bool MoveNext()
    {
        if (++_index == _page.Count) return false;
        if (_index > 0 && KeyAt(_index - 1).SequenceCompareTo(Key) >= 0)
            throw _file.Damaged(Offset, "the keys of the branch page are not in ascending order", SnapshotPart.Order);
        return true;
    }

    private static int ElementStart(int index) => BoltFormat.PageHeaderSize + (index * BoltFormat.ElementSize);

    private ReadOnlySpan<byte> KeyAt(int index)
    {
        int start = ElementStart(index);
        long key = start + (long)BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(start));
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(start + 4));
        if (size is 0 or > BoltFormat.MaxKeySize || key < _page.DataStart || key + size > _bytes.Length)
            throw _file.Damaged(_page.Region.Offset + start, $"the key ({size} bytes at offset {key} of the page) does not fit into its page");
        return _bytes.AsSpan((int)key, (int)size);
    }
}
