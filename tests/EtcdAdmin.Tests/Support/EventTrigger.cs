using EtcdAdmin.Events;

namespace EtcdAdmin.Tests.Support;

/// <summary>Does something at a certain moment of an operation, once: the first event of a kind.</summary>
internal sealed class EventTrigger(Func<EtcdEvent, bool> isDue, Action act) : IProgress<EtcdEvent>
{
    private int _done;

    /// <summary>When a step begins, or anything else is told, whose text contains this.</summary>
    public static EventTrigger OnMessage(string text, Action act) =>
        new(value => value is MessageEvent message && message.Text.Contains(text, StringComparison.Ordinal), act);

    /// <summary>When the first part of something has been done.</summary>
    public static EventTrigger OnFirstProgress(Action act) => new(value => value is ProgressEvent { Fraction: > 0 and < 1 }, act);

    public void Report(EtcdEvent value)
    {
        if (isDue(value) && Interlocked.Exchange(ref _done, 1) == 0) act();
    }
}
