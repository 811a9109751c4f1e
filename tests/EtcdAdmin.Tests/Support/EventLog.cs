using System.Collections.Concurrent;

namespace EtcdAdmin.Tests.Support;

/// <summary>Keeps all events of an operation, for a look at them afterwards.</summary>
public sealed class EventLog : IProgress<EtcdEvent>
{
    private readonly ConcurrentQueue<EtcdEvent> _events = [];

    public IEnumerable<string> Messages => _events.OfType<MessageEvent>().Select(e => e.Text);

    public IEnumerable<string> Warnings => _events.OfType<WarningEvent>().Select(e => e.Text);

    public IEnumerable<ProgressEvent> Progress => _events.OfType<ProgressEvent>();

    public void Report(EtcdEvent value) => _events.Enqueue(value);
}
