using System.Collections.Concurrent;
using EtcdAdmin.Client;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Health;

/// <summary>The queries of one health check: each address is asked once, all at once, and all within the timeout.</summary>
/// <param name="cluster">The cluster of the members.</param>
/// <param name="options">The options.</param>
/// <param name="clock">The clock.</param>
/// <param name="cancellationToken">Cancels the check.</param>
internal sealed class HealthRound(EtcdCluster cluster, HealthOptions options, TimeProvider clock, CancellationToken cancellationToken)
{
    // For queries that come late: an address from the answer of the last member.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Lazy<Task<MemberProbe>>> _probes = new(StringComparer.OrdinalIgnoreCase);
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Cancels the check.</summary>
    public CancellationToken Token => cancellationToken;

    /// <summary>The remaining time.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = options.Timeout - clock.GetElapsedTime(_start);
            return left > Least ? left : Least < options.Timeout ? Least : options.Timeout;
        }
    }

    /// <summary>A member's answer.</summary>
    public Task<MemberProbe> AskAsync(Uri endpoint)
    {
        // Created once: of two concurrent callers, only one sends the query.
        return _probes.GetOrAdd(EndpointUrl.Show(endpoint), _ => new Lazy<Task<MemberProbe>>(() =>
        {
            TimeSpan left = Left;
            EtcdClient member = cluster.Client.ForEndpoint(endpoint).WithCalls(left, retry: false);
            return cluster.IsBefore3
                ? MemberProbe.AskBefore3Async(member, cancellationToken)
                : MemberProbe.AskAsync(member, left, cancellationToken);
        })).Value;
    }

    /// <summary>Waits for work within the remaining time.</summary>
    /// <exception cref="TimeoutException">The time is over.</exception>
    public Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work) => TimeLimit.WithinAsync(work, Left, clock, cancellationToken);

    /// <summary>Waits for work up to half of the remaining time, so that the other half is left for the next query.</summary>
    public Task HalfwayAsync(Task work) => Task.WhenAny(work, Task.Delay(Left / 2, clock, cancellationToken));
}
