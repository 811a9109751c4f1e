using System.Collections.Concurrent;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Health;

/// <summary>The questions of one health check: each address is asked once, all at once, and none has longer than the check.</summary>
/// <param name="cluster">Whose members are asked.</param>
/// <param name="options">How.</param>
/// <param name="clock">What the time goes by.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class HealthRound(EtcdCluster cluster, HealthOptions options, TimeProvider clock, CancellationToken cancellationToken)
{
    // For what is found out late: an address that came with the answer of the last member.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Lazy<Task<MemberProbe>>> _probes = new(StringComparer.OrdinalIgnoreCase);
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Ends the check.</summary>
    public CancellationToken Token => cancellationToken;

    /// <summary>How much of the time is left.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = options.Timeout - clock.GetElapsedTime(_start);
            return left > Least ? left : Least < options.Timeout ? Least : options.Timeout;
        }
    }

    /// <summary>What a member answers.</summary>
    public Task<MemberProbe> AskAsync(Uri endpoint)
    {
        // Made once: of two that ask at the same time, one only is to send.
        return _probes.GetOrAdd(EndpointUrl.Show(endpoint), _ => new Lazy<Task<MemberProbe>>(() =>
        {
            TimeSpan left = Left;
            return MemberProbe.AskAsync(cluster.Client.ForEndpoint(endpoint).WithCalls(left, retry: false), left, cancellationToken);
        })).Value;
    }

    /// <summary>Waits for work no longer than the check has.</summary>
    /// <exception cref="TimeoutException">The time is over.</exception>
    public Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work) => TimeLimit.WithinAsync(work, Left, clock, cancellationToken);

    /// <summary>Waits for work, but for no more than half of the time that is left, so that the other half is there for what comes next.</summary>
    public Task HalfwayAsync(Task work) => Task.WhenAny(work, Task.Delay(Left / 2, clock, cancellationToken));
}
