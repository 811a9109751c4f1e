using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>Waits until all members have agreed on a cluster version: before that, the next version change must not begin.</summary>
internal sealed class ClusterVersionGate(AdminContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Returns when all members report the version of a line.</summary>
    /// <exception cref="EtcdException">NotHealthy: not in time.</exception>
    public async Task WaitAsync(EtcdCluster cluster, MinorLine line, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        while (true)
        {
            Membership now = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
            IReadOnlyDictionary<string, ServerVersions> versions = await UpgradeFacts.ReadVersionsAsync(now, cancellationToken).ConfigureAwait(false);
            if (versions.Count == now.Members.Count && versions.Values.All(version => version.Cluster is { } agreed && MinorLine.Of(agreed) == line))
                return;
            if (context.Clock.GetElapsedTime(start) >= timeout)
            {
                string reported =
                    string.Join(", ", versions.Select(version => $"{version.Key}: {version.Value.Cluster?.ToString() ?? "not decided"}"));
                throw new EtcdException(EtcdErrorIds.NotHealthy,
                    $"All members run the new version, but within {timeout.TotalSeconds:0} s they did not agree on "
                        + $"cluster version {line} ({reported}).")
                {
                    Target = cluster.Name,
                    NextStep = "Check the members with Get-EtcdHealth, then run the same command again; it continues from here.",
                };
            }

            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
