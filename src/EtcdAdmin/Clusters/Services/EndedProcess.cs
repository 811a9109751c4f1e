using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Tells an etcd that is still starting from one that has ended: waiting for that one is in vain.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="members">Those that are waited for.</param>
internal sealed class EndedProcess(AdminContext context, IReadOnlyList<MemberSpec> members)
{
    // Each look is a round trip to every host, and a start that goes well takes no longer than this.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A host may accept the connection and then hang. Whoever waits for a member has a time limit of its own, which that must not use up.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private long _lookedAt = context.Clock.GetTimestamp();

    /// <summary>
    /// Throws if one of them has ended; looks no more often than makes sense. A host that cannot be asked, or does not answer within 5 s, says
    /// nothing about it.
    /// </summary>
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
            state = await WithinLimitAsync(token => service.GetStateAsync(member, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or EtcdException { Kind: EtcdErrorKind.Connection })
        {
            return;
        }

        if (state.IsRunning) return;
        string? log = await ReadLogAsync(service, member, cancellationToken).ConfigureAwait(false);
        string reason = log is null ? "Its log could not be read." : $"Its log says: {EtcdLog.Summarize(log)}";
        throw new EtcdException(EtcdErrorIds.MemberStartFailed,
            $"The etcd of member {member.Name} on {member.HostName} ended. {reason}")
        {
            Target = member.Name,
            NextStep = EndedAdvice.For(member, log ?? ""),
        };
    }

    /// <returns>Null where the host does not say in time, or can no longer be reached.</returns>
    private async Task<string?> ReadLogAsync(IMemberService service, MemberSpec member, CancellationToken cancellationToken)
    {
        try
        {
            return await WithinLimitAsync(token => service.ReadLogTailAsync(member, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or EtcdException { Kind: EtcdErrorKind.Connection })
        {
            return null;
        }
    }

    private Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> look, CancellationToken cancellationToken) =>
        TimeLimit.WithinAsync(look, Limit, context.Clock, cancellationToken);
}
