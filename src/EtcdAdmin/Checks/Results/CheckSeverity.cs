namespace EtcdAdmin.Checks.Results;

/// <summary>How serious the result of a check is.</summary>
public enum CheckSeverity
{
    /// <summary>Nothing to do.</summary>
    Ok,

    /// <summary>The check makes no sense for this cluster, for instance the modes of files on hosts that EtcdAdmin does not manage.</summary>
    NotApplicable,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Info,

    /// <summary>The check could not be made.</summary>
    Unknown,

    /// <summary>It works now, but should be changed soon.</summary>
    Warning,

    /// <summary>The cluster is impaired, or will be within days.</summary>
    Critical,
}
