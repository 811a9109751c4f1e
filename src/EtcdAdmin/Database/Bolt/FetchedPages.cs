namespace EtcdAdmin.Database.Bolt;

/// <summary>Some pages of a database elsewhere, of which few are needed.</summary>
/// <param name="pageSize">Bytes of a page.</param>
internal sealed class FetchedPages(int pageSize)
{
    private readonly Dictionary<long, byte[]> _pages = [];

    /// <summary>Adds a page with its overflow pages.</summary>
    public void Add(long first, ReadOnlySpan<byte> content)
    {
        for (int i = 0; i * pageSize < content.Length; i++)
            _pages[first + i] = content[(i * pageSize)..Math.Min((i + 1) * pageSize, content.Length)].ToArray();
    }

    /// <summary>
    /// Reads bytes. The reader may ask for more than it uses, so pages after the first may be missing; their bytes are zero, which no page of a tree
    /// begins with.
    /// </summary>
    /// <exception cref="MissingPageException">The page of the first byte is missing.</exception>
    public int Read(long offset, Span<byte> buffer)
    {
        if (!_pages.ContainsKey(offset / pageSize)) throw new MissingPageException(offset / pageSize);
        buffer.Clear();
        for (int done = 0; done < buffer.Length;)
        {
            (long page, int start) = ((offset + done) / pageSize, (int)((offset + done) % pageSize));
            int length = Math.Min(buffer.Length - done, pageSize - start);
            if (_pages.TryGetValue(page, out byte[]? content) && start < content.Length)
                content.AsSpan(start, Math.Min(length, content.Length - start)).CopyTo(buffer[done..]);
            done += length;
        }

        return buffer.Length;
    }
}

/// <summary>A page is needed that was not fetched.</summary>
/// <param name="page">Its number.</param>
internal sealed class MissingPageException(long page) : Exception($"page {page} was not fetched")
{
    /// <summary>Its number.</summary>
    public long Page => page;
}
