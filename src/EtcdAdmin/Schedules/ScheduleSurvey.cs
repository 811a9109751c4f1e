using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules;

/// <summary>What the hosts said when they were asked whether they can run a schedule.</summary>
internal static class ScheduleSurvey
{
    /// <summary>The problems of a host.</summary>
    /// <param name="places">The host.</param>
    /// <param name="survey">What it said.</param>
    /// <param name="cannot">What it cannot do, as the middle of a sentence.</param>
    /// <param name="otherwise">What else the operator can do, as the end of a sentence.</param>
    /// <param name="room">How to get along with less space, as the end of a sentence.</param>
    public static IEnumerable<EtcdException> Problems(MemberPlaces places, ScheduleFacts survey, string cannot, string otherwise, string room) =>
        survey.All("problem").Select(problem =>
            new EtcdException(EtcdErrorIds.HostNotSupported, $"{places.Member.HostName} cannot {cannot}: {problem}.")
            {
                Target = places.Member.HostName,
                NextStep = $"Fix the problem on the host, or {otherwise}",
            }).Concat(survey.All("full").Select(full =>
            new EtcdException(EtcdErrorIds.DiskFull, $"{places.Member.HostName} has {full}.")
            {
                Target = places.Member.HostName,
                NextStep = $"Free some space there (delete nothing from a member's data folder){room}",
            }));

    /// <summary>Throws if there are errors.</summary>
    /// <exception cref="AggregateException">Several.</exception>
    public static void ThrowIfAny(EtcdException[] errors)
    {
        if (errors.Length > 0) throw errors is [var only] ? only : new AggregateException(errors);
    }

    /// <summary>The shortest time between two starts, on any host.</summary>
    /// <exception cref="EtcdException">SpecInvalid: no host reports it.</exception>
    public static TimeSpan ShortestInterval(IEnumerable<ScheduleFacts> hosts) =>
        hosts.Select(host => host.ShortestInterval()).Min() ?? throw new EtcdException(
            EtcdErrorIds.SpecInvalid,
            "These times cannot be used: the hosts' systemd does not report how far apart they are.")
        {
            NextStep = "Use times of the day, an interval, or a calendar expression that repeats.",
        };
}
