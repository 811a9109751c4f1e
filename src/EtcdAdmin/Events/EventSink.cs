namespace EtcdAdmin.Events;

/// <summary>Shorter names for reporting.</summary>
internal static class EventSink
{
    public static void Progress(this IProgress<EtcdEvent>? events, string activity, string status, double? fraction = null) =>
        events?.Report(new ProgressEvent(activity, status, fraction));

    public static void Message(this IProgress<EtcdEvent>? events, string text) => events?.Report(new MessageEvent(text));

    public static void Warning(this IProgress<EtcdEvent>? events, string text) => events?.Report(new WarningEvent(text));
}
