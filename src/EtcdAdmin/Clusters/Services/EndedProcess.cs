namespace EtcdAdmin.Clusters;

/// <summary>Tells an etcd that is still starting from one that has ended: waiting for that one is in vain.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="members">Those that are waited for.</param>
internal sealed class EndedProcess(AdminContext context, IReadOnlyList<MemberSpec> members)
{
    // Each look is a round trip to every host, and a start that goes well takes no longer than this.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _lookedAt = context.Clock.GetTimestamp();

    /// <summary>Throws if one of them has ended; looks no more often than makes sense. A host that cannot be asked says nothing about it.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, with what its log says.</exception>
    public async Task ThrowIfEndedAsync(CancellationToken cancellationToken)
    {
        if (context.Clock.GetElapsedTime(_lookedAt) < Interval) return;
        await Task.WhenAll(members.Select(member => ThrowIfEndedAsync(member, cancellationToken))).ConfigureAwait(false);
        _lookedAt = context.Clock.GetTimestamp();
    }

    private async Task ThrowIfEndedAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        IMemberService service = context.ServiceOf(member);
        MemberServiceState state;
        try
        {
            state = await service.GetStateAsync(member, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.Kind == EtcdErrorKind.Connection)
        {
            return;
        }

        if (state.IsRunning) return;
        string log = await service.ReadLogTailAsync(member, cancellationToken).ConfigureAwait(false);
        throw new EtcdException(EtcdErrorIds.MemberStartFailed, EtcdErrorKind.HostOperation,
            $"The etcd of member {member.Name} on {member.HostName} ended. Its log says: {EtcdLog.Summarize(log)}")
        {
            Target = member.Name,
            NextStep = EndedAdvice.For(member, log),
        };
    }
}
