using System.Collections.Concurrent;
using EtcdAdmin.Events;

namespace EtcdAdmin.Tests.Support;

/// <summary>Keeps every event in the order it came.</summary>
public sealed class EventRecorder : IProgress<EtcdEvent>
{
    private readonly ConcurrentQueue<EtcdEvent> _events = new();

    public IReadOnlyList<EtcdEvent> All => [.. _events];

    public IEnumerable<T> Of<T>()
        where T : EtcdEvent => _events.OfType<T>();

    public void Report(EtcdEvent value) => _events.Enqueue(value);
}
