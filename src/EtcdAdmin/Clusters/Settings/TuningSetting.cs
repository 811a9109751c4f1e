using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>The settings with a separate parameter, by their names in etcd's configuration file.</summary>
internal sealed record TuningSetting(string Name, string Parameter, Func<EtcdTuning, object?> Get, Func<EtcdTuning, object?, EtcdTuning> Set)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<TuningSetting> All { get; } =
    [
        new("heartbeat-interval", "HeartbeatInterval", t => t.HeartbeatInterval, (t, v) => t with { HeartbeatInterval = Span(v) }),
        new("election-timeout", "ElectionTimeout", t => t.ElectionTimeout, (t, v) => t with { ElectionTimeout = Span(v) }),
        new("snapshot-count", "SnapshotCount", t => t.SnapshotCount, (t, v) => t with { SnapshotCount = (long?)v }),
        new("quota-backend-bytes", "QuotaBytes", t => t.QuotaBytes, (t, v) => t with { QuotaBytes = (long?)v }),
        new("auto-compaction-mode", "AutoCompactionMode", t => t.AutoCompactionMode, (t, v) => t with { AutoCompactionMode = (string?)v }),
        new("auto-compaction-retention", "AutoCompactionRetention", t => t.AutoCompactionRetention, (t, v) =>
            t with { AutoCompactionRetention = (string?)v }),
        new("cipher-suites", "CipherSuite", t => t.CipherSuites, (t, v) => t with { CipherSuites = ((List<object?>?)v)?.Cast<string>().ToList() }),
        new("listen-metrics-urls", "MetricsUrl", t => t.MetricsUrls, (t, v) => t with { MetricsUrls = Urls((string?)v) }),
    ];

    /// <summary>The setting with a name; null if it has no parameter.</summary>
    public static TuningSetting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);

    /// <summary>The problem of a converted value; null if there is none.</summary>
    public static string? Problem(string name, object kept) =>
        name == "listen-metrics-urls" && Urls((string)kept) is null ? "URLs such as http://10.0.0.1:2381" : null;

    /// <summary>The value of a specification in the notation for the setting's name; null if there is none.</summary>
    public object? GivenIn(EtcdTuning tuning) => Get(tuning) switch
    {
        IEnumerable<Uri> urls => string.Join(',', urls.Select(url => url.OriginalString)),
        var value => value,
    };

    private static TimeSpan? Span(object? kept) =>
        SettingValues.Nanoseconds(kept) is { } nanoseconds ? new TimeSpan(nanoseconds / TimeSpan.NanosecondsPerTick) : null;

    private static List<Uri>? Urls(string? kept)
    {
        if (kept is null) return null;
        var urls = new List<Uri>();
        foreach (string text in kept.Split(','))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https")) return null;
            urls.Add(url);
        }

        return urls;
    }
}
