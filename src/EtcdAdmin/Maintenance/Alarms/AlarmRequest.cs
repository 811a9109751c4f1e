using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Maintenance.Alarms;

/// <summary>The request to disarm alarms.</summary>
public sealed record AlarmRequest
{
    /// <summary>Only alarms of this type; null means all.</summary>
    public AlarmType? Alarm { get; init; }

    /// <summary>Only alarms of these members: names, or ids for former members. Empty means all.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Disarms an alarm whose cause remains, or is not known.</summary>
    public bool Force { get; init; }
}
