namespace EtcdAdmin.Clusters;

/// <summary>Waits until one member answers.</summary>
internal sealed class MemberGate(AdminContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(2), LookAtProcesses = false, NotesRevision = false };

    /// <summary>Returns the verdict as soon as it serves, or answers in a cluster that has no quorum.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, NotHealthy.</exception>
    public async Task<EtcdHealth> WaitAsync(EtcdCluster cluster, MemberSpec member, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var checker = new HealthChecker(context);
        var ended = new EndedProcess(context, [member]);
        long start = context.Clock.GetTimestamp();
        while (true)
        {
            ClusterHealth health = await checker.CheckAsync(cluster, Options, cancellationToken).ConfigureAwait(false);
            EtcdHealth? verdict = health.Members.FirstOrDefault(found => found.Member == member.Name);
            if (verdict is { Serves: true } || (verdict is { Reachable: true } && !CanHaveQuorum(health))) return verdict;
            await ended.ThrowIfEndedAsync(cancellationToken).ConfigureAwait(false);
            if (context.Clock.GetElapsedTime(start) >= timeout)
            {
                throw new EtcdException(EtcdErrorIds.NotHealthy, EtcdErrorKind.Unavailable,
                    $"Member {member.Name} did not serve within {timeout.TotalSeconds:0} s: {verdict?.Reason ?? "it is not in the cluster"}")
                {
                    Target = member.Name,
                    NextStep = $"Its log is {member.LogPlace}.",
                };
            }

            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool CanHaveQuorum(ClusterHealth health)
    {
        int voters = health.Members.Count(member => member.IsLearner != true);
        return health.Members.Count(member => member.Reachable && member.IsLearner != true) >= (voters / 2) + 1;
    }
}
