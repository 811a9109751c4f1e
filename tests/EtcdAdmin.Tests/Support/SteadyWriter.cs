using System.Diagnostics;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Tests.Support;

/// <summary>A client that writes a new key every 20 ms, come what may, and remembers what was acknowledged.</summary>
internal sealed class SteadyWriter : IAsyncDisposable
{
    /// <summary>What its keys begin with.</summary>
    public const string Prefix = "/steady/";

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Func<CancellationToken, Task<EtcdCluster>> _find;
    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private readonly Task _writing;
    private volatile bool _looksUpAgain;

    private readonly TimeSpan _limit;

    private SteadyWriter(Func<CancellationToken, Task<EtcdCluster>> find, TimeSpan limit)
    {
        _find = find;
        _limit = limit;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>How many writes were acknowledged.</summary>
    public int Acknowledged
    {
        get { lock (_acknowledged) return _acknowledged.Count; }
    }

    /// <summary>The longest time between two acknowledged writes.</summary>
    public TimeSpan LongestGap { get; private set; }

    /// <summary>How many writes failed one after the other at most. A client that has to look the cluster up anew fails once.</summary>
    public int MostFailures { get; private set; }

    /// <summary>What the writes that failed have told, with the time of day.</summary>
    public IReadOnlyList<string> Failures
    {
        get { lock (_acknowledged) return [.. _failures]; }
    }

    /// <param name="profiles">Where the cluster is looked up anew whenever a write fails, as clients do that are told of new endpoints.</param>
    /// <param name="cluster">Its name.</param>
    public static SteadyWriter Start(ProfileStore profiles, string cluster) => new(token => profiles.LoadAsync(cluster, token), UsualLimit);

    /// <param name="cluster">The cluster, with the endpoints that are written to.</param>
    /// <param name="limit">How long a write may take; null is two seconds.</param>
    public static SteadyWriter Start(EtcdCluster cluster, TimeSpan? limit = null) => new(_ => Task.FromResult(cluster), limit ?? UsualLimit);

    /// <summary>Looks the cluster up anew before the next write, as a client does that is given new certificates.</summary>
    public void LookUpAgain() => _looksUpAgain = true;

    /// <summary>Begins to measure <see cref="LongestGap"/> anew.</summary>
    public void ForgetGap() => LongestGap = TimeSpan.Zero;

    /// <summary>Stops writing, and requires that everything acknowledged is there.</summary>
    public async Task StopAndVerifyAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        RequireAll(await FindAsync(cancellationToken));
    }

    /// <summary>Stops writing, and gives which keys are there.</summary>
    public async Task<IReadOnlySet<string>> StopAndFindAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        return await FindAsync(cancellationToken);
    }

    /// <summary>Requires that everything acknowledged is among what was found; writing is stopped by then.</summary>
    public void RequireAll(IEnumerable<string> found)
    {
        string[] lost = [.. _acknowledged.Except(found)];
        Assert.True(lost.Length == 0, $"{lost.Length} of {_acknowledged.Count} acknowledged writes are lost, {lost.FirstOrDefault()} first.");
        Assert.NotEmpty(_acknowledged);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task<IReadOnlySet<string>> FindAsync(CancellationToken cancellationToken)
    {
        EtcdCluster cluster = await _find(cancellationToken);
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (EtcdKeyValue key in cluster.Client.Kv.RangeAsync(KeyRange.Prefix(Prefix), cancellationToken: cancellationToken))
            found.Add(key.KeyText);
        return found;
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
    }

    private async Task WriteAsync()
    {
        EtcdCluster? cluster = null;
        long last = Stopwatch.GetTimestamp();
        int failures = 0;
        using var timer = new PeriodicTimer(Pace);
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            try
            {
                if (_looksUpAgain) cluster = null;
                _looksUpAgain = false;
                cluster ??= await _find(_stop.Token);
                string key = $"{Prefix}{i:D8}";
                await cluster.Client.WithCalls(_limit, retry: true).Kv.PutAsync(key, "x", cancellationToken: _stop.Token);
                lock (_acknowledged) _acknowledged.Add(key);
                failures = 0;
                TimeSpan gap = Stopwatch.GetElapsedTime(last);
                if (gap > LongestGap) LongestGap = gap;
                last = Stopwatch.GetTimestamp();
                await timer.WaitForNextTickAsync(_stop.Token);
            }
            catch (EtcdException e)
            {
                lock (_acknowledged) _failures.Add($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {e.Message}");
                MostFailures = Math.Max(MostFailures, ++failures);
                cluster = null; // not acknowledged: the next key is another one
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
