using System.Collections.Concurrent;

namespace EtcdAdmin.Clusters;

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
        return _probes.GetOrAdd(endpoint.GetLeftPart(UriPartial.Authority), _ => new Lazy<Task<MemberProbe>>(() =>
        {
            TimeSpan left = Left;
            return MemberProbe.AskAsync(cluster.Client.ForEndpoint(endpoint).WithCalls(left, retry: false), left, cancellationToken);
        })).Value;
    }
}
