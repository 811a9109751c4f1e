namespace EtcdAdmin.Database.Bolt;

/// <summary>The part of the file that a cursor reads. Reads ahead if the order of the tree follows the order of the file.</summary>
/// <param name="file">The database.</param>
/// <param name="end">End of the readable range, from the start of the file. Nothing after it is read ahead.</param>
internal sealed class FileWindow(BoltFile file, long end)
{
    private const int ReadAhead = 256 * 1024;

    private byte[] _buffer = [];
    private long _start;
    private int _length;

    /// <summary>Returns the requested bytes; valid until the next call.</summary>
    /// <param name="offset">Position from the start of the file.</param>
    /// <param name="length">At most <see cref="BoltFormat.MaxRecordSize"/>; the caller has checked it.</param>
    public ReadOnlyMemory<byte> Read(long offset, int length)
    {
        if (offset < _start || offset + length > _start + _length) Fill(offset, length);
        return _buffer.AsMemory((int)(offset - _start), length);
    }

    private void Fill(long offset, int length)
    {
        // etcd writes revisions in order, so neighbours in the tree are mostly neighbours in the file. Elsewhere,
        // reading ahead would read the file many times over.
        bool near = file.ReadsAhead && _length > 0 && offset >= _start && offset <= _start + _length + ReadAhead;
        long wanted = Math.Max(length, near ? ReadAhead : (int)Math.Min(file.Meta.PageSize, ReadAhead));
        int size = (int)Math.Max(length, Math.Min(wanted, end - offset));
        if (_buffer.Length < size) _buffer = GC.AllocateUninitializedArray<byte>(size);
        _length = 0;
        file.Read(offset, _buffer.AsSpan(0, size));
        _start = offset;
        _length = size;
    }
}
