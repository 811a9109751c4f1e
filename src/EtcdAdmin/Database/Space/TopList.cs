namespace EtcdAdmin.Database.Space;

/// <summary>The few greatest of many.</summary>
/// <param name="size">How many.</param>
/// <param name="measure">What is compared.</param>
internal sealed class TopList<T>(int size, Func<T, long> measure)
{
    private readonly PriorityQueue<T, long> _least = new();

    /// <summary>Whether something of this measure would get in, before it is made.</summary>
    public bool Takes(long value) => _least.Count < size || (_least.TryPeek(out _, out long least) && value > least);

    public void Add(T item)
    {
        long value = measure(item);
        if (!Takes(value)) return;
        if (_least.Count == size) _least.DequeueEnqueue(item, value);
        else _least.Enqueue(item, value);
    }

    /// <summary>The greatest first.</summary>
    public IReadOnlyList<T> ToList() => [.. _least.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
}
