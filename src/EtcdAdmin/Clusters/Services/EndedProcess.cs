using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Detects an etcd that has ended while it is waited for.</summary>
/// <param name="context">The environment.</param>
/// <param name="members">The members that are waited for.</param>
internal sealed class EndedProcess(AdminContext context, IReadOnlyList<MemberSpec> members)
{
    // Each check is a round trip to every host, and a successful start takes no longer than this.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A host may accept the connection and then hang. The wait for a member has its own time limit, which this must not use up.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private long _lookedAt = context.Clock.GetTimestamp();

    /// <summary>Throws if one of them has ended; the checks are limited to a reasonable interval. A host that cannot be checked, or does not answer
    /// within 5 s, is ignored.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, with the reason from its log.</exception>
    public async Task ThrowIfEndedAsync(CancellationToken cancellationToken)
    {
        if (context.Clock.GetElapsedTime(_lookedAt) < Interval) return;
        await ThrowIfAsync(state => !state.IsRunning, cancellationToken).ConfigureAwait(false);
        _lookedAt = context.Clock.GetTimestamp();
    }

    /// <summary>Throws also if one of them has ended and was started again by systemd, whatever state it is in now. For the end of a wait: a process
    /// that ends time and again may run whenever it is checked, and the reason why it does not serve is in its log.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, with the reason from its log.</exception>
    public Task ThrowIfItHasEverEndedAsync(CancellationToken cancellationToken) =>
        ThrowIfAsync(state => !state.IsRunning || state.Restarts > 0, cancellationToken);

    private Task ThrowIfAsync(Func<MemberServiceState, bool> hasEnded, CancellationToken cancellationToken) =>
        Task.WhenAll(members.Select(member => ThrowIfAsync(member, hasEnded, cancellationToken)));

    private async Task ThrowIfAsync(MemberSpec member, Func<MemberServiceState, bool> hasEnded, CancellationToken cancellationToken)
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

        if (!hasEnded(state)) return;
        string? log = await ReadLogAsync(service, member, cancellationToken).ConfigureAwait(false);
        string reason = log is null ? "Its log could not be read." : $"Its log: {EtcdLog.Summarize(log)}";
        string again = state.Restarts switch
        {
            0 => "",
            1 => ", and systemd started it again",
            _ => string.Create(CultureInfo.InvariantCulture, $", and systemd started it again, {state.Restarts} times"),
        };
        throw new EtcdException(EtcdErrorIds.MemberStartFailed,
            $"The etcd process of member {member.Name} on {member.HostName} ended{again}. {reason}")
        {
            Target = member.Name,
            NextStep = EndedAdvice.For(member, log ?? ""),
        };
    }

    /// <returns>Null if the host does not answer in time, or can no longer be reached.</returns>
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
