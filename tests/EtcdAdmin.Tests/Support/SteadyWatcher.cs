using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Tests.Support;

/// <summary>A client that watches what <see cref="SteadyWriter"/> writes, and goes on after the last revision when it has to connect anew.</summary>
internal sealed class SteadyWatcher : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ProfileStore _profiles;
    private readonly string _cluster;
    private readonly List<string> _seen = [];
    private readonly Task _watching;
    private long _next = 1;

    private SteadyWatcher(ProfileStore profiles, string cluster)
    {
        _profiles = profiles;
        _cluster = cluster;
        _watching = Task.Run(WatchAsync);
    }

    /// <param name="profiles">Where the cluster is looked up anew whenever the watch fails, as clients do that are told of new certificates.</param>
    /// <param name="cluster">Its name.</param>
    public static SteadyWatcher Start(ProfileStore profiles, string cluster) => new(profiles, cluster);

    /// <summary>Waits until the watch has reported each of these keys, and requires that it has reported none of them twice.</summary>
    public async Task RequireEachOnceAsync(IReadOnlySet<string> keys, CancellationToken cancellationToken)
    {
        await Poll.UntilAsync(() => keys.IsSubsetOf(Seen()), cancellationToken);
        Assert.Distinct(Seen());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private string[] Seen()
    {
        lock (_seen) return [.. _seen];
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                EtcdCluster cluster = await _profiles.LoadAsync(_cluster, _stop.Token);
                var options = new WatchOptions { StartRevision = _next };
                await foreach (WatchBatch batch in cluster.Client.WithCalls(TimeSpan.FromSeconds(2), retry: true).Watch.WatchAsync(
                    KeyRange.Prefix(SteadyWriter.Prefix), options, _stop.Token))
                {
                    foreach (WatchEvent change in batch.Events)
                    {
                        lock (_seen) _seen.Add(change.KeyValue.KeyText);
                        _next = change.KeyValue.ModRevision + 1;
                    }
                }
            }
            catch (EtcdException)
            {
                // with the certificates that the profile has by now
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
