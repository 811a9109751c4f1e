namespace EtcdAdmin.Schedules.Renewals;

/// <summary>The state of the renewal of a cluster's certificates by this machine, or by one of its hosts.</summary>
/// <param name="Cluster">The cluster's name.</param>
public sealed record EtcdCertificateRenewal(string Cluster)
{
    /// <summary>The host that renews the certificates of its member; null for this machine, which renews all.</summary>
    public string? HostName { get; init; }

    /// <summary>Whether the renewal is registered there; on this machine, for this user.</summary>
    public bool Registered { get; init; }

    /// <summary>Whether the renewal works.</summary>
    public bool Healthy { get; init; }

    /// <summary>The problem if it does not work, otherwise the result of the last run.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Certificates that are valid for fewer days are renewed.</summary>
    public long? DaysLeft { get; init; }

    /// <summary>The times of the runs, as systemd calendar expressions.</summary>
    public IReadOnlyList<string> Calendars { get; init; } = [];

    /// <summary>The time of the next run; null if the timer is off.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>The time of the last run; null if there was none.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>The result of the last run: what was renewed, that nothing was due, or <c>failed</c>; null if there was none.</summary>
    public string? LastResult { get; init; }

    /// <summary>What the last run that renewed something did; null if there was none.</summary>
    public string? LastAction { get; init; }

    /// <summary>The time of that run.</summary>
    public DateTimeOffset? LastActionTime { get; init; }

    /// <summary>The last error; null if there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>The time of the last error.</summary>
    public DateTimeOffset? LastErrorTime { get; init; }

    /// <summary>When the authority of the host expires, as its last run read it; null on this machine, or before the first run.</summary>
    public DateTimeOffset? AuthorityNotAfter { get; init; }

    /// <summary>The folder with the profile of the cluster; null on hosts.</summary>
    public string? Home { get; init; }

    /// <summary>The name of the timer.</summary>
    public string? Timer { get; init; }
}
