namespace EtcdAdmin.Schedules.Renewals;

/// <summary>The renewal of a cluster's certificates by a timer of this machine, which has the key of the cluster's authority.</summary>
public sealed record CertificateRenewal
{
    /// <summary>The default of <see cref="DaysLeft"/>.</summary>
    public const int UsualDaysLeft = 30;

    /// <summary>When this machine looks for certificates that are due.</summary>
    public required ScheduleTimes Times { get; init; }

    /// <summary>Certificates that are valid for fewer days are renewed; at least 1.</summary>
    public int DaysLeft { get; init; } = UsualDaysLeft;

    /// <summary>
    /// The program that renews what is due, and its arguments; none of them may be a secret. It prints one line: <c>renewed</c> and what, or that
    /// nothing is due. If it cannot do that, its exit code is not 0, and the last line of its standard error says why.
    /// </summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The program that checks whether a renewal would work, and changes nothing.</summary>
    public required IReadOnlyList<string> Check { get; init; }

    /// <summary>The full path of the module's file, without which the commands cannot work.</summary>
    public required string Module { get; init; }
}
