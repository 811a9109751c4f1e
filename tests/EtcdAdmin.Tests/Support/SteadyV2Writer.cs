using System.Diagnostics;
using System.Net;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Rpc;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Support;

/// <summary>A client of API 2 that writes a new key every 20 ms, come what may, and remembers what was acknowledged.</summary>
internal sealed class SteadyV2Writer : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    private readonly EtcdCluster _cluster;
    private readonly Task _writing;

    /// <param name="cluster">The cluster, with the endpoints that are written to in turn.</param>
    public SteadyV2Writer(EtcdCluster cluster)
    {
        _cluster = cluster;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>How many writes were acknowledged; read it after the end.</summary>
    public int Acknowledged => _acknowledged.Count;

    /// <summary>The longest time between two acknowledged writes.</summary>
    public TimeSpan LongestGap { get; private set; }

    /// <summary>Stops writing, and requires that everything acknowledged is in the v2 store of each member.</summary>
    public async Task StopAndVerifyAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        await StopAsync();
        Assert.NotEmpty(_acknowledged);
        foreach (Uri member in cluster.Endpoints)
        {
            string[] lost = ["?"];
            await Poll.UntilAsync(async () =>
            {
                (V2Node root, _) = await new V2ApiClient(cluster).ReadMemberAsync(member, cancellationToken);
                var found = root.Find("/steady")!.Children!.Keys.ToHashSet(StringComparer.Ordinal); // something was acknowledged
                lost = [.. _acknowledged.Except(found)];
                return lost.Length == 0;
            }, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
    }

    private async Task WriteAsync()
    {
        long last = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Pace);
        for (int i = 0, at = 0; !_stop.IsCancellationRequested; i++)
        {
            try
            {
                string key = $"{i:D8}";
                using Api2Answer answer = await _cluster.Client.ForEndpoint(_cluster.Endpoints[at % _cluster.Endpoints.Count])
                    .WithCalls(Patience, retry: false).Api2.SendAsync(HttpMethod.Put, $"/v2/keys/steady/{key}?value=x", _stop.Token);
                if (answer.Status != HttpStatusCode.Created)
                {
                    at++; // not acknowledged: the next key is another one
                    continue;
                }

                _acknowledged.Add(key);
                TimeSpan gap = Stopwatch.GetElapsedTime(last);
                if (gap > LongestGap) LongestGap = gap;
                last = Stopwatch.GetTimestamp();
                await timer.WaitForNextTickAsync(_stop.Token);
            }
            catch (EtcdRpcException)
            {
                at++;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
