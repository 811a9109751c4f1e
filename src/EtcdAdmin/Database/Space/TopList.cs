namespace EtcdAdmin.Database.Space;

/// <summary>Keeps the few greatest of many items.</summary>
/// <param name="size">Number of items to keep.</param>
/// <param name="measure">The value to compare.</param>
internal sealed class TopList<T>(int size, Func<T, long> measure)
{
    private readonly PriorityQueue<T, long> _least = new();

    /// <summary>Whether an item with this value would be kept; saves creating the item.</summary>
    public bool Takes(long value) => _least.Count < size || (_least.TryPeek(out _, out long least) && value > least);

    public void Add(T item)
    {
        long value = measure(item);
        if (!Takes(value)) return;
        if (_least.Count == size) _least.DequeueEnqueue(item, value);
        else _least.Enqueue(item, value);
    }

    /// <summary>The items, greatest first.</summary>
    public IReadOnlyList<T> ToList() => [.. _least.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
}
